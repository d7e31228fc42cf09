/** Carries the plans out: those that change something in waves, then the proof of those that are as asked already. */

import PQueue from 'p-queue'
import { functionLogs } from '../disable-logs/function-logs'
import { restoreLogs } from '../roles/restore-logs'
import type { LogsPlan } from '../disable-logs/logs-plan'
import type { Inspected } from '../preflight/inspect'
import { darkOutcome, nothingToRemove, refusedOutcome, skippedOutcome } from './untouched'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { isGood, type Outcome } from './outcome'
import type { Refusal } from '../../model/refusal'
import type { Plan } from '../plan/plan'
import type { Mode } from '../../model/mode'
import type { Clock } from '../../model/clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaInvoke } from '../smoke-test/invocation'
import type { SmokeTest } from '../smoke-test/settings'
import type { RoleControl } from '../../systems/iam/role-control'
import type { RoleChange } from '../roles/role-change'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { LogsWish } from '../disable-logs/settings'
import type { RunSignal } from '../../model/run-signal'
import { payloadFor } from '../smoke-test/payload'
import { smokeTest } from '../smoke-test/smoke-test'
import type { Journal } from './journal'
import type { Prove } from '../verify/proof'
import { attach, type AttachContext, proveUnchanged } from './attach'
import { restart } from '../configure/restart'
import { waves } from './waves'

type Planned = Extract<Inspected, { kind: 'planned' }>

/** What a rollout is asked for. */
interface RolloutSettings {
  readonly mode: Exclude<Mode, 'plan'>
  readonly limits: {
    readonly onFailure: 'rollback' | 'keep'
    /** Functions written and not yet proven, at most. */
    readonly maxUnproven: number
    /** Failures after which nothing more is written. */
    readonly stopAfter: number
  }
  readonly smokeTest: SmokeTest
  readonly logs: LogsWish
}

/** Hears how the rollout goes. */
export interface Progress {
  begun(): void
  /** Once for each function. */
  ended(outcome: Outcome): void
  finished(): void
}

interface RolloutOutside {
  readonly lambda: LambdaControl
  readonly invoke: LambdaInvoke
  readonly clock: Clock
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  /** Kept on disk before the write to the role, for `mode: remove` on another day. */
  readonly recordForRestore: (change: RoleChange, fn: LambdaFunction) => void
  /** Called once, before the first write. */
  readonly openJournal: (account: string, partition: string) => Journal
}

