/** Writes src/inputs/defaults.ts from action.yml; with `--check` it fails if the file is not up to date. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { inputDefaultsModule } from './action-tables'

const file = (name: string) => new URL(`../${name}`, import.meta.url)
const path = file('src/inputs/defaults.ts')
const fresh = await format(inputDefaultsModule(readFileSync(file('action.yml'), 'utf8')), {
  ...(await resolveConfig(fileURLToPath(path))),
  parser: 'typescript',
})

if (fresh === readFileSync(path, 'utf8')) {
  console.log('src/inputs/defaults.ts is up to date')
} else if (process.argv.includes('--check')) {
  console.error('src/inputs/defaults.ts is out of date. Run `npm run docs`')
  process.exitCode = 1
} else {
  writeFileSync(path, fresh)
  console.log('src/inputs/defaults.ts written')
}
