/** Writes dist/ anew, once the build has succeeded. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, root } from './bundle'

const dist = join(root, 'dist')

const files = await bundle()
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
for (const [name, text] of files) writeFileSync(join(dist, name), text)
