/**
 * Checks action.yml, and the workflows that README.md and docs/ show, with GitHub's own parser, which also compares the
 * inputs of their steps with action.yml. Fails on any finding. Runs under tsx: plain Node cannot import the parser, which
 * imports JSON without an attribute.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { validate, type ValidationConfig } from '@actions/languageservice'
import { parse } from 'yaml'
import { type Example, examplesOf } from './examples'

interface Source {
  /** By its end the parser tells actions from workflows. */
  readonly uri: string
  readonly title: string
  readonly text: string
}

type Metadata = NonNullable<
  Awaited<
    ReturnType<NonNullable<ValidationConfig['actionsMetadataProvider']>['fetchActionMetadata']>
  >
>

const root = new URL('../', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, root), 'utf8')

const action: Source = { uri: 'file:///action.yml', title: 'action.yml', text: read('action.yml') }
const metadata = parse(action.text) as Metadata

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
]

const workflows = pages
  .flatMap((page) => examplesOf(page, read(page)))
  .map(({ place, workflow }: Example, index): Source => {
    const uri = `file:///.github/workflows/example-${String(index + 1)}.yml`
    return { uri, title: place, text: workflow }
  })

/** Inputs of the actions of others that the examples use, as far as they are used. Another action is a finding. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'aws-actions/configure-aws-credentials': ['role-to-assume', 'aws-region', 'output-credentials'],
  'actions/upload-artifact': ['name', 'path', 'retention-days'],
  'actions/download-artifact': ['name', 'path', 'run-id', 'github-token'],
}

function metadataOf(owner: string, name: string): Metadata | undefined {
  if (name === 'clickstack-lambda-action') return metadata
  const inputs = OTHERS[`${owner}/${name}`]
  if (inputs === undefined) return undefined
  const described = inputs.map((input): [string, { description: string }] => [
    input,
    { description: '' },
  ])
  return { name, description: '', inputs: Object.fromEntries(described) }
}

const config: ValidationConfig = {
  actionsMetadataProvider: {
    fetchActionMetadata: ({ owner, name }) => Promise.resolve(metadataOf(owner, name)),
  },
}

let findings = 0
for (const { uri, title, text } of [action, ...workflows]) {
  // The parser reads no more of a document than its place and its text.
  const document = { uri, getText: () => text } as Parameters<typeof validate>[0]
  for (const { message, range } of await validate(document, config)) {
    findings++
    const words = typeof message === 'string' ? message : message.value
    console.error(`${title}: ${words}\n  ${text.split('\n')[range.start.line] ?? ''}`)
  }
}
console.log(
  `action.yml and ${String(workflows.length)} examples of workflows: ${String(findings)} findings`,
)
if (findings > 0) process.exitCode = 1
