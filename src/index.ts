/** Where action.yml leads: `main` and `post`, called by dist/main.js and dist/post.js. Inputs are read and edges wired here. */

import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restoreLine } from './cloudwatch/restore-file'
import { systemClock } from './edges/clock'
import { githubReleases } from './edges/github-releases'
import { identity } from './edges/identity'
import { createJournalFile, journalPath, openJournalFile } from './edges/journal-file'
import { lambdaControl } from './edges/lambda-control'
import { lambdaInvoke } from './edges/lambda-invoke'
import {
  actionsRunner as runner,
  maskSecrets,
  readInput,
  rememberedJournal,
  rememberJournal,
} from './edges/runner'
import { logGroups } from './edges/log-groups'
import { readRestoreFile, type RestoreFile, restoreFile } from './edges/restore-file'
import { roleControl } from './edges/role-control'
import { secretStores } from './edges/secret-stores'
import { readTrigger } from './edges/trigger'
import { detectProtocol } from './endpoint/verdict'
import { inputNames } from './inputs/defaults'
import { type DetectedProtocol, endpointToAsk } from './inputs/endpoint'
import { parseInputs } from './inputs/parse-inputs'
import { secretInputs } from './inputs/secret-inputs'
import { triggerProblem } from './inputs/trigger'
import { unknownInputs } from './inputs/unknown-inputs'
import type { ClickHouseEndpoint, ClickHouseTarget } from './endpoint/clickhouse-endpoint'
import type { SendLogs } from './endpoint/endpoint'
import type { Inputs, Verifier } from './inputs/inputs'
import type { Problem } from './model/problem'
import { withoutEchoes, withoutValues } from './model/redaction'
import { finishUndo } from './post'
import { annotationsOf, annotationsOfProblems } from './report/annotations'
import { announceProblems, announceReport } from './report/log'
import {
  OUTPUTS_OF_A_RUN_THAT_DID_NOTHING,
  type Outputs,
  outputsOf,
  reportJson,
} from './report/outputs'
import type { Report } from './report/report'
import { renderSummary } from './report/summary'
import { run, type RunResult } from './run'
import { runSignal } from './run-signal'
import { type Journal, startJournal } from './undo/journal'
import type { TelemetryStore } from './verify/telemetry-store'

const { env } = process

/** The main step. Exit 1 whenever anything is not as asked. */
export async function main(): Promise<void> {
  const secrets = secretInputs(readInput)
  maskSecrets(secrets)
  process.on('unhandledRejection', (thrown) => {
    failUnexpectedly(thrown, secrets)
    // Whoever waits for what was rejected would wait for ever; the post step puts back what is left.
    process.exit(1)
  })
  try {
    setOutputs(OUTPUTS_OF_A_RUN_THAT_DID_NOTHING)
    const restore = restoreFile(temporaryFolder(), (path) => runner.setOutput('restore-path', path))
    const result = await readAndRun(restore)
    if (result.ok) await publish(result.report, restore.path())
    else refuse(result.problems)
  } catch (thrown) {
    failUnexpectedly(thrown, secrets)
  }
}

async function readAndRun(restore: RestoreFile): Promise<RunResult> {
  const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'))
  const unknown = unknownInputs(given, inputNames)
  const region = env['AWS_REGION'] ? { region: env['AWS_REGION'] } : {}
  const endpoint = endpointToAsk(readInput)
  const first = parseInputs(
    readInput,
    endpoint === undefined ? region : { ...region, detected: 'http' },
  )
  if (!first.ok) {
    // Here a mistyped name is most likely what is wrong.
    for (const warning of unknown) runner.info(warning)
    return first
  }
  const trigger = triggerProblem(first.inputs.mode, await readTrigger(env))
  if (trigger) return { ok: false, problems: [trigger] }

  const parsed =
    endpoint === undefined || first.inputs.mode === 'remove'
      ? first
      : parseInputs(readInput, { ...region, detected: await detected(endpoint, first.inputs) })
  if (!parsed.ok) return parsed
  const { inputs } = parsed
  const { limits, smokeTest } = inputs
  return run(inputs, [...parsed.warnings, ...unknown], runSignal(limits.timeoutMinutes), {
    lambda: lambdaControl(limits.apiShare),
    invoke: lambdaInvoke(smokeTest.concurrency, systemClock),
    identity: identity(homeRegion(inputs.targets.regions)),
    releases: githubReleases(limits.githubToken, env),
    runner,
    clock: systemClock,
    openJournal,
    roles: roleControl(),
    logGroups: logGroups(),
    secretStores: secretStores(),
    recordForRestore: (change, fn) => restore.append(restoreLine(change, fn)),
    readRestoreFile,
    send: lazySender(rejectsStrangers(inputs)),
    openStore,
    openClickHouse,
  })
}

