/** The pipeline: select → inspect → plan → apply in waves, each with its smoke test and proof → report. */

import { rollOut } from './pipeline/rollout/rollout'
import { darknessNotes, inspectLogs } from './pipeline/preflight/logs'
import { parseRestoreLines } from './pipeline/roles/restore-file'
import { roleUsers } from './pipeline/roles/role-users'
import { totalSavings } from './systems/cloudwatch/savings'
import { driftOf } from './systems/templates/drift'
import { inspect, type Inspected } from './pipeline/preflight/inspect'
import { plannedRemoval } from './pipeline/rollout/planned-removal'
import { plannedOutcome } from './pipeline/rollout/untouched'
import type { LambdaFunction } from './systems/lambda/lambda-function'
import { type Outcome, verdict } from './pipeline/rollout/outcome'
import type { Problem } from './model/problem'
import { secretPreflight, type SecretPreflight } from './pipeline/preflight/secrets'
import type { SecretReference } from './systems/rotel/secret-reference'
import { plaintextWarnings, referenceNotes, referencesOf } from './pipeline/preflight/secret-notes'
import type { LatestVersions } from './systems/rotel/layers'
import { type Plan, planAttachment, planRemoval } from './pipeline/plan/plan'
import type { Releases } from './systems/rotel/releases'
import { changeText } from './report/function-line'
import { announcePlan, announceTargets, nameOf, progressLog } from './report/log'
import type { CloudWatchTotals, Report } from './report/report'
import { latestVersions } from './systems/rotel/releases'
import type { RunSignal } from './model/run-signal'
import { accountProblems, foreignAccount } from './pipeline/select/accounts'
import { selectFunctions } from './pipeline/select/select'
import { payloadFor } from './pipeline/smoke-test/payload'
import { establishProof, type OpenStore } from './pipeline/preflight/establish-proof'
import { skipProof, type Prove } from './pipeline/verify/proof'
import type { LambdaControl } from './systems/lambda/lambda-control'
import type { LambdaInvoke } from './pipeline/smoke-test/invocation'
import type { Identity } from './pipeline/select/identity'
import type { Runner } from './model/runner'
import type { Clock } from './model/clock'
import type { SendLogs } from './systems/clickstack/endpoint'
import type { OpenClickHouse } from './systems/clickstack/clickhouse-endpoint'
import type { SecretStores } from './pipeline/preflight/secret-stores'
import type { RoleControl } from './systems/iam/role-control'
import type { LogsChange } from './pipeline/roles/role-change'
import type { LogsOwnership } from './model/ownership'
import type { LogGroups } from './systems/cloudwatch/log-groups'
import type { Journal } from './pipeline/rollout/journal'
import type { Targets } from './pipeline/select/targets'
import type { SmokeTest } from './pipeline/smoke-test/settings'
import type { Iac } from './systems/templates/owner'
import type { ExportChoice, Wanted } from './pipeline/plan/wanted'
import { defaultSettings } from './pipeline/plan/export-settings'
import { rememberedExports, rememberedTables } from './pipeline/preflight/endpoint/remembered'
import type { EndpointCheck } from './pipeline/preflight/endpoint/verdict'
import { type SettledFor, settleExports } from './pipeline/preflight/settle-export'
import type { Target } from './pipeline/select/select'
import type { Verifier } from './pipeline/verify/settings'
import type { LogsWish } from './pipeline/disable-logs/settings'

export interface RunLimits {
  readonly onFailure: 'rollback' | 'keep'
  readonly failOn: 'any' | 'all' | 'never'
  /** Functions written and not yet proven, at most. */
  readonly maxUnproven: number
  /** Failures after which nothing more is written. */
  readonly stopAfter: number
  readonly timeoutMinutes: number
  /** Share of Lambda's control-plane quota that this run may use, in (0, 1]. */
  readonly apiShare: number
  /** Empty: any account. */
  readonly allowedAccountIds: readonly string[]
  /** For the public release list of the extension; empty: without a token. */
  readonly githubToken: string
}

interface InputsOfEveryMode {
  readonly targets: Targets
  readonly smokeTest: SmokeTest
  readonly limits: RunLimits
  /** Which tool owns the functions: see drift/owner.ts. */
  readonly iac: Iac
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
}

/** What `apply`, `plan` and `verify` hold functions and roles against. */
interface Configuration {
  readonly wanted: Omit<Wanted, 'export'>
  readonly export: ExportChoice
  readonly endpointCheck: EndpointCheck
  /** The code hashes that the Rotel layer may have; none: any. */
  readonly layerHashes: readonly string[]
  /** Put a policy of our own on execution roles that may not read the secrets which Rotel is to look up. */
  readonly grantSecretAccess: boolean
  readonly logs: LogsWish
}

