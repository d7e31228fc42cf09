/** Writes the tables of inputs and outputs into README.md; with `--check` it fails if they are not up to date. */

import { readFileSync, writeFileSync } from 'node:fs'
import { withTables } from './action-tables'

const file = (name: string) => new URL(`../${name}`, import.meta.url)
const readme = readFileSync(file('README.md'), 'utf8')
const fresh = withTables(readme, readFileSync(file('action.yml'), 'utf8'))

if (fresh === readme) {
  console.log('README.md: the tables are up to date')
} else if (process.argv.includes('--check')) {
  console.error('README.md: the tables are stale. Run: npx tsx scripts/readme-tables.ts')
  process.exitCode = 1
} else {
  writeFileSync(file('README.md'), fresh)
  console.log('README.md: tables written')
}
