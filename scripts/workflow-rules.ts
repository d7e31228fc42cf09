/**
 * What workflow files of this repository have to keep to beyond being valid, so that nobody can run code in them or use
 * their tokens. Source: GitHub Docs, "Secure use reference".
 */

import { parse } from 'yaml'

export interface Finding {
  readonly line: number
  readonly message: string
}

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: unknown
  readonly 'timeout-minutes'?: unknown
  readonly uses?: string
  readonly secrets?: unknown
  readonly steps?: readonly Step[]
}

interface Workflow {
  readonly on?: unknown
  readonly permissions?: unknown
  readonly jobs?: Readonly<Record<string, Job>>
}

/** @param inputs the names of the inputs of this action, which steps with `uses: ./` are checked against */
export function ruleFindings(text: string, inputs: ReadonlySet<string>): readonly Finding[] {
  // Of workflows only: what is not one is a finding of the parser.
  const workflow = (parse(text) ?? {}) as Workflow
  const at = (message: string): Finding => ({ line: 1, message })
  return [
    ...pins(text),
    ...expressionsInScripts(text),
    ...(isEmpty(workflow.permissions)
      ? []
      : [at('`permissions: {}` is missing at the top: each job names its own')]),
    ...(JSON.stringify(workflow.on ?? '').includes('pull_request_target')
      ? [at('`pull_request_target` gives a fork’s pull request the rights of this repository')]
      : []),
    ...Object.entries(workflow.jobs ?? {}).flatMap(([name, job]) =>
      jobFindings(job, inputs).map((message) => at(`${name}: ${message}`)),
    ),
  ]
}

const isEmpty = (permissions: unknown) =>
  typeof permissions === 'object' && permissions !== null && Object.keys(permissions).length === 0

function jobFindings(job: Job, inputs: ReadonlySet<string>): readonly string[] {
  return [
    ...(typeof job.permissions === 'object' ? [] : ['the job has no list of permissions']),
    ...(job.uses === undefined && job['timeout-minutes'] === undefined
      ? ['the job has no `timeout-minutes`']
      : []),
    ...(job.secrets === 'inherit' ? ['`secrets: inherit` passes every secret'] : []),
    ...(job.steps ?? []).flatMap((step) => stepFindings(step, inputs)),
  ]
}

function stepFindings(
  { uses = '', run = '', with: given = {} }: Step,
  inputs: ReadonlySet<string>,
) {
  return [
    ...(uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false
      ? ['`persist-credentials: false` is missing: the token would lie in .git/config']
      : []),
    ...(/\bnpm (ci|install|i)\b(?!.*--ignore-scripts)/m.test(run)
      ? ['npm runs scripts of packages: `--ignore-scripts` is missing']
      : []),
    ...(uses === './'
      ? Object.keys(given)
          .filter((name) => !inputs.has(name))
          .map((name) => `action.yml has no input \`${name}\``)
      : []),
  ]
}

const COMMIT = /^[^@\s]+@[0-9a-f]{40}$/

/** An action of others is pinned by its whole commit, with the version beside it, and once in a file. */
function pins(text: string): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const [, used = '', comment = ''] =
      /^\s*(?:-\s+)?uses:\s*['"]?([^\s'"#]+)['"]?\s*(?:#\s*(.*))?$/.exec(line) ?? []
    if (used === '' || used.startsWith('./')) return []
    const at = (message: string) => [{ line: index + 1, message: `${used}: ${message}` }]
    if (!COMMIT.test(used)) return at('not pinned by the 40 digits of a commit')
    return /^v\d+(\.\d+)+/.test(comment) ? [] : at('the version is missing, as `# v1.2.3`')
  })
}

/** The action and commit of each `uses:` in a file, to compare files with each other. */
export function pinned(text: string): readonly (readonly [action: string, commit: string])[] {
  const found = text.matchAll(/^\s*(?:-\s+)?uses:\s*([^@\s]+)@([0-9a-f]{40})\b/gm)
  return [...found].map(([, action = '', commit = '']) => [action, commit])
}

/** An expression is put into a script as text before the shell reads it: a title or a name could be a command. */
function expressionsInScripts(text: string): readonly Finding[] {
  const workflow = (parse(text) ?? {}) as Workflow
  const scripts = Object.values(workflow.jobs ?? {})
    .flatMap(({ steps = [] }) => steps)
    .map(({ run = '' }) => run)
    .filter((run) => run.includes('${{'))
  return scripts.map((run) => {
    const [, expression = ''] = /(\$\{\{.*?\}\})/s.exec(run) ?? []
    const line = text.split('\n').findIndex((one) => one.includes(expression)) + 1
    return { line, message: `${expression} in a script: pass it as a variable of the environment` }
  })
}
