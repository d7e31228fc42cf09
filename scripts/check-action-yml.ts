/**
 * Checks action.yml, and the whole workflows that README.md shows, with GitHub's own parser. Fails on any finding.
 * Runs under tsx: plain Node cannot import the parser, which imports JSON without an attribute.
 */

import { readFileSync } from 'node:fs'
import { validate } from '@actions/languageservice'

interface Source {
  /** By its end the parser tells actions from workflows. */
  readonly uri: string
  readonly title: string
  readonly text: string
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

const action: Source = { uri: 'file:///action.yml', title: 'action.yml', text: read('action.yml') }

/** Code blocks with triggers; the others show single steps. */
const workflows = [...read('README.md').matchAll(/^```yaml\n(.*?)^```$/gms)]
  .map((match) => match[1] ?? '')
  .filter((text) => /^on:/m.test(text))
  .map((text, index): Source => {
    const title = `README.md, workflow ${index + 1}`
    return { uri: `file:///.github/workflows/readme-${index + 1}.yml`, title, text }
  })

let findings = 0
for (const { uri, title, text } of [action, ...workflows]) {
  // The parser reads no more of a document than its place and its text.
  const document = { uri, getText: () => text } as Parameters<typeof validate>[0]
  for (const { message, range } of await validate(document)) {
    findings++
    const words = typeof message === 'string' ? message : message.value
    console.error(`${title}:${range.start.line + 1}: ${words}`)
  }
}
console.log(`action.yml and ${workflows.length} workflows in README.md: ${findings} findings`)
if (findings > 0) process.exitCode = 1
