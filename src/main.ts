/** The main step of action.yml: reads the inputs, wires the edges, runs, publishes. */

import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { restoreLine } from './pipeline/roles/restore-file'
import { aliasControl } from './edges/alias-control'
import { systemClock } from './edges/clock'
import { githubReleases } from './edges/github-releases'
import { callerSecrets, hideInAnswers } from './edges/known-values'
import { createJournalFile, journalPath } from './edges/journal-file'
import { observedLambdaClock } from './edges/lambda-clock'
import { lambdaControl } from './edges/lambda-control'
import { lambdaInvoke } from './edges/lambda-invoke'
import {
  lazyIdentity,
  lazyLogGroups,
  lazyOtlpLogs,
  lazyPullRequestComments,
  lazyRoleControl,
  lazySecretStores,
  lazyTaggedFunctions,
  openClickHouse,
  openStore,
} from './edges/lazy-edges'
import { pacing } from './edges/paced-calls'
import {
  actionsRunner as runner,
  causeOf,
  maskSecrets,
  readInput,
  rememberJournal,
  warnOnce,
} from './edges/runner'
import { runnerProxies } from './edges/proxy-settings'
import { readRestoreFile, type RestoreFile, restoreFile } from './edges/restore-file'
import { readTrigger } from './edges/trigger'
import { parseInputs } from './inputs/parse-inputs'
import { timeOfRun } from './inputs/run-time'
import { secretInputs } from './inputs/secret-inputs'
import { triggerProblem } from './inputs/trigger'
import type { Inputs } from './run'
import type { Problem } from './model/problem'
import { commentOf, commentWarning } from './report/comment'
import { announceProblems, announceReport } from './report/log'
import {
  OUTPUTS_OF_A_RUN_THAT_DID_NOTHING,
  type Outputs,
  outputsOf,
  reportJson,
} from './report/outputs'
import { renderProblems } from './report/problems-summary'
import type { Report } from './report/report'
import { renderSummary } from './report/summary'
import { run as runAction, type RunResult } from './run'
import { homeRegion, stepPlace, temporaryFolder } from './edges/environment'
import { runSignal } from './edges/run-signal'
import { failUnexpectedly } from './report/unexpected-fault'
import {
  type Journal,
  journalFault,
  type JournalStore,
  startJournal,
} from './pipeline/rollout/journal'

const { env } = process

/** The main step. Exit 1 whenever the result is `failure`. Named as @github/local-action calls it. */
export async function run(): Promise<void> {
  const secrets = [...secretInputs(readInput), ...runnerProxies.secrets]
  maskSecrets(secrets)
  hideInAnswers([...secrets, ...callerSecrets(env)])
  process.on('unhandledRejection', (thrown) => {
    failUnexpectedly(thrown, secrets, runner)
    // Code that waits for the rejected promise would never continue; the post step finishes the rollback.
    process.exit(1)
  })
  try {
    setOutputs(OUTPUTS_OF_A_RUN_THAT_DID_NOTHING)
    const restore = restoreFile(temporaryFolder(), (path) => runner.setOutput('restore-path', path))
    const result = await readAndRun(restore, secrets)
    if (result.ok) await publish(result.report, restore.path())
    else await refuse(result.problems)
  } catch (thrown) {
    failUnexpectedly(thrown, secrets, runner)
  }
}

