/** Messages, remedies and docs are plain technical English: no banned phrase is left in them. */

import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { bannedIn, readTexts, textsOf } from './words'

const root = join(import.meta.dirname, '..', '..')

const PLACES = [
  'src',
  'local/demo',
  'scripts',
  'action.yml',
  'README.md',
  'CONTRIBUTING.md',
  'docs',
]

const findings = readTexts(root, PLACES).flatMap(({ path, line, text }) =>
  bannedIn(text).map((finding) => ({
    path,
    finding: `${path}:${String(line)}: ${finding}: ${text}`,
  })),
)
test('no message and no page has a banned phrase', () => {
  expect(findings.map(({ finding }) => finding)).toEqual([])
})

test.each([
  ['a.ts', "export const text = 'the endpoint is no URL'"],
  ['a.ts', 'export const text = (name: string) => `${name} was put back as it was found`'],
  ['a.ts', "call({ detail: 'Nothing was touched. To be corrected first:' })"],
  ['a.ts', 'const REMEDIES = { a: "Use one, or say `accept-log-loss: true`." }'],
  [
    'action.yml',
    'description: x\ninputs:\n  a:\n    description: >-\n      Crashes and\n      time-outs.\noutputs: {}\n',
  ],
  ['docs/a.md', '# A page\n\nThe functions are as asked.\n'],
])('a planted phrase is found in %s: %j', (path, source) => {
  expect(textsOf(path, source).flatMap(({ text }) => bannedIn(text))).not.toEqual([])
})

test('names in code, code blocks and plain words are not found', () => {
  const source =
    "import { cut } from './cut'\nconst kind = 'cut'\nconst text = 'the log group is disabled'\n"
  const page = 'Plain words, and `logs.cut`.\n\n```ts\nconst text = "say it as asked"\n```\n'
  const texts = [...textsOf('a.ts', source), ...textsOf('a.md', page)]
  expect(texts.flatMap(({ text }) => bannedIn(text))).toEqual([])
})
