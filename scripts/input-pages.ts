/** Writes the tables of docs/inputs.md and docs/outputs.md; with `--check` it fails if they are not up to date. */

import { readFileSync, writeFileSync } from 'node:fs'
import { withInputTables, withOutputTable } from './action-tables'

const file = (name: string) => new URL(`../${name}`, import.meta.url)
const action = readFileSync(file('action.yml'), 'utf8')

for (const [name, withTables] of [
  ['docs/inputs.md', withInputTables],
  ['docs/outputs.md', withOutputTable],
] as const) {
  const page = readFileSync(file(name), 'utf8')
  const fresh = withTables(page, action)
  if (fresh === page) {
    console.log(`${name}: the tables are up to date`)
  } else if (process.argv.includes('--check')) {
    console.error(`${name}: the tables are out of date. Run \`npm run docs\``)
    process.exitCode = 1
  } else {
    writeFileSync(file(name), fresh)
    console.log(`${name}: tables written`)
  }
}