export type Inputs = InputsOfEveryMode &
  (
    | ({ readonly mode: 'apply' | 'verify'; readonly verifier: Verifier } & Configuration)
    | ({ readonly mode: 'plan' } & Configuration)
    | {
        readonly mode: 'remove'
        /** Only plan it. */
        readonly dryRun: boolean
        /** Path of the file that a run with `cloudwatch-logs: remove` wrote. */
        readonly restoreFile: string | undefined
      }
  )

/** Everything outside, as a run needs it. */
export interface Outside {
  readonly lambda: LambdaControl
  readonly invoke: LambdaInvoke
  readonly identity: Identity
  readonly releases: Releases
  readonly runner: Runner
  readonly clock: Clock
  readonly send: SendLogs
  /** With `exporter: clickhouse`: the endpoint is ClickHouse itself. */
  readonly openClickHouse: OpenClickHouse
  readonly secretStores: SecretStores
  readonly openStore: OpenStore
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  /** Kept on disk before the write to the role, for `mode: remove` on another day. */
  readonly recordForRestore: (change: LogsChange) => void
  /** `undefined`: it cannot be read. */
  readonly readRestoreFile: (path: string) => string | undefined
  /** Called once, before the first write. */
  readonly openJournal: (account: string, partition: string) => Journal
}

export type RunResult =
  | { readonly ok: true; readonly report: Report }
  /** Nothing was touched. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

export async function run(
  inputs: Inputs,
  inputWarnings: readonly string[],
  run: RunSignal,
  world: Outside,
): Promise<RunResult> {
  const outside: Outside = {
    ...world,
    send: rememberedExports(world.send),
    openClickHouse: rememberedTables(world.openClickHouse),
  }
  const { lambda, runner, clock } = outside
  const startedAt = clock.now()
  const warnings = [...inputWarnings]
  const restore = restoreEntries(inputs, outside)
  if (restore === undefined) return { ok: false, problems: [UNREADABLE_RESTORE_FILE] }

  const wrongAccount = await foreignAccount(inputs.limits.allowedAccountIds, outside.identity)
  if (wrongAccount) return { ok: false, problems: [wrongAccount] }

  const selection = await selectFunctions(inputs.targets, lambda)
  if (!selection.ok) return selection
  const accounts = accountProblems(selection.targets, inputs.limits.allowedAccountIds)
  if (accounts.length > 0) return { ok: false, problems: accounts }
  announceTargets(selection.targets, runner)

  const latest = await findLatest(inputs, outside.releases, warnings)
  const settledFor =
    inputs.mode === 'remove' ? undefined : await settle(inputs, selection.targets, latest, outside)
  const planFor = planner(inputs, latest, settledFor)
  const invokes = (fn: LambdaFunction, changes: boolean) => isInvoked(inputs, fn, changes)
  // What is `auto` changes neither the references nor whether the key is one.
  const settings = inputs.mode === 'remove' ? undefined : defaultSettings(inputs.export)
  const references = settings === undefined ? [] : referencesOf(settings)
  const secrets = preflightOfSecrets(inputs, references, outside)
  const functions = await Promise.all(
    selection.targets.map((target) =>
      inspect(target, {
        lambda,
        planFor,
        invokes,
        secrets,
        caughtLater: (fn) => isProvenLater(inputs, invokes(fn, true)),
        layerMayBeSigned: inputs.mode !== 'remove' && inputs.wanted.layer.kind === 'own-copy',
        needsTags: inputs.mode !== 'remove' && inputs.logs.kind === 'disable',
        layerHashes: inputs.mode === 'remove' ? [] : inputs.layerHashes,
      }),
    ),
  )
  const regions = regionsOf(inputs.targets)
  const inspected = await inspectLogs(functions, {
    mode: inputs.mode,
    users: roleUsers(regions, lambda),
    acceptsLogLoss: inputs.acceptsLogLoss,
    planFor: (fn, logs) => planFor(fn, logs),
    denyPolicyArn: inputs.denyPolicyArn,
    iac: inputs.iac,
    wish: inputs.mode === 'remove' ? { kind: 'keep' } : inputs.logs,
    lambda,
    roles: outside.roles,
    groups: outside.logGroups,
    clock,
    isInvoked: (fn) => invokes(fn, true),
    restore,
  })
  const invocations = inspected.filter(
    (one) => one.kind === 'planned' && invokes(one.fn, one.plan.kind === 'change'),
  ).length
  const planOnly = inputs.mode === 'plan' || (inputs.mode === 'remove' && inputs.dryRun)
  announcePlan(inspected, planOnly ? undefined : invocations, runner)
  const notes = [...referenceNotes(references)]
  warnings.push(...(secrets?.notChecked() ?? []).map((text) => `${text}.`))
  if (settings !== undefined && inputs.mode !== 'verify') {
    warnings.push(...plaintextWarnings(settings, inspected))
  }

  const outcomes =
    inputs.mode === 'plan'
      ? await Promise.all(inspected.map(plannedOutcome))
      : planOnly
        ? await Promise.all(inspected.map(plannedRemoval))
        : await withProof(
            inspected,
            inputs,
            settledFor,
            run,
            outside,
            { warnings, notes },
            (proved, prove) =>
              rollOut(proved, {
                settings: {
                  mode: inputs.mode,
                  limits: inputs.limits,
                  smokeTest: inputs.smokeTest,
                  logs: inputs.mode === 'remove' ? { kind: 'keep' } : inputs.logs,
                  acceptsLogLoss: inputs.acceptsLogLoss,
                  denyPolicyArn: inputs.denyPolicyArn,
                  regions,
                },
                progress: progressLog(inspected.map(nameOf), inputs.mode, runner),
                planFor,
                invokes,
                prove,
                run,
                outside,
              }),
          )
  notes.push(...(await darknessNotes(inspected)))
  return {
    ok: true,
    report: {
      mode: inputs.mode,
      planOnly,
      result: verdict(outcomes, inputs.limits.failOn),
      outcomes: withDrift(outcomes, inspected, inputs),
      warnings,
      notes,
      cloudwatch: cloudWatchTotals(inspected, outcomes, inputs),
      durationMs: clock.now() - startedAt,
      invocations: outcomes.reduce((sum, outcome) => sum + invocationsOf(outcome), 0),
    },
  }
}

const STAYS: ReadonlySet<Outcome['status']> = new Set([
  'instrumented',
  'unchanged',
  'written',
  'planned',
])

/** Says of each function that keeps the change which deploy may take it away. */
function withDrift(
  outcomes: readonly Outcome[],
  inspected: readonly Inspected[],
  { mode, iac }: Inputs,
): readonly Outcome[] {
  if (mode === 'remove') return outcomes
  const found = new Map(inspected.flatMap(({ fn }) => (fn ? [[fn.arn.text, fn] as const] : [])))
  return outcomes.map((outcome) => {
    const fn = outcome.arn && found.get(outcome.arn.text)
    const drift = fn && STAYS.has(outcome.status) ? driftOf(fn, outcome.change, iac) : undefined
    return drift ? { ...outcome, drift } : outcome
  })
}

