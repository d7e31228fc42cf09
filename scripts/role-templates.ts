/**
 * The roles of workflows as CloudFormation and as Terraform, made of the policies that docs/permissions.md prints. Writes
 * docs/templates/; with `--check` it fails if they are not up to date.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { roleTemplates } from './role-template-texts'

const file = (name: string) => new URL(`../${name}`, import.meta.url)
const page = readFileSync(file('docs/permissions.md'), 'utf8')

for (const [name, fresh] of roleTemplates(page)) {
  const path = file(`docs/templates/${name}`)
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') === fresh) continue
    console.error(`docs/templates/${name} is out of date. Run \`npm run docs\``)
    process.exitCode = 1
  } else {
    writeFileSync(path, fresh)
  }
}
