/** The main step of action.yml: reads the inputs, wires the edges, runs, publishes. */

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { restoreLine } from './pipeline/roles/restore-file'
import { systemClock } from './edges/clock'
import { githubReleases } from './edges/github-releases'
import { identity } from './edges/identity'
import { createJournalFile, journalPath } from './edges/journal-file'
import { lambdaControl } from './edges/lambda-control'
import { lambdaInvoke } from './edges/lambda-invoke'
import { actionsRunner as runner, maskSecrets, readInput, rememberJournal } from './edges/runner'
import { logGroups } from './edges/log-groups'
import { readRestoreFile, type RestoreFile, restoreFile } from './edges/restore-file'
import { roleControl } from './edges/role-control'
import { secretStores } from './edges/secret-stores'
import { readTrigger } from './edges/trigger'
import { parseInputs } from './inputs/parse-inputs'
import { secretInputs } from './inputs/secret-inputs'
import { triggerProblem } from './inputs/trigger'
import type { ClickHouseEndpoint, ClickHouseTarget } from './systems/clickstack/clickhouse-endpoint'
import type { SendLogs } from './systems/clickstack/endpoint'
import type { Inputs } from './run'
import type { Verifier } from './pipeline/verify/settings'
import type { Problem } from './model/problem'
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
import { homeRegion, temporaryFolder } from './edges/environment'
import { runSignal } from './edges/run-signal'
import { failUnexpectedly } from './report/unexpected-fault'
import { type Journal, startJournal } from './pipeline/rollout/journal'
import type { TelemetryStore } from './systems/clickstack/telemetry-store'

const { env } = process

/** The main step. Exit 1 whenever the result is `failure`. */
export async function main(): Promise<void> {
  const secrets = secretInputs(readInput)
  maskSecrets(secrets)
  process.on('unhandledRejection', (thrown) => {
    failUnexpectedly(thrown, secrets, runner)
    // Code that waits for the rejected promise would never continue; the post step finishes the rollback.
    process.exit(1)
  })
  try {
    setOutputs(OUTPUTS_OF_A_RUN_THAT_DID_NOTHING)
    const restore = restoreFile(temporaryFolder(), (path) => runner.setOutput('restore-path', path))
    const result = await readAndRun(restore)
    if (result.ok) await publish(result.report, restore.path())
    else refuse(result.problems)
  } catch (thrown) {
    failUnexpectedly(thrown, secrets, runner)
  }
}

async function readAndRun(restore: RestoreFile): Promise<RunResult> {
  const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'))
  const region = env['AWS_REGION']
  const parsed = parseInputs(readInput, { given, ...(region === undefined ? {} : { region }) })
  if (!parsed.ok) return parsed
  const { inputs } = parsed
  const trigger = triggerProblem(inputs.mode, await readTrigger(env))
  if (trigger) return { ok: false, problems: [trigger] }

  const { limits, smokeTest } = inputs
  return run(inputs, parsed.warnings, runSignal(limits.timeoutMinutes), {
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

/** Loaded only for a proof, as are the stores. */
function lazySender(rejectUnauthorized: boolean): SendLogs {
  return async (target, record) => {
    const { otlpLogs } = await import('./edges/otlp-logs')
    return otlpLogs({ trust: { rejectUnauthorized } })(target, record)
  }
}

/** The runner trusts any certificate where Rotel is configured to. */
function rejectsStrangers(inputs: Inputs): boolean {
  if (inputs.mode === 'remove') return true
  return !inputs.export.environment.some(
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

async function publish(report: Report, restorePath: string): Promise<void> {
  announceReport(report, runner)
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
  process.exitCode = 1
}

function setOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
}
