/** The YAML that README.md and docs/ show, as workflows: for GitHub's parser, and for the tests that run them. Pure. */

import { parse } from 'yaml'

export interface Example {
  /** `docs/aliases.md:27`. */
  readonly place: string
  /** A whole workflow: shown so, or steps or inputs of which one is made around them. */
  readonly workflow: string
  /** Whether the page shows the whole of it. */
  readonly isWhole: boolean
}

interface ExampleStep {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

export interface ExampleJob {
  readonly steps: readonly ExampleStep[]
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly string[]>> }
}

/** As the pages write it until there is a release. */
export const THIS_ACTION = 'OWNER/clickstack-lambda-action@'

/** @param page its path; throws for YAML that is neither a workflow, nor steps, nor a part of a step or a job */
export function examplesOf(page: string, markdown: string): readonly Example[] {
  return [...markdown.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map((match) => {
    const place = `${page}:${String(markdown.slice(0, match.index).split('\n').length + 1)}`
    const text = match[1] ?? ''
    if (/^on:/m.test(text)) return { place, workflow: text, isWhole: true }
    return { place, workflow: around(text, place), isWhole: false }
  })
}

export function jobsOf({ workflow }: Example): readonly (readonly [string, ExampleJob])[] {
  const { jobs } = parse(workflow) as { readonly jobs: Readonly<Record<string, ExampleJob>> }
  return Object.entries(jobs)
}

const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))

function around(text: string, place: string): string {
  const head =
    'on: workflow_dispatch\njobs:\n  example:\n    runs-on: ubuntu-latest\n    steps:\n      - id: clickstack\n        run: exit 0\n'
  const step = `      - uses: ${THIS_ACTION}COMMIT\n`
  if (/^- /m.test(text)) return `${head}${indented(text, 6)}`
  if (/^container:/.test(text)) {
    return head.replace('    steps:\n', `${indented(text, 4)}    steps:\n`)
  }
  if (/^env:/.test(text)) return `${head}${step}${indented(text, 8)}`
  if (/^[a-z-]+: /.test(text)) return `${head}${step}        with:\n${indented(text, 10)}`
  throw new Error(`${place}: neither a workflow, nor steps, nor inputs of one`)
}