/** What the run has cut, or would cut: a log group that several functions share is counted once. */
function cloudWatchTotals(
  inspected: readonly Inspected[],
  outcomes: readonly Outcome[],
  inputs: Inputs,
): CloudWatchTotals | undefined {
  if (inputs.mode === 'remove' || inputs.logs.kind === 'keep') return undefined
  const disabled = new Set(
    outcomes.flatMap(({ arn, status, cloudwatch }) => {
      const counts = cloudwatch?.by !== undefined || (status === 'planned' && cloudwatch)
      return counts && arn ? [arn.text] : []
    }),
  )
  const groups = new Map<string, number>()
  for (const { fn, logs } of inspected) {
    const bytes = logs.disabling?.ingestedBytes
    const group = logs.disabling?.member.group
    if (fn && disabled.has(fn.arn.text) && bytes !== undefined) groups.set(group ?? '', bytes)
  }
  if (disabled.size === 0) return undefined
  return { functions: disabled.size, savings: totalSavings(groups, inputs.logs.pricePerGb) }
}

function invocationsOf({ smoke, telemetry, cloudwatch }: Outcome): number {
  const first = smoke?.requestId === undefined ? 0 : 1
  return first + (telemetry?.invokedAgain ? 1 : 0) + (cloudwatch?.invocations ?? 0)
}

/** `undefined`: the file is not there, or of another form; then none of it is followed. */
function restoreEntries(
  inputs: Inputs,
  { readRestoreFile }: Outside,
): readonly LogsChange[] | undefined {
  if (inputs.mode !== 'remove' || inputs.restoreFile === undefined) return []
  const text = readRestoreFile(inputs.restoreFile)
  return text === undefined ? undefined : parseRestoreLines(text)
}

const UNREADABLE_RESTORE_FILE: Problem = {
  input: 'restore-file',
  message:
    '`restore-file` names a file that is not there, or not in the form that `cloudwatch-logs: remove` writes. Give the path of its output `restore-path`, or leave it out: a minimal grant is given then.',
}

