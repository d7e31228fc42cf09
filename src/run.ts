/** A run on one screen: select → preflight → roll out in waves, each function with its smoke test and proof → report. */

import type { Clock } from './model/clock'
import { REMEDIES } from './model/reason'
import type { Problem } from './model/problem'
import type { RunSignal } from './model/run-signal'
import type { Runner } from './model/runner'
import { rememberedExports, rememberedTables } from './pipeline/preflight/endpoint/remembered'
import type { Inspected } from './pipeline/preflight/inspect'
import { darknessNotes } from './pipeline/preflight/logs'
import { preflight, type Preflight, type PreflightContext } from './pipeline/preflight/preflight'
import type { PreflightSettings } from './pipeline/preflight/settings'
import { withProof } from './pipeline/preflight/with-proof'
import { parseRestoreLines } from './pipeline/roles/restore-file'
import { recordedWrites } from './pipeline/roles/recorded-writes'
import type { LogsChange } from './pipeline/roles/role-change'
import type { Outcome } from './pipeline/rollout/outcome'
import { planOnly } from './pipeline/rollout/plan-only'
import { rollOut } from './pipeline/rollout/rollout'
import type { RolloutOutside } from './pipeline/rollout/rollout-context'
import type { RoleWrite } from './systems/iam/role-write'
import type { Identity } from './pipeline/select/identity'
import { rememberedRoutes } from './pipeline/select/remembered-routes'
import { selectInAccount } from './pipeline/select/select-in-account'
import type { TaggedFunctions } from './pipeline/select/tagged-functions'
import { announceAccount, announcePlan, announceTargets, nameOf, progressLog } from './report/log'
import { sharingNotes } from './report/sharing'
import type { Report } from './report/report'
import { reportOf } from './report/report-of'

export interface RunLimits {
  readonly onFailure: 'rollback' | 'keep'
  readonly failOn: 'any' | 'all' | 'never'
  /** Functions written and not yet proven, at most. */
  readonly maxUnproven: number
  /** Failures after which nothing more is written. */
  readonly stopAfter: number
  readonly timeoutMinutes: number
  /** Share of Lambda's control-plane quota that this run may use at most, in (0, 1]. */
  readonly apiShare: number
  /** Empty: any account. */
  readonly allowedAccountIds: readonly string[]
  /** A plan with any change is a failure. */
  readonly failOnChange: boolean
  /** The plan becomes a comment of the pull request. */
  readonly comment: boolean
  /** For the public release list of the extension, and for the comment; empty: without a token. */
  readonly githubToken: string
}

export type Inputs = PreflightSettings & { readonly limits: RunLimits }

/** Everything outside, as a run needs it. */
export interface Outside
  extends Omit<PreflightContext, 'restore' | 'listed' | 'invoke' | 'run'>, RolloutOutside {
  readonly identity: Identity
  readonly tagged: TaggedFunctions
  readonly runner: Runner
  /** Of the inputs: no error may quote them. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  /** `undefined`: it cannot be read. */
  readonly readRestoreFile: (path: string) => string | undefined
}

