/** Writes dist/ anew, once the build has succeeded. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, root } from './bundle'
import { digestOfSources, rememberBuild } from './fresh-dist'

const dist = join(root, 'dist')

const sources = digestOfSources(root)
const files = await bundle()
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
for (const [name, text] of files) writeFileSync(join(dist, name), text)
rememberBuild(root, sources, files)
