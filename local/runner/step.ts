/**
 * Runs a built step as the Actions runner does: a process, `INPUT_*` variables with the defaults of action.yml filled in,
 * the files behind GITHUB_OUTPUT, GITHUB_STATE and GITHUB_STEP_SUMMARY, and a log that is read for workflow commands.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { interpretLog, type InterpretedLog } from './workflow-commands'

const root = join(import.meta.dirname, '..', '..')

export interface Step {
  readonly name: 'main' | 'post'
  readonly inputs?: Readonly<Record<string, string>>
  /** Laid over an otherwise empty environment. */
  readonly env?: Readonly<Record<string, string>>
  /** `STATE_*` of the main step, for the post step. */
  readonly state?: Readonly<Record<string, string>>
  /** As with ACTIONS_STEP_DEBUG: debug lines are kept in the log. */
  readonly debug?: boolean
  /** Where action.yml and dist/ are, when another build than this checkout's is to run. */
  readonly checkout?: string
  readonly onStart?: (child: ChildProcess) => void
  /** Called with each line as it is printed. */
  readonly onLine?: (line: string) => void
}

export interface StepResult extends InterpretedLog {
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
}

/** One job: its steps share the temporary folder, and the system's, which is their own as well. */
export interface Job {
  readonly temp: string
  run(step: Step): Promise<StepResult>
  /** Everything that is in both folders, by path from the temporary one. */
  files(): ReadonlyMap<string, string>
  delete(): void
}

export function startJob(): Job {
  const folder = mkdtempSync(join(tmpdir(), 'clickstack-job-'))
  const temp = join(folder, 'temp')
  const folders = [temp, systemTempBeside(temp)]
  for (const path of folders) mkdirSync(path)
  let count = 0
  return {
    temp,
    run: (step) => runStep(step, temp, join(folder, `step-${String(count++)}`)),
    files: () =>
      new Map(
        folders.flatMap(filesIn).map((path) => [relative(temp, path), readFileSync(path, 'utf8')]),
      ),
    delete: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** TMPDIR: what a step writes there is found as well, and is no other job's. */
function systemTempBeside(temp: string): string {
  return `${temp}-of-system`
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

async function runStep(step: Step, temp: string, commandFiles: string): Promise<StepResult> {
  mkdirSync(commandFiles)
  const file = (name: string) => {
    const path = join(commandFiles, name)
    writeFileSync(path, '')
    return path
  }
  const paths = { output: file('output'), state: file('state'), summary: file('summary') }
  const checkout = step.checkout ?? root
  const child = spawn(process.execPath, [join(checkout, 'dist', `${step.name}.js`)], {
    cwd: temp,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: temp,
      TMPDIR: systemTempBeside(temp),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'example/shop',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_OUTPUT: paths.output,
      GITHUB_STATE: paths.state,
      GITHUB_STEP_SUMMARY: paths.summary,
      RUNNER_TEMP: temp,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...(step.debug && { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' }),
      ...inputVariables(step.inputs ?? {}, checkout),
      ...Object.fromEntries(
        Object.entries(step.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]),
      ),
      ...step.env,
    },
  })
  step.onStart?.(child)
  const output = { stdout: '', stderr: '' }
  let partial = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    const lines = `${partial}${text}`.split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) step.onLine?.(line)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const end = await new Promise<{ exitCode: number | null; killedBy: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode, killedBy) => resolve({ exitCode, killedBy }))
    },
  )
  return {
    ...end,
    ...output,
    ...interpretLog(output.stdout),
    outputs: readCommandFile(paths.output),
    state: readCommandFile(paths.state),
    summary: existsSync(paths.summary) ? readFileSync(paths.summary, 'utf8') : '',
  }
}

interface ActionYml {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

/** By the text of action.yml, which is the same for thousands of steps. */
const knownDefaults = new Map<string, readonly (readonly [string, string])[]>()

function defaultsOf(actionYml: string): readonly (readonly [string, string])[] {
  const known = knownDefaults.get(actionYml)
  if (known) return known
  const { inputs } = parse(actionYml) as ActionYml
  const defaults = Object.entries(inputs).map(
    ([name, { default: value = '' }]) => [name, value.startsWith('${{') ? '' : value] as const,
  )
  knownDefaults.set(actionYml, defaults)
  return defaults
}

/** The runner fills defaults in, evaluates expressions, and keeps the hyphens in the names of the variables. */
function inputVariables(
  given: Readonly<Record<string, string>>,
  checkout: string,
): Record<string, string> {
  const defaults = defaultsOf(readFileSync(join(checkout, 'action.yml'), 'utf8'))
  return Object.fromEntries(
    [...defaults, ...Object.entries(given)].map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )
}

/** `name<<delimiter`, the value's lines, `delimiter`: the form that the toolkit writes. */
function readCommandFile(path: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = readFileSync(path, 'utf8').split('\n')
  for (let at = 0; at < lines.length; at++) {
    const [, name, delimiter] = /^([^<]+)<<(.+)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined || delimiter === undefined) continue
    const end = lines.indexOf(delimiter, at + 1)
    values[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return values
}
