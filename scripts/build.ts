/** Builds dist/ from src/: one readable ES module with its chunks, the two entries that action.yml names, and the licences. */

import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')

rmSync(dist, { recursive: true, force: true })
// Types are checked by `npm run typecheck`; the tests run what is built here.
execFileSync(
  process.execPath,
  [
    ncc,
    'build',
    join(root, 'scripts/action.ts'),
    '--out',
    dist,
    '--license',
    'licenses.txt',
    '--transpile-only',
    '--no-cache',
    '--quiet',
  ],
  { cwd: root, stdio: 'inherit' },
)
for (const step of ['main', 'post']) {
  writeFileSync(
    join(dist, `${step}.js`),
    `/** The ${step} step, as action.yml names it. Source: src/${step}.ts */\nimport { ${step} } from './index.js'\n\nawait ${step}()\n`,
  )
}