/** Where the port does not tell the protocol, the endpoint is asked, without a credential, once all else is right. */
async function detected(endpoint: string, inputs: Inputs): Promise<DetectedProtocol> {
  const send = lazySender(rejectsStrangers(inputs))
  return (await detectProtocol(send, { endpoint, headers: new Map() })) ?? 'none'
}

/** Loaded only when a proof is asked for, as are the stores. */
function lazySender(rejectUnauthorized: boolean): SendLogs {
  return async (target, record) => {
    const { otlpLogs } = await import('./edges/otlp-logs')
    return otlpLogs({ trust: { rejectUnauthorized } })(target, record)
  }
}

/** The runner trusts a certificate where Rotel is told to trust any. */
function rejectsStrangers(inputs: Inputs): boolean {
  if (inputs.mode === 'remove') return true
  return !inputs.wanted.export.environment.some(
    ({ name, value }) => name === 'ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY' && value === 'true',
  )
}

async function openStore(verifier: Exclude<Verifier, { kind: 'none' }>): Promise<TelemetryStore> {
  if (verifier.kind === 'clickhouse') {
    const { clickHouseStore } = await import('./edges/clickhouse-store')
    return clickHouseStore(verifier, systemClock)
  }
  const { hyperDxStore } = await import('./edges/hyperdx-store')
  return hyperDxStore({ url: verifier.hyperDxUrl, apiKey: verifier.apiKey }, systemClock)
}

async function openClickHouse(target: ClickHouseTarget): Promise<ClickHouseEndpoint> {
  const { clickHouseEndpoint } = await import('./edges/clickhouse-endpoint')
  return clickHouseEndpoint(target)
}

/** The post step learns of the journal before anything can be in it. */
function openJournal(account: string, partition: string): Journal {
  const path = journalPath(temporaryFolder())
  const store = createJournalFile(path)
  rememberJournal(path)
  return startJournal(store, { account, partition, salt: randomBytes(16).toString('hex') })
}

/** The post step: runs always, and has nothing to do after a main step that came to its end. */
export async function post(): Promise<void> {
  try {
    const path = rememberedJournal()
    const journal = path === '' ? undefined : openJournalFile(path)
    if (journal === undefined) return
    const done = await finishUndo(journal.text, journal.store, {
      lambda: lambdaControl(1),
      roles: roleControl(),
      identity: identity(homeRegion([])),
      clock: systemClock,
      runner,
    })
    if (!done) process.exitCode = 1
  } catch (thrown) {
    failUnexpectedly(thrown, [])
  }
}

async function publish(report: Report, restorePath: string): Promise<void> {
  announceReport(report, runner)
  for (const annotation of annotationsOf(report)) runner.annotate(annotation)
  const path = join(
    temporaryFolder(),
    `clickstack-lambda-report-${randomBytes(6).toString('hex')}.json`,
  )
  setOutputs(outputsOf(report, path, restorePath))
  await runner.writeSummary(renderSummary(report))
  writeFileSync(path, reportJson(report), { mode: 0o600, flag: 'wx' })
  if (report.result === 'failure') process.exitCode = 1
}

function refuse(problems: readonly Problem[]): void {
  announceProblems(problems, runner)
  for (const annotation of annotationsOfProblems(problems)) runner.annotate(annotation)
  process.exitCode = 1
}

function setOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
}

/** A fault of this program's own: its words may hold anything, so they are cut as AWS's are. */
function failUnexpectedly(thrown: unknown, secrets: readonly string[]): void {
  const error = thrown instanceof Error ? thrown : new Error('unknown')
  const message = withoutValues(withoutEchoes(`${error.name}: ${error.message}`), secrets)
  runner.annotate({ level: 'error', title: 'ClickStack for AWS Lambda: unexpected fault', message })
  runner.debug(withoutValues(withoutEchoes(error.stack ?? ''), secrets))
  process.exitCode = 1
}

function temporaryFolder(): string {
  const folder = env['RUNNER_TEMP'] ?? tmpdir()
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Where STS is asked who the caller is: every region gives the same answer. */
function homeRegion(regions: readonly string[]): string {
  return env['AWS_REGION'] ?? regions[0] ?? 'us-east-1'
}
