/**
 * Carries the plans out: functions that change in waves, then the proof of those that are configured already, then logs
 * that several functions share, then the roles.
 */

import PQueue from 'p-queue'
import type { Clock } from '../../model/clock'
import type { Mode } from '../../model/mode'
import type { LogsOwnership } from '../../model/ownership'
import { shortened } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import type { RunSignal } from '../../model/run-signal'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { restart } from '../configure/restart'
import { type Disabled, type DisableContext, disableUnit } from '../disable-logs/disable-logs'
import type { DisableUnit } from '../disable-logs/plan'
import type { LogsWish } from '../disable-logs/settings'
import type { Plan } from '../plan/plan'
import type { Inspected } from '../preflight/inspect'
import { type Darkness, oursOf } from '../roles/darkness'
import { askLogRights, denialText, logWriterOf, missingToLog, writerKey } from '../roles/log-rights'
import { oneWriterPerRole } from '../roles/one-writer'
import {
  type Deprived,
  type LogsRestored,
  type Restoration,
  restorationOf,
  restoredOf,
  restoreLogs,
} from '../roles/restore-logs'
import type { LogsChange } from '../roles/role-change'
import type { LambdaInvoke } from '../smoke-test/invocation'
import { payloadFor } from '../smoke-test/payload'
import type { SmokeTest } from '../smoke-test/settings'
import { type SmokeResult, smokeTest } from '../smoke-test/smoke-test'
import type { Prove } from '../verify/proof'
import type { Journal } from './journal'
import {
  afterUnit,
  attach,
  type LifeContext,
  type Lived,
  proveUnchanged,
  type Waiting,
} from './life'
import { isGood, type Outcome } from './outcome'
import { remove } from './removal'
import { secretRights } from './secret-rights'
import { darkOutcome, refusedOutcome, skippedOutcome } from './untouched'
import { type WaveEnd, waves } from './waves'

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
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  readonly denyPolicyArn: string | undefined
  /** Where the functions are looked for that share a role. */
  readonly regions: readonly string[]
}

/** Hears how the rollout goes. */
export interface Progress {
  begun(): void
  /** Once for each function. */
  ended(outcome: Outcome): void
  finished(): void
}

export interface RolloutOutside {
  readonly lambda: LambdaControl
  readonly invoke: LambdaInvoke
  readonly clock: Clock
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  /** Kept on disk before the write to the role, for `mode: remove` on another day. */
  readonly recordForRestore: (change: LogsChange) => void
  /** Called once, before the first write. */
  readonly openJournal: (account: string, partition: string) => Journal
}