/** Nothing is written before the proof is set up; where that fails, all functions are blocked. */
async function withProof(
  inspected: readonly Inspected[],
  inputs: Exclude<Inputs, { mode: 'plan' }>,
  settledFor: SettledFor | undefined,
  run: RunSignal,
  outside: Outside,
  { warnings, notes }: { readonly warnings: string[]; readonly notes: string[] },
  body: (inspected: readonly Inspected[], prove: Prove) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const planned = inspected.flatMap((one) => (one.kind === 'planned' ? one.fn : []))
  if (inputs.mode === 'remove' || settledFor === undefined || planned.length === 0) {
    return body(inspected, skipProof)
  }
  const choices = inputs.export
  const settingsOf = (fn: LambdaFunction) => settledFor(fn).settings
  const proof = await establishProof(inputs.verifier, [...new Set(planned.map(settingsOf))], {
    ...outside,
    run,
    check: inputs.endpointCheck,
    triesSchemes: choices.exporter === 'otlp' && choices.apiKey?.scheme === 'auto',
    settingsOf,
  })
  warnings.push(...proof.warnings)
  notes.push(...proof.notes)
  const proved = inspected.map((one): Inspected => {
    const refusal = one.kind === 'planned' ? proof.refusalOf(settingsOf(one.fn)) : undefined
    if (one.kind === 'refused' || refusal === undefined) return one
    const { fn, logs } = one
    const { name, region } = fn.arn
    return { ...refusal, kind: 'refused', name, region, fn, notApplicable: false, logs }
  })
  try {
    return await body(proved, proof.prove)
  } finally {
    await proof.close()
  }
}

function preflightOfSecrets(
  inputs: Inputs,
  references: readonly SecretReference[],
  { secretStores, roles }: Pick<Outside, 'secretStores' | 'roles'>,
): SecretPreflight | undefined {
  if (inputs.mode === 'remove' || references.length === 0) return undefined
  const grant = inputs.grantSecretAccess
  return secretPreflight({ references, stores: secretStores, roles, grant })
}

/** Whether a function that Rotel kills would be found out after it was written. */
function isProvenLater(inputs: Inputs, isInvoked: boolean): boolean {
  if (inputs.mode === 'remove' || inputs.mode === 'plan' || isInvoked) return true
  return inputs.verifier.kind !== 'none' && inputs.verifier.onNoTraffic === 'fail'
}

async function findLatest(
  inputs: Inputs,
  releases: Releases,
  warnings: string[],
): Promise<LatestVersions> {
  if (inputs.mode === 'remove' || inputs.wanted.layer.kind !== 'latest') return () => undefined
  const list = await releases.list()
  if (list.ok) return latestVersions(list.value)
  warnings.push(
    `layer-version: latest could not be determined (${list.fault}); attached layers are kept, others get the bundled version.`,
  )
  return () => undefined
}

type PlanFor = (fn: LambdaFunction, logs?: LogsOwnership) => Plan

/** What each function is to send. The endpoint is asked only where a function is planned and has no answer itself. */
function settle(
  inputs: Exclude<Inputs, { mode: 'remove' }>,
  targets: readonly Target[],
  latest: LatestVersions,
  outside: Outside,
): Promise<SettledFor> {
  const { wanted } = inputs
  const context = { architecture: inputs.targets.architecture, latest }
  return settleExports(targets, inputs.export, {
    ...outside,
    mode: inputs.mode,
    check: inputs.endpointCheck,
    verifier: inputs.mode === 'plan' ? undefined : inputs.verifier,
    isPlanned: (fn, settings) =>
      planAttachment(fn, { ...wanted, export: settings }, context).kind !== 'refused',
  })
}

function planner(
  inputs: Inputs,
  latest: LatestVersions,
  settledFor: SettledFor | undefined,
): PlanFor {
  if (inputs.mode === 'remove' || settledFor === undefined) return planRemoval
  const { mode, wanted, targets } = inputs
  return (fn, logs) => {
    const context = { architecture: targets.architecture, latest, logs }
    const { settings, refusal } = settledFor(fn)
    const plan = planAttachment(fn, { ...wanted, export: settings }, context)
    if (plan.kind === 'refused') return plan
    if (refusal) return { kind: 'refused', ...refusal }
    return mode === 'verify' && plan.kind === 'change'
      ? {
          kind: 'refused',
          reason: 'not-configured',
          detail: `pending: ${changeText(plan.change)}`,
        }
      : plan
  }
}

/** Where functions are looked at: those of the inputs, and those of ARNs, which carry their own. */
function regionsOf({ regions, selectors }: Targets): readonly string[] {
  const ofArns = selectors.flatMap((one) => (one.kind === 'arn' ? [one.region] : []))
  return [...new Set([...regions, ...ofArns])]
}

function isInvoked(inputs: Inputs, fn: LambdaFunction, changes: boolean): boolean {
  const { when } = inputs.smokeTest
  if (when === 'never' || (when === 'changed' && !changes)) return false
  if (inputs.mode === 'remove' && !changes) return false
  return payloadFor(fn.arn.name, inputs.smokeTest).kind === 'json'
}