export interface Rollout {
  readonly settings: RolloutSettings
  readonly progress: Progress
  readonly planFor: (fn: LambdaFunction) => Plan
  /** Whether the smoke test invokes the function. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  readonly prove: Prove
  readonly run: RunSignal
  readonly outside: RolloutOutside
}

/** Every function ends with an outcome, in the order in which they were selected. */
export async function carryOut(
  inspected: readonly Inspected[],
  { settings, progress, planFor, invokes, prove, run, outside }: Rollout,
): Promise<readonly Outcome[]> {
  const { clock } = outside
  const outcomes = new Map<Inspected, Outcome>()
  const end = (one: Inspected, outcome: Outcome) => {
    outcomes.set(one, outcome)
    progress.ended(outcome)
  }
  progress.begun()
  const alone = oneAtATime()
  await Promise.all(
    inspected.map(async (one) => {
      if (one.kind === 'refused') end(one, await refusedOrRepaired(one, settings, outside))
      else if (settings.mode === 'verify' && one.logs.dark !== undefined) {
        end(one, darkOutcome(one.fn, one.logs.dark))
      }
    }),
  )

  const planned = inspected.filter(
    (one): one is Planned => one.kind === 'planned' && !outcomes.has(one),
  )
  const changing = planned.filter((one) => writes(one, settings))
  const unchanged = planned.filter((one) => !writes(one, settings))

  const smokeQueue = new PQueue({ concurrency: settings.smokeTest.concurrency })
  const invoke = (fn: LambdaFunction, changes: boolean) => {
    if (!invokes(fn, changes)) return undefined
    const payload = payloadFor(fn.arn.name, settings.smokeTest)
    const text = payload.kind === 'json' ? payload.text : ''
    return (latest: LambdaFunction) =>
      smokeQueue.add(async () => {
        const smoke = await smokeTest(latest, text, {
          lambda: outside.invoke,
          clock,
          acceptFunctionErrors: settings.smokeTest.acceptFunctionErrors,
          signal: run.signal,
        })
        const halt = run.halted()
        const wasAborted = smoke.kind === 'failed' && smoke.reason === 'cancelled'
        return wasAborted && halt ? { ...smoke, reason: halt.reason, detail: halt.detail } : smoke
      })
  }
  const journal = journalOnDemand(planned, outside)
  const contextOf = (one: Planned, changes: boolean, halted: () => Refusal | undefined) =>
    contextFor(one, {
      settings,
      outside,
      journal,
      planFor,
      prove,
      run,
      invoke: invoke(one.fn, changes),
      halted,
      alone,
    })
  const rollout = waves(changing, {
    groupOf: ({ fn }) => `${fn.arn.region} ${fn.architecture} ${fn.runtime ?? ''}`,
    maxUnproven: settings.limits.maxUnproven,
    stopAfter: settings.limits.stopAfter,
    isOver: () => run.halted() !== undefined,
    attach: async (one) => {
      const halted = () => run.halted() ?? (rollout.hasStopped() ? STOPPED : undefined)
      const outcome = await attach(
        { fn: one.fn, warnings: one.plan.warnings },
        contextOf(one, true, halted),
      )
      end(one, outcome)
      if (isGood(outcome)) return 'as-wanted'
      return outcome.status === 'unproven' && outcome.changed ? 'kept' : 'failed'
    },
  })
  await rollout.run()

  await Promise.all(
    unchanged.map(async (one) => {
      const candidate = { fn: one.fn, warnings: one.plan.warnings }
      const outcome =
        settings.mode === 'remove'
          ? nothingToRemove(one)
          : await proveUnchanged(candidate, contextOf(one, false, run.halted))
      end(one, outcome)
    }),
  )
  journal.close()
  const halt = run.halted() ?? STOPPED
  for (const one of planned) if (!outcomes.has(one)) end(one, skippedOutcome(one, halt))
  progress.finished()
  return inspected.flatMap((one) => outcomes.get(one) ?? [])
}

/** Whether anything of the function or of its role is to be written. */
function writes(one: Planned, { mode }: RolloutSettings): boolean {
  if (mode === 'verify') return false
  const { plan, logs } = one
  const leaves =
    mode === 'remove' && (logs.withheld !== undefined || one.secretAccessToGo !== undefined)
  return plan.kind === 'change' || logs.dark !== undefined || leaves || hasEdits(logs)
}

function hasEdits({ cut }: LogsPlan): boolean {
  return cut !== undefined && cut.edits.length > 0
}

/** A function that cannot be instrumented and that an earlier run has left dark gets its CloudWatch Logs back. */
async function refusedOrRepaired(
  one: Extract<Inspected, { kind: 'refused' }>,
  { mode }: RolloutSettings,
  { roles, clock }: RolloutOutside,
): Promise<Outcome> {
  const outcome = refusedOutcome(one)
  const { dark, withheld } = one.logs
  if (one.fn === undefined || dark === undefined || withheld === undefined) return outcome
  if (mode === 'verify') return darkOutcome(one.fn, dark)
  const given = await restoreLogs(withheld, { roles, clock, limitMs: RESTORE_LIMIT_MS })
  if (given.kind === 'not-restored') {
    return { ...darkOutcome(one.fn, `${dark}; ${given.detail}`), reason: given.reason }
  }
  const note = `it was dark (${dark}): CloudWatch Logs were given back`
  return { ...outcome, changed: true, warnings: [...outcome.warnings, note, ...given.notes] }
}

/** IAM promises no time; writes are seen within two minutes as a rule (Terraform waits as long). */
const RESTORE_LIMIT_MS = 180_000

interface FunctionContext extends Omit<Rollout, 'invokes' | 'progress'> {
  readonly journal: Journal
  readonly invoke: AttachContext['invoke']
  readonly halted: () => Refusal | undefined
  readonly alone: Alone
}

/** What the life of one function needs of the run. */
function contextFor(
  { fn, logs, secretAccess, secretAccessToGo }: Planned,
  { settings, outside, journal, planFor, prove, run, invoke, halted, alone }: FunctionContext,
): AttachContext {
  const { lambda, clock, roles, logGroups: groups } = outside
  const wish = settings.logs
  const restarting = { lambda, clock, journal, halted }
  return {
    lambda,
    clock,
    journal,
    planFor,
    onFailure: settings.limits.onFailure,
    mayWrite: settings.mode !== 'verify',
    showFunctionLogs: settings.smokeTest.showFunctionLogs,
    prove,
    invoke,
    halted,
    roles,
    secretAccess,
    secretAccessToGo,
    ends:
      settings.mode === 'remove'
        ? { proven: 'removed', written: 'removed' }
        : { proven: 'instrumented', written: 'written' },
    logs: functionLogs(fn, logs, {
      roles,
      clock,
      journal,
      limitMs: RESTORE_LIMIT_MS,
      isLeaving: settings.mode === 'remove',
      cut:
        wish.kind === 'disable' && invoke !== undefined
          ? {
              settings: wish,
              groups,
              signal: run.signal,
              halted,
              alone,
              invoke,
              recordForRestore(change, subject) {
                if (wish.strategy.kind === 'remove') outside.recordForRestore(change, subject)
              },
              restart: (latest) =>
                restart(latest, {
                  ...restarting,
                  remembersRemoval: wish.strategy.kind === 'remove',
                }),
              proveAgain: (latest, smoke, since) =>
                prove({
                  fn: latest,
                  changed: true,
                  hadRotel: true,
                  effectiveAt: since,
                  smoke,
                  invokeAgain: () => invoke(latest),
                }),
            }
          : undefined,
    }),
  }
}

/** The file is made with the first write: a run that writes nothing leaves nothing behind. */
function journalOnDemand(
  planned: readonly Planned[],
  { openJournal }: Pick<RolloutOutside, 'openJournal'>,
): Journal {
  const arn = planned[0]?.fn.arn
  let journal: Journal | undefined
  const opened = (): Journal => (journal ??= openJournal(arn?.account ?? '', arn?.partition ?? ''))
  return {
    get salt() {
      return opened().salt
    },
    writing: (fn, inverse) => opened().writing(fn, inverse),
    notWritten: (fn) => journal?.notWritten(fn),
    editing: (fn, change) => opened().editing(fn, change),
    edited: (fn, purpose) => journal?.edited(fn, purpose) ?? [],
    takenBack: (fn, purpose) => journal?.takenBack(fn, purpose),
    finished: (fn) => journal?.finished(fn),
    inverseFor: (fn) => journal?.inverseFor(fn),
    close: () => journal?.close(),
  }
}

type Alone = <T>(role: string, work: () => Promise<T>) => Promise<T>

/** IAM has no revisions: functions of this run that share a role write to it one after the other. */
function oneAtATime(): Alone {
  const queues = new Map<string, PQueue>()
  return (role, work) => {
    const queue = queues.get(role) ?? new PQueue({ concurrency: 1 })
    queues.set(role, queue)
    return queue.add(work)
  }
}

const STOPPED: Refusal = { reason: 'stopped', detail: 'too many functions had failed before it' }