async function readAndRun(restore: RestoreFile, secrets: readonly string[]): Promise<RunResult> {
  const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'))
  const region = env['AWS_REGION']
  const parsed = parseInputs(readInput, { given, ...(region === undefined ? {} : { region }) })
  const problems = [...(parsed.ok ? [] : parsed.problems), ...runnerProxies.problems]
  if (!parsed.ok || problems.length > 0) return { ok: false, problems }
  const { inputs } = parsed
  const trigger = triggerProblem(inputs.mode, await readTrigger(env))
  if (trigger) return { ok: false, problems: [trigger] }

  const { limits, smokeTest } = inputs
  const expiration = env['AWS_CREDENTIAL_EXPIRATION'] ?? ''
  const timed = timeOfRun(limits.timeoutMinutes, expiration, systemClock.now())
  if (!timed.ok) return { ok: false, problems: [timed.problem] }
  const lambdaClock = observedLambdaClock(systemClock)
  const signals = runSignal(timed.time)
  const pace = pacing(systemClock, signals.credentialsEnded)
  const calls = pace(signals.signal)
  const rollbackCalls = pace(signals.rollbackSignal)
  const run = { ...signals, warnings: timed.warnings }
  const result = await runAction(inputs, parsed.warnings, run, {
    rollback: {
      lambda: lambdaControl(limits.apiShare, rollbackCalls, lambdaClock),
      aliases: aliasControl(limits.apiShare, rollbackCalls),
      roles: lazyRoleControl(rollbackCalls),
      signal: signals.rollbackSignal,
    },
    lambda: lambdaControl(limits.apiShare, calls, lambdaClock),
    aliases: aliasControl(limits.apiShare, calls),
    invoke: lambdaInvoke(smokeTest.concurrency, systemClock, calls),
    identity: lazyIdentity(homeRegion(inputs.targets.regions), calls),
    tagged: lazyTaggedFunctions(calls),
    releases: githubReleases(limits.githubToken, env),
    runner,
    secrets,
    clock: systemClock,
    lambdaClock,
    openJournal,
    roles: lazyRoleControl(calls),
    logGroups: lazyLogGroups(calls),
    secretStores: lazySecretStores(calls),
    recordForRestore(change) {
      try {
        restore.append(restoreLine(change))
      } catch (thrown) {
        throw journalFault('the restore file could not be written', thrown)
      }
    },
    readRestoreFile,
    send: lazyOtlpLogs({ trust: trustOf(inputs) }),
    openStore: (verifier) => openStore(verifier, systemClock, signals.signal),
    openClickHouse,
  })
  return result.ok && limits.comment
    ? { ok: true, report: await commented(result.report, inputs) }
    : result
}

/** With a warning where the plan did not become a comment of the pull request. */
async function commented(report: Report, { targets, limits }: Inputs): Promise<Report> {
  const comments = lazyPullRequestComments(limits.githubToken, env)
  const put = await comments.put(commentOf(report, targets, stepPlace()))
  if (!put.ok) return { ...report, warnings: [...report.warnings, commentWarning(put.fault)] }
  runner.info(`The comment of the pull request was ${put.value}.`)
  return report
}

/** The runner trusts any certificate where Rotel is configured to. */
function trustOf(inputs: Inputs): { readonly rejectUnauthorized: boolean } {
  if (inputs.mode === 'remove') return { rejectUnauthorized: true }
  const skips = inputs.export.environment.some(
    ({ name, value }) => name === 'ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY' && value === 'true',
  )
  return { rejectUnauthorized: !skips }
}

/** The post step learns of the journal before anything can be in it. */
function openJournal(account: string, partition: string): Journal {
  const path = journalPath(temporaryFolder())
  const store = storeOfJournal(path)
  try {
    rememberJournal(path)
  } catch (thrown) {
    store.delete()
    const text = `the path of the journal could not be saved for the post step: ${causeOf(thrown)}`
    throw journalFault(text, undefined)
  }
  return startJournal(store, { account, partition, salt: randomBytes(16).toString('hex') })
}

function storeOfJournal(path: string): JournalStore {
  try {
    return createJournalFile(path)
  } catch (thrown) {
    throw journalFault('the journal could not be created under RUNNER_TEMP', thrown)
  }
}

async function publish(report: Report, restorePath: string): Promise<void> {
  announceReport(report, runner)
  setOutputs(outputsOf(report, reportFile(report), restorePath))
  await runner.writeSummary(renderSummary(report))
  if (report.result === 'failure') process.exitCode = 1
}

/** @returns its path; empty where it could not be written */
function reportFile(report: Report): string {
  const name = `clickstack-lambda-report-${randomBytes(6).toString('hex')}.json`
  const path = join(temporaryFolder(), name)
  try {
    writeFileSync(path, reportJson(report), { mode: 0o600, flag: 'wx' })
    return path
  } catch (thrown) {
    discard(path)
    warnOnce(
      `The report could not be written under RUNNER_TEMP (${causeOf(thrown)}). The output \`report-path\` is empty.`,
    )
    return ''
  }
}

async function refuse(problems: readonly Problem[]): Promise<void> {
  announceProblems(problems, runner)
  await runner.writeSummary(renderProblems(problems))
  process.exitCode = 1
}

function setOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
}

/** Half of a file on a full disk. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The folder cannot be written at all.
  }
}