export interface Rollout {
  readonly settings: RolloutSettings
  readonly progress: Progress
  readonly planFor: (fn: LambdaFunction, logs: LogsOwnership | undefined) => Plan
  /** Whether the smoke test invokes the function. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  readonly prove: Prove
  readonly run: RunSignal
  readonly outside: RolloutOutside
}

/** IAM promises no time; writes are seen within two minutes as a rule (Terraform waits as long). */
const RESTORE_LIMIT_MS = 180_000

/** Every function ends with an outcome, in the order in which they were selected. */
export async function rollOut(
  inspected: readonly Inspected[],
  rollout: Rollout,
): Promise<readonly Outcome[]> {
  const { settings, progress, run, outside } = rollout
  const { roles, clock, lambda } = outside
  const outcomes = new Map<Inspected, Outcome>()
  const end = (one: Inspected, outcome: Outcome) => {
    outcomes.set(one, outcome)
    progress.ended(outcome)
  }
  const planned = inspected.filter((one): one is Planned => one.kind === 'planned')
  const journal = journalOnDemand(planned, outside)
  const alone = oneWriterPerRole()
  const restore = onceEach((restoration: Restoration) =>
    restoreLogs(restoration, { roles, clock, limitMs: RESTORE_LIMIT_MS }),
  )
  const rights = secretRights({
    isRemoval: settings.mode === 'remove',
    roles,
    lambda,
    clock,
    records: journal,
    regions: settings.regions,
    alone,
    signal: run.signal,
  })
  const invoke = invoker(rollout)
  const contextFor = (
    one: Planned,
    halted: LifeContext['halted'],
    proven: LifeContext['proven'] | undefined,
  ): LifeContext => {
    const invokes = invoke(one.fn, proven !== undefined)
    const disabling = one.logs.disabling
    const context: Omit<LifeContext, 'disabling'> = {
      lambda,
      clock,
      journal,
      planFor: (fn) => rollout.planFor(fn, one.claim),
      onFailure: settings.limits.onFailure,
      mayWrite: settings.mode !== 'verify',
      halted,
      invoke: invokes,
      showFunctionLogs: settings.smokeTest.showFunctionLogs,
      prove: rollout.prove,
      secretRight: settings.mode === 'verify' ? undefined : rights.rightFor(one),
      proven: proven ?? (() => undefined),
      darkness: one.logs.darkness,
      restore,
      withheld: (fn) => withheldFrom(fn, settings.denyPolicyArn, roles),
    }
    const disabled = disableContext(rollout, { journal, alone, halted, invoke: invokes })
    if (disabling === undefined || disabled === undefined) {
      return { ...context, disabling: undefined }
    }
    return {
      ...context,
      disabling: {
        plan: disabling,
        disable: async (member) => {
          const ended = await disableUnit(disabling.unit, [member], disabled)
          return ended.get(member.fn.arn.text) ?? NOT_ASKED
        },
      },
    }
  }

  progress.begun()
  await Promise.all(
    inspected.map(async (one) => {
      const outcome = await untouched(one, settings, restore)
      if (outcome) end(one, outcome)
    }),
  )

  const waiting = new Map<Planned, { readonly waiting: Waiting; readonly context: LifeContext }>()
  const lived = (one: Planned, life: Lived, context: LifeContext) => {
    if (life.kind === 'waiting') waiting.set(one, { waiting: life, context })
    else end(one, life.outcome)
    return life
  }
  const open = planned.filter((one) => !outcomes.has(one))
  const changing = open.filter((one) => writes(one, settings))
  const unchanged = open.filter((one) => !writes(one, settings))
  const lives: Promise<WaveEnd>[] = []
  const line = waves(changing, {
    groupOf: ({ fn }) => `${fn.arn.region} ${fn.architecture} ${fn.runtime ?? ''}`,
    maxUnproven: settings.limits.maxUnproven,
    stopAfter: settings.limits.stopAfter,
    isOver: () => run.halted() !== undefined,
    attach: async (one) => {
      const halted = () => run.halted() ?? (line.hasStopped() ? STOPPED : undefined)
      if (settings.mode === 'remove') {
        const outcome = await remove(
          { fn: one.fn, plan: one.plan, restoration: one.logs.restoration },
          {
            lambda,
            clock,
            journal,
            halted,
            restore,
            invoke: invoke(one.fn, true),
            showFunctionLogs: settings.smokeTest.showFunctionLogs,
            acceptsLogLoss: settings.acceptsLogLoss,
          },
        )
        end(one, outcome)
        return isGood(outcome) ? 'as-wanted' : 'failed'
      }
      return new Promise<WaveEnd>((resolve, reject) => {
        const context = contextFor(one, halted, () => resolve('as-wanted'))
        const life = attach({ fn: one.fn, warnings: one.plan.warnings }, context).then((ended) =>
          waveEnd(lived(one, ended, context)),
        )
        life.then(resolve, reject)
        lives.push(life)
      })
    },
  })
  await line.run()
  await Promise.all(lives)

  await Promise.all(
    unchanged.map(async (one) => {
      const context = contextFor(one, run.halted, undefined)
      lived(
        one,
        await proveUnchanged({ fn: one.fn, warnings: one.plan.warnings }, context),
        context,
      )
    }),
  )
  const halt = run.halted() ?? STOPPED
  for (const one of planned) {
    if (!outcomes.has(one) && !waiting.has(one)) end(one, skippedOutcome(one, halt))
  }

  for (const unit of unitsOf(planned)) {
    const members = planned.filter((one) => one.logs.disabling?.unit === unit)
    const ready = members.flatMap((one) => waiting.get(one) ?? [])
    const disabled = disableContext(rollout, {
      journal,
      alone,
      halted: run.halted,
      invoke: (fn) => invokeAny(fn, members, invoke),
    })
    const ended = await endUnit(unit, members, ready, { outcomes, disabled, journal, restore })
    for (const one of members) {
      const outcome = ended.get(one.fn.arn.text)
      if (outcome && !outcomes.has(one)) end(one, outcome)
    }
  }
  const settled = settings.mode === 'verify' ? outcomes : await rights.settle(outcomes)
  journal.close()
  progress.finished()
  return inspected.flatMap((one) => settled.get(one) ?? [])
}

const STOPPED: Refusal = { reason: 'stopped', detail: 'too many functions failed before it' }

const NOT_ASKED: Disabled = {
  kind: 'not-disabled',
  of: 'function',
  reason: 'disabling-needs-invocation',
  detail: 'it was not invoked',
}

function waveEnd(life: Lived): WaveEnd {
  if (life.kind === 'waiting' || isGood(life.outcome)) return 'as-wanted'
  return life.outcome.status === 'unproven' && life.outcome.changed ? 'kept' : 'failed'
}

/** Whether anything of the function or of its role is to be written. */
function writes({ plan, logs }: Planned, { mode }: RolloutSettings): boolean {
  if (mode === 'verify') return false
  // Even a function that carries nothing of ours ends as removed only where it may write its log.
  if (mode === 'remove') return true
  return plan.kind === 'change' || (logs.disabling?.unit.changes.length ?? 0) > 0
}

/**
 * What nothing is done with. A function that cannot be instrumented and that an earlier run has left dark gets its
 * CloudWatch Logs back all the same.
 */
async function untouched(
  one: Inspected,
  { mode, acceptsLogLoss }: RolloutSettings,
  restore: LifeContext['restore'],
): Promise<Outcome | undefined> {
  if (one.kind === 'planned') {
    if (mode !== 'verify' || acceptsLogLoss) return undefined
    const darkness = await one.logs.darkness()
    return darkness.kind === 'dark' ? darkOutcome(one.fn, darkness.why) : undefined
  }
  const outcome = refusedOutcome(one)
  const darkness = await one.logs.darkness()
  if (one.fn === undefined || darkness.kind !== 'dark') return outcome
  if (mode === 'verify') return acceptsLogLoss ? outcome : darkOutcome(one.fn, darkness.why)
  if (darkness.ours === undefined) {
    if (acceptsLogLoss || outcome.reason === 'would-go-dark') return outcome
    return { ...outcome, warnings: [...outcome.warnings, `it is dark: ${darkness.why}`] }
  }
  const restored = restoredOf(one.fn.arn, await restore(darkness.ours))
  if (restored.kind !== 'restored') {
    const reason = restored.kind === 'not-restored' ? restored.reason : 'would-go-dark'
    return {
      ...darkOutcome(one.fn, `${darkness.why}; ${restored.detail}`),
      reason,
      changed: restored.wrote,
    }
  }
  const note = `it was dark (${darkness.why}): CloudWatch Logs were restored`
  return { ...outcome, changed: true, warnings: [...outcome.warnings, note, ...restored.notes] }
}

/** The functions of a run whose logs one edit disables, and that are more than one. */
function unitsOf(planned: readonly Planned[]): readonly DisableUnit[] {
  const units = planned.flatMap(({ logs }) => logs.disabling?.unit ?? [])
  return [...new Set(units)].filter(({ members }) => members.length > 1)
}

interface UnitContext {
  readonly outcomes: ReadonlyMap<Inspected, Outcome>
  readonly disabled: DisableContext | undefined
  readonly journal: Journal
  readonly restore: LifeContext['restore']
}

/** One edit for all of them, once all are proven; where one is not, or cannot be disabled, none is (promise P9). */
async function endUnit(
  unit: DisableUnit,
  members: readonly Planned[],
  ready: readonly { readonly waiting: Waiting; readonly context: LifeContext }[],
  { outcomes, disabled, journal, restore }: UnitContext,
): Promise<ReadonlyMap<string, Outcome>> {
  const endAll = async (how: (arn: string) => Disabled) =>
    new Map(
      await Promise.all(
        ready.map(async ({ waiting, context }) => {
          const arn = waiting.member.fn.arn.text
          return [arn, await afterUnit(waiting, how(arn), context)] as const
        }),
      ),
    )
  const unproven = members.filter((one) => outcomes.has(one))
  if (unproven.length > 0 || disabled === undefined) {
    const names = unproven.map(({ fn }) => fn.arn.name).join(', ')
    return endAll(() => ({ kind: 'withheld', detail: `not proven: ${names}` }))
  }
  const results = await disableUnit(
    unit,
    ready.map(({ waiting }) => waiting.member),
    disabled,
  )
  const resultOf = (arn: string): Disabled => results.get(arn) ?? NOT_ASKED
  const failed = [...results].filter(([, { kind }]) => kind !== 'disabled')
  if (failed.length === 0 || unit.changes.length === 0) return endAll(resultOf)

  const arns = new Set(unit.members.map(({ function: arn }) => arn.text))
  const changes = journal
    .edited()
    .filter((change) => change.purpose === 'logs')
    .filter(({ reached }) => reached.some(({ function: arn }) => arns.has(arn.text)))
  const restored =
    changes.length === 0 ? new Map<Deprived, LogsRestored>() : await restore(restorationOf(changes))
  const stuck = [...restored.values()].find(({ kind }) => kind !== 'restored')
  if (stuck && stuck.kind !== 'restored') {
    const cause = failed[0]?.[1]
    const why = cause?.kind === 'not-disabled' ? `${cause.reason} (${cause.detail}), and ` : ''
    return new Map(
      ready.map(({ waiting }) => [
        waiting.member.fn.arn.text,
        {
          ...waiting.life.outcome,
          status: 'failed',
          reason: 'restore-not-seen',
          detail: `${why}CloudWatch Logs could not be restored: ${stuck.detail}. Rotel stays on the function`,
          changed: true,
        } as const,
      ]),
    )
  }
  journal.closed(changes)
  const names = failed.map(([arn]) => arn.slice(arn.lastIndexOf(':') + 1)).join(', ')
  return endAll((arn) => {
    const result = resultOf(arn)
    // After a fault of the role all are proven, and keep Rotel.
    if (result.kind === 'not-disabled' && result.of === 'function') return result
    const detail = result.kind === 'not-disabled' ? result.detail : `failed: ${names}`
    return { kind: 'withheld', detail }
  })
}

/** What is needed to disable logs; `undefined` where that is not asked for. */
function disableContext(
  { settings, outside, prove, run }: Rollout,
  {
    journal,
    alone,
    halted,
    invoke,
  }: {
    readonly journal: Journal
    readonly alone: DisableContext['alone']
    readonly halted: DisableContext['halted']
    readonly invoke: ((fn: LambdaFunction) => Promise<SmokeResult>) | undefined
  },
): DisableContext | undefined {
  const { logs: wish } = settings
  if (wish.kind !== 'disable' || invoke === undefined) return undefined
  const { lambda, clock, roles, logGroups: groups } = outside
  return {
    settings: wish,
    roles,
    groups,
    clock,
    records: journal,
    signal: run.signal,
    halted,
    alone,
    invoke,
    recordForRestore(change) {
      if (wish.strategy.kind === 'remove') outside.recordForRestore(change)
    },
    restart: (fn) => restart(fn, { lambda, clock, journal, halted }),
    reread: (fn) => lambda.get(fn.arn.region, fn.arn.text),
    proveAgain: (fn, smoke, since) =>
      prove({
        fn,
        changed: true,
        hadRotel: true,
        foundModified: fn.lastModified,
        effectiveAt: since,
        smoke,
        invokeAgain: () => invoke(fn),
      }),
  }
}

type Invoker = (
  fn: LambdaFunction,
  changes: boolean,
) => ((latest: LambdaFunction) => Promise<SmokeResult>) | undefined

function invoker({ settings, invokes, run, outside }: Rollout): Invoker {
  const queue = new PQueue({ concurrency: settings.smokeTest.concurrency })
  return (fn, changes) => {
    if (!invokes(fn, changes)) return undefined
    const payload = payloadFor(fn.arn.name, settings.smokeTest)
    const text = payload.kind === 'json' ? payload.text : ''
    return (latest) =>
      queue.add(async () => {
        const smoke = await smokeTest(latest, text, {
          lambda: outside.invoke,
          clock: outside.clock,
          acceptFunctionErrors: settings.smokeTest.acceptFunctionErrors,
          signal: run.signal,
        })
        const halt = run.halted()
        const wasAborted = smoke.kind === 'failed' && smoke.reason === 'cancelled'
        return wasAborted && halt ? { ...smoke, reason: halt.reason, detail: halt.detail } : smoke
      })
  }
}

/** Of a unit each member is invoked with its own payload. */
function invokeAny(
  fn: LambdaFunction,
  members: readonly Planned[],
  invoke: Invoker,
): Promise<SmokeResult> {
  const member = members.find((one) => one.fn.arn.text === fn.arn.text)
  const invokes = member && invoke(member.fn, true)
  if (invokes === undefined) throw new Error(`${fn.arn.name} is not of the unit`)
  return invokes(fn)
}

/** What this action withholds from a function, whatever Rotel does on it. */
async function withheldFrom(
  fn: LambdaFunction,
  denyPolicyArn: string | undefined,
  roles: RoleControl,
): Promise<Darkness> {
  const writer = logWriterOf(fn)
  if (writer === undefined) return { kind: 'not-checked', why: 'its role is not known' }
  const answer = (await askLogRights([writer], roles)).get(writerKey(writer))
  if (!answer?.ok) {
    const why = answer ? `${answer.fault.code}: ${answer.fault.text}` : 'IAM gave no answer'
    return { kind: 'not-checked', why: shortened(why) }
  }
  const missing = missingToLog(answer.value, writer.group)
  if (missing.length === 0) return { kind: 'lit' }
  return {
    kind: 'dark',
    why: `IAM does not let it write to CloudWatch Logs: ${denialText(missing)}`,
    ours: oursOf(fn, writer, answer.value, denyPolicyArn),
  }
}

/** What several functions share is restored once. */
function onceEach(
  restore: (restoration: Restoration) => ReturnType<LifeContext['restore']>,
): LifeContext['restore'] {
  const known = new Map<Restoration, ReturnType<LifeContext['restore']>>()
  return (restoration) => {
    const fresh = known.get(restoration) ?? restore(restoration)
    known.set(restoration, fresh)
    return fresh
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
    editing: (change) => opened().editing(change),
    restoring: (fn) => opened().restoring(fn),
    edited: () => journal?.edited() ?? [],
    closed: (changes) => journal?.closed(changes),
    finished: (functions, changes) => journal?.finished(functions, changes),
    inverseFor: (fn) => journal?.inverseFor(fn),
    close: () => journal?.close(),
  }
}