export type RunResult =
  | { readonly ok: true; readonly report: Report }
  /** Nothing was changed. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

export async function run(
  inputs: Inputs,
  inputWarnings: readonly string[],
  run: RunSignal,
  world: Outside,
): Promise<RunResult> {
  const { recording, writes } = recordedWrites()
  const outside: Outside = {
    ...world,
    roles: recording(world.roles),
    rollback: { ...world.rollback, roles: recording(world.rollback.roles) },
    send: rememberedExports(world.send),
    openClickHouse: rememberedTables(world.openClickHouse),
  }
  const { runner, clock } = outside
  const { allowedAccountIds, failOn } = inputs.limits
  const startedAt = clock.now()
  const restore = restoreEntries(inputs, outside)
  if (restore === undefined) return { ok: false, problems: [UNREADABLE_RESTORE_FILE] }
  const lambda = rememberedRoutes(outside.lambda)
  const { selection, account, caller } = await selectInAccount(inputs.targets, allowedAccountIds, {
    ...outside,
    lambda,
    wantsVersions: inputs.mode !== 'remove',
    payloads: inputs.smokeTest.payloads.map(({ pattern }) => pattern),
    tell: (whose) => announceAccount(whose, inputs.targets, run.warnings ?? [], runner),
  })
  if (!selection.ok) return selection
  const { targets, sharing, listed, warnings } = selection
  announceTargets(targets, sharing, caller?.account, runner)

  const checked = await preflight(targets, inputs, { ...outside, lambda, restore, listed, run })
  const { inspected } = checked
  const plansOnly = inputs.mode === 'plan' || (inputs.mode === 'remove' && inputs.dryRun)
  announcePlan(inspected, plansOnly ? undefined : invocationsPlanned(checked), runner)
  const ended: Ended = plansOnly
    ? {
        ...(await planOnly(inspected, { ...inputs, regions: checked.regions }, outside)),
        warnings: [],
      }
    : await carryOut(checked, inputs, run, outside)
  return {
    ok: true,
    report: reportOf({
      mode: inputs.mode,
      planOnly: plansOnly,
      iac: inputs.iac,
      logs: inputs.mode === 'remove' ? { kind: 'keep' } : inputs.logs,
      failOn,
      inspected,
      outcomes: ended.outcomes,
      account: account?.account,
      failOnChange: inputs.limits.failOnChange,
      roleWrites: ended.roleWrites ?? writes(),
      warnings: [
        ...(run.warnings ?? []),
        ...inputWarnings,
        ...warnings,
        ...checked.warnings,
        ...ended.warnings,
        ...endedEarly(run),
      ],
      notes: [
        ...sharingNotes(sharing),
        ...checked.notes,
        ...ended.notes,
        ...(await darknessNotes(inspected)),
      ],
      durationMs: clock.now() - startedAt,
    }),
  }
}

/** What the functions that it stopped do not tell: what to do about the credentials. */
function endedEarly({ halted }: RunSignal): readonly string[] {
  const halt = halted()
  return halt?.reason === 'stopped' ? [`${halt.detail}. ${REMEDIES['credentials-refused']}`] : []
}

interface Ended {
  readonly outcomes: readonly Outcome[]
  /** Those of a plan; `undefined`: they were made. */
  readonly roleWrites?: readonly RoleWrite[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

async function carryOut(
  { inspected, planFor, settledFor, invokes, regions }: Preflight,
  inputs: Exclude<Inputs, { mode: 'plan' }>,
  run: RunSignal,
  outside: Outside,
): Promise<Ended> {
  const { value: outcomes, ...told } = await withProof(
    inspected,
    inputs,
    settledFor,
    { ...outside, run },
    (provable, prove) =>
      rollOut(provable, {
        settings: {
          ...inputs,
          logs: inputs.mode === 'remove' ? { kind: 'keep' } : inputs.logs,
          regions,
        },
        progress: progressLog(
          inspected.map(nameOf),
          inputs.mode,
          secretsIn(inspected, outside),
          outside.runner,
        ),
        planFor,
        invokes,
        prove,
        run,
        outside,
      }),
  )
  return { outcomes, ...told }
}

/** An error that nobody foresaw may quote a value of the inputs, or of the functions. */
function secretsIn(inspected: readonly Inspected[], { secrets }: Outside): readonly string[] {
  const values = inspected.flatMap(({ fn }) =>
    fn?.environment.readable ? [...fn.environment.variables.values()] : [],
  )
  return [...secrets, ...values]
}

function invocationsPlanned({ inspected, invokes }: Preflight): number {
  const isPlanned = (one: Inspected) =>
    one.kind === 'planned' && invokes(one.fn, one.plan.kind === 'change')
  return inspected.filter(isPlanned).length
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
