/** Writes docs/reason-codes.md from the table in src/model/reason.ts; with `--check`, only checks that it is current. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { REMEDIES } from '../src/model/reason'

const path = join(import.meta.dirname, '..', 'docs', 'reason-codes.md')

const rows = Object.entries(REMEDIES).map(
  ([reason, remedy]) => `| \`${reason}\` | ${remedy.replaceAll('|', '\\|')} |`,
)
const text = await format(
  `# Reason codes

Each function ends with a status, and most functions also with one of these codes. The codes are stable: scripts
can rely on them. The log, the summary and the outputs show them with the details of the case.

| Code | What to do |
| --- | --- |
${rows.join('\n')}
`,
  { parser: 'markdown', printWidth: 100 },
)

if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  console.error('docs/reason-codes.md is out of date. Run `npm run docs`')
  process.exitCode = 1
}
