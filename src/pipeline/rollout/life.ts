/**
 * The life of one function in a run: its steps in order, until all are done or one fails; then it is walked back to its
 * original state (promise P2). Everything that can happen to it ends in an outcome.
 */

import type { Refusal } from '../../model/refusal'
import type { Reason } from '../../model/reason'
import type { Clock } from '../../model/clock'
import { MARKER, readMarker } from '../../model/ownership'
import { done, lastFound, notYet, poll } from '../../model/poll'
import type { Change } from '../../systems/lambda/change'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { editText } from '../../systems/iam/role-edit'
import { converge, type Step as Write } from '../configure/converge'
import { inverseOf } from '../configure/inverse'
import type { Disabled, ProvenMember } from '../disable-logs/disable-logs'
import type { DisablePlan } from '../disable-logs/plan'
import { GRANT_LIMIT_MS } from '../grant-secrets/grant-secrets'
import type { Plan } from '../plan/plan'
import type { Darkness } from '../roles/darkness'
import {
  type Deprived,
  type LogsRestored,
  type Restoration,
  restorationOf,
  restoredOf,
} from '../roles/restore-logs'
import type { LogsChange } from '../roles/role-change'
import type { SmokeResult } from '../smoke-test/smoke-test'
import { BY_OLDER_ROWS } from '../verify/judge'
import type { Proof, Prove } from '../verify/proof'
import type { Journal } from './journal'
import { describe, notBegun, type Outcome } from './outcome'
import type { SecretRight } from './secret-rights'
import { smokeReport, smokeWarnings } from './smoke-report'
import { STEPS, type StepName } from './steps'
import { type WalkedBack, walkBack } from './walk-back'

export interface LifeContext {
  readonly lambda: LambdaControl
  readonly clock: Clock
  readonly journal: Journal
  readonly planFor: (fn: LambdaFunction) => Plan
  readonly onFailure: 'rollback' | 'keep'
  /** `mode: verify` may not. */
  readonly mayWrite: boolean
  /** Why nothing more may be written; `undefined` while the run goes on. */
  readonly halted: () => Refusal | undefined
  /** `undefined`: the function is not invoked. */
  readonly invoke: ((fn: LambdaFunction) => Promise<SmokeResult>) | undefined
  readonly showFunctionLogs: boolean
  readonly prove: Prove
  /** The right to read secrets, where this run may give it; `undefined`: it needs none, or nobody gives it. */
  readonly secretRight: SecretRight | undefined
  /** Called when only its log rights, if it was dark, and the report are left: others need not wait for it any more. */
  readonly proven: () => void
  /** Whether nobody got its logs when the run began. */
  readonly darkness: () => Promise<Darkness>
  readonly restore: (restoration: Restoration) => Promise<ReadonlyMap<Deprived, LogsRestored>>
  /** What this action is known to withhold from a function whose Rotel has stopped working; `undefined`: nothing. */
  readonly withheld: (fn: LambdaFunction) => Promise<Darkness>
  readonly disabling:
    | {
        readonly plan: DisablePlan
        readonly disable: (member: ProvenMember) => Promise<Disabled>
      }
    | undefined
}

/** A function that is proven, and whose unit has other members to be proven before logs are disabled. */
export interface Waiting {
  readonly kind: 'waiting'
  readonly life: Life
  readonly member: ProvenMember
}

export type Lived = { readonly kind: 'ended'; readonly outcome: Outcome } | Waiting

/** A function on its way. */
interface Life {
  /** As it was read last. */
  readonly fn: LambdaFunction
  readonly hadRotel: boolean
  /** When it was last changed before this run. */
  readonly foundModified: number | undefined
  /** It was, or may have been, written in this run. */
  readonly written: boolean
  /** The right to read secrets was put on its role in this run. */
  readonly granted: boolean
  readonly since: number
  readonly smoke: SmokeResult | undefined
  readonly proof: Proof | undefined
  /** What became of its log rights, where it was dark: IAM is asked beside the writes (promise P8). */
  readonly relit: Promise<Relit>
  /** Its log rights were restored in this run. */
  readonly restored: boolean
  readonly outcome: Outcome
}

interface Relit {
  readonly restored: boolean
  readonly notes: readonly string[]
}

const NOT_DARK: Relit = { restored: false, notes: [] }

type Advance =
  | { readonly kind: 'on'; readonly life: Life }
  | { readonly kind: 'failed'; readonly life: Life; readonly cause: Refusal }
  /** It comes to its end before its last step, with this outcome. */
  | { readonly kind: 'over'; readonly life: Life }
  | Lived

type CarryOut = (life: Life, context: LifeContext) => Promise<Advance>

const CARRY_OUT: Readonly<Record<StepName, CarryOut>> = {
  'grant-secrets': grantSecrets,
  configure,
  'smoke-test': smokeTest,
  prove,
  'disable-logs': disableLogs,
}

export interface Candidate {
  readonly fn: LambdaFunction
  readonly warnings: readonly string[]
}

/** Writes the function, proves it, or rolls it back. Never rejects for what AWS does. */
export function attach(candidate: Candidate, context: LifeContext): Promise<Lived> {
  return walk(begin(candidate, context), STEPS, context)
}

/** Proves a function that is configured already: nothing is written to it, so nothing is undone. */
export function proveUnchanged(candidate: Candidate, context: LifeContext): Promise<Lived> {
  const steps = STEPS.slice(STEPS.indexOf('smoke-test'))
  return walk(begin(candidate, context), steps, context)
}

/** The end of a function that has waited for the other members of its unit. */
export function afterUnit(
  { life, member }: Waiting,
  disabled: Disabled,
  context: LifeContext,
): Promise<Outcome> {
  return endWith(life, member.plan, disabled, context)
}

async function walk(first: Life, steps: readonly StepName[], context: LifeContext): Promise<Lived> {
  let life = first
  for (const step of steps) {
    // Logs are disabled where they may be written: what was dark is restored before.
    if (step === 'disable-logs' && context.disabling) life = await withRelit(life)
    const advance = await CARRY_OUT[step](life, context)
    if (advance.kind === 'failed') {
      return ended(await fail(await withRelit(advance.life), advance.cause, context))
    }
    if (advance.kind === 'over') return ended((await withRelit(advance.life)).outcome)
    if (advance.kind !== 'on') return advance
    life = advance.life
    if (step === 'prove' && !context.disabling) context.proven()
  }
  const end = await withRelit(life)
  return ended(finished(end.outcome, end, context))
}

async function withRelit(life: Life): Promise<Life> {
  const { restored, notes } = await life.relit
  const { outcome } = life
  return {
    ...life,
    relit: Promise.resolve({ restored, notes: [] }),
    restored,
    outcome: {
      ...outcome,
      changed: outcome.changed || restored,
      warnings: [...outcome.warnings, ...notes],
    },
  }
}

function begin({ fn, warnings }: Candidate, { clock }: LifeContext): Life {
  return {
    fn,
    hadRotel: carriesRotel(fn),
    foundModified: fn.lastModified,
    written: false,
    granted: false,
    since: clock.now(),
    smoke: undefined,
    proof: undefined,
    relit: Promise.resolve(NOT_DARK),
    restored: false,
    outcome: describe(fn, warnings),
  }
}

async function grantSecrets(life: Life, context: LifeContext): Promise<Advance> {
  const { secretRight } = context
  if (secretRight?.isMissing !== true) return { kind: 'on', life }
  const halt = context.halted()
  if (halt) return ended(notBegun(life.outcome, halt))
  const granted = await secretRight.give()
  if (granted.kind === 'not-granted') {
    return ended({
      ...life.outcome,
      status: 'blocked',
      reason: granted.reason,
      detail: granted.detail,
    })
  }
  const notes = [
    ...(granted.wrote
      ? ['its role was given the right to read the secrets (`grant-secret-access`)']
      : []),
    ...(granted.notChecked === undefined
      ? []
      : [
          `not checked: whether the right to read the secrets is effective (${granted.notChecked})`,
        ]),
  ]
  return { kind: 'on', life: { ...warned(life, notes), granted: granted.wrote } }
}

async function configure(life: Life, context: LifeContext): Promise<Advance> {
  const { journal } = context
  const writes: Change[] = []
  const next = (fn: LambdaFunction): Write => context.planFor(fn)
  const end = await converge(life.fn, next, {
    ...context,
    beforeWrite(fn, change) {
      const halt = context.halted()
      if (halt) return halt
      journal.writing(fn.arn, inverseOf(change, journal.salt))
      writes.push(change)
      return undefined
    },
    notWritten(fn) {
      journal.notWritten(fn.arn)
      writes.pop()
    },
  })
  const [first, ...later] = writes
  const change = first && later.reduce(mergeChanges, first)
  const written: Life = {
    ...life,
    written: change !== undefined,
    since: context.clock.now(),
    outcome: { ...life.outcome, change, changed: change !== undefined },
  }
  const lit: Life = { ...written, relit: restoreIfDark(life.fn, context) }
  if (end.kind === 'reached') return { kind: 'on', life: { ...lit, fn: end.fn } }
  if (change === undefined) {
    return { kind: 'over', life: { ...lit, outcome: notBegun(lit.outcome, end) } }
  }
  return { kind: 'failed', life: lit, cause: { reason: end.reason, detail: end.detail } }
}

/** Asked while the function was written, so that no write has waited for it (promise P8). */
async function restoreIfDark(
  fn: LambdaFunction,
  { darkness, restore }: LifeContext,
): Promise<Relit> {
  const found = await darkness()
  if (found.kind !== 'dark') return NOT_DARK
  if (found.ours === undefined) return { restored: false, notes: [`it was dark: ${found.why}`] }
  const restored = restoredOf(fn.arn, await restore(found.ours))
  if (restored.kind === 'not-restored') {
    const why = `it was dark, and CloudWatch Logs could not be restored: ${restored.detail}`
    return { restored: false, notes: [why] }
  }
  const notes = restored.kind === 'restored' ? restored.notes : [restored.detail]
  return { restored: true, notes: ['it was dark: CloudWatch Logs were restored', ...notes] }
}

const GRANT_POLL_MS = 2_000

async function smokeTest(life: Life, context: LifeContext): Promise<Advance> {
  const { fn } = life
  if (context.invoke === undefined) return { kind: 'on', life }
  const smoke = await invokeWithSecrets(life, context.invoke, context)
  const { outcome } = life
  const tested: Life = {
    ...life,
    smoke,
    outcome: {
      ...outcome,
      smoke: smokeReport(smoke, fn, context.showFunctionLogs),
      warnings: [...outcome.warnings, ...smokeWarnings(smoke)],
    },
  }
  if (smoke.kind === 'passed') return { kind: 'on', life: tested }
  const cause = { reason: smoke.reason, detail: smoke.detail }
  // Whether the log is lost too, only its telemetry tells: the handler of a function may fail and Rotel work.
  const isOpen = !life.written && isMarkedDisabled(fn) && smoke.invocation !== undefined
  if (!isOpen || isRotelsFault(smoke.reason)) return { kind: 'failed', life: tested, cause }
  const proof = await context.prove(subjectOf(tested, context))
  return { kind: 'failed', life: { ...tested, proof }, cause }
}

/**
 * IAM enforces a new right later than its simulator tells; until then Rotel dies of it, and is started anew next time.
 * A right that the preflight has found may have been withdrawn since, by another job that had given it.
 */
async function invokeWithSecrets(
  { fn, granted }: Life,
  invoke: NonNullable<LifeContext['invoke']>,
  { clock, secretRight, halted }: LifeContext,
): Promise<SmokeResult> {
  let deadline = clock.now() + (granted ? GRANT_LIMIT_MS : 0)
  let found = secretRight?.isMissing === false ? secretRight : undefined
  const polled = await poll<SmokeResult, SmokeResult>(
    async () => {
      const smoke = await invoke(fn)
      const isUnreadable = smoke.kind === 'failed' && smoke.reason === 'secret-unresolved'
      if (!isUnreadable || halted() !== undefined) return done(smoke)
      const given = await found?.give()
      found = undefined
      if (given?.kind === 'granted' && given.wrote) deadline = clock.now() + GRANT_LIMIT_MS
      return clock.now() < deadline ? notYet(smoke) : done(smoke)
    },
    { firstMs: GRANT_POLL_MS },
    { clock },
  )
  return lastFound(polled)
}

function isRotelsFault(reason: Reason): boolean {
  return (
    reason.startsWith('extension-') ||
    reason.startsWith('export-') ||
    reason === 'secret-unresolved'
  )
}

async function prove(life: Life, context: LifeContext): Promise<Advance> {
  const proof = await context.prove(subjectOf(life, context))
  const { outcome, written, smoke } = life
  const seen: Outcome =
    proof.kind === 'skipped' ? outcome : { ...outcome, telemetry: proof.telemetry }
  const proven: Life = { ...life, proof, outcome: seen }
  if (proof.kind === 'missing') {
    const { reason, detail } = proof
    if (!written || !proof.keep) return { kind: 'failed', life: proven, cause: { reason, detail } }
    context.journal.finished([life.fn.arn])
    const outcome: Outcome = { ...seen, status: 'unproven', reason, detail }
    return { kind: 'over', life: { ...proven, outcome } }
  }
  if (written) {
    const isProven = proof.kind === 'arrived'
    return {
      kind: 'on',
      life: {
        ...proven,
        outcome: {
          ...seen,
          status: isProven ? 'instrumented' : 'written',
          reason: isProven ? undefined : 'no-verifier',
        },
      },
    }
  }
  if (smoke === undefined && proof.kind === 'skipped') {
    return ended({ ...seen, status: 'unproven', reason: 'not-invoked' })
  }
  const isOlder = smoke !== undefined && seen.telemetry?.by === BY_OLDER_ROWS
  return {
    kind: 'on',
    life: {
      ...proven,
      outcome: {
        ...seen,
        warnings: isOlder ? [...seen.warnings, NOT_THIS_INVOCATION] : seen.warnings,
        status: 'unchanged',
        reason: proof.kind === 'skipped' ? 'no-verifier' : undefined,
      },
    },
  }
}

const NOT_THIS_INVOCATION =
  'no data of this run’s own invocation arrived (a warm environment that logs nothing sends nothing); older data proves it'

function subjectOf(life: Life, { invoke }: LifeContext): Parameters<Prove>[0] {
  const { fn, written, hadRotel, foundModified, since, smoke } = life
  return {
    fn,
    changed: written,
    hadRotel: written ? hadRotel : true,
    foundModified,
    effectiveAt: since,
    smoke,
    invokeAgain: invoke && (() => invoke(fn)),
  }
}

async function disableLogs(life: Life, context: LifeContext): Promise<Advance> {
  const { disabling } = context
  if (disabling === undefined || life.proof?.kind !== 'arrived') return { kind: 'on', life }
  const { plan, disable } = disabling
  const member: ProvenMember = { fn: life.fn, smoke: life.smoke, plan }
  if (plan.unit.members.length > 1) return { kind: 'waiting', life, member }
  return ended(await endWith(life, plan, await disable(member), context))
}

/** CloudWatch Logs are disabled last, and the function is not finished with before that is proven too. */
async function endWith(
  life: Life,
  plan: DisablePlan,
  disabled: Disabled,
  context: LifeContext,
): Promise<Outcome> {
  const edits = plan.unit.changes.map(({ edit }) => editText(edit))
  const { outcome } = life
  switch (disabled.kind) {
    case 'disabled':
      return finished(
        {
          ...outcome,
          ...(disabled.proof && { telemetry: disabled.proof.telemetry }),
          ...(edits.length > 0 && { status: 'instrumented' as const, changed: true }),
          cloudwatch: { edits, by: disabled.by, invocations: disabled.invocations },
        },
        life,
        context,
      )
    case 'withheld':
      return finished(
        { ...outcome, reason: 'cloudwatch-withheld', detail: disabled.detail },
        life,
        context,
      )
    case 'not-disabled': {
      const { reason, detail } = disabled
      const reported: Life = {
        ...life,
        outcome: { ...outcome, cloudwatch: { edits, by: undefined } },
      }
      return fail(reported, { reason, detail }, context)
    }
  }
}

function finished(outcome: Outcome, { fn, restored }: Life, { journal }: LifeContext): Outcome {
  journal.finished([fn.arn], changesOf(fn, journal))
  return restored ? { ...outcome, changed: true } : outcome
}

/** What this run has written to roles to keep the function from its log, and not undone. */
function changesOf(fn: LambdaFunction, journal: LifeContext['journal']): readonly LogsChange[] {
  return journal
    .edited()
    .filter((change) => change.purpose === 'logs')
    .filter(({ reached }) => reached.some(({ function: arn }) => arn.text === fn.arn.text))
}

async function fail(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { journal } = context
  const hasWritten =
    journal.inverseFor(life.fn.arn) !== undefined || changesOf(life.fn, journal).length > 0
  return hasWritten || life.written
    ? rollBack(life, cause, context)
    : leaveUnproven(life, cause, context)
}

async function rollBack(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { journal, onFailure } = context
  const { fn, outcome } = life
  const changes = changesOf(fn, journal)
  const inverse = onFailure === 'keep' ? undefined : journal.inverseFor(fn.arn)
  const records = {
    functions: [
      {
        function: fn.arn,
        configuration: inverse && { by: 'journal' as const, inverse },
      },
    ],
    logs: restorationOf(changes),
  }
  const walked = (
    await walkBack(records, {
      ...context,
      whenDenied: (detail) => ({ reason: 'restore-not-seen', detail }),
      restored: () => journal.closed(changes),
    })
  ).get(fn.arn.text)
  const back = walked && (await described(outcome, cause, walked, life, context))
  return back ?? { ...outcome, status: 'failed', reason: cause.reason, detail: cause.detail }
}

async function described(
  given: Outcome,
  cause: Refusal,
  walked: WalkedBack,
  life: Life,
  context: LifeContext,
): Promise<Outcome> {
  if (walked.kind === 'stuck') {
    const isRestoring = walked.step === 'disable-logs'
    const why = isRestoring
      ? `CloudWatch Logs could not be restored: ${walked.detail}. Rotel stays on the function`
      : `it could not be rolled back: ${walked.detail}. Still on it: ${walked.left.join(', ')}`
    return {
      ...given,
      status: 'failed',
      reason: isRestoring ? 'restore-not-seen' : walked.reason,
      detail: `${cause.reason} (${cause.detail}), and ${why}`,
      changed: true,
    }
  }
  const { leftUnchanged, logs, wrote } = walked
  const notes = logs.kind === 'restored' ? logs.notes : []
  const outcome: Outcome = { ...given, warnings: [...given.warnings, ...notes] }
  if (context.onFailure === 'keep' && life.written) {
    context.journal.finished([life.fn.arn])
    return {
      ...outcome,
      status: 'failed',
      reason: cause.reason,
      detail: `${cause.detail}; it keeps what was written (\`on-failure: keep\`)`,
      changed: true,
    }
  }
  context.journal.finished([life.fn.arn])
  const late = life.proof?.kind === 'missing' ? await life.proof.lookAgain() : undefined
  const { reason, detail } = late ?? cause
  const stays =
    leftUnchanged.length === 0
      ? ''
      : `; changed by another user since, so left unchanged: ${leftUnchanged.join(', ')}`
  const darkness = await context.darkness()
  if (darkness.kind === 'dark' && !life.restored) {
    // It was so when the run began, and nothing of ours is known that could be restored.
    return {
      ...outcome,
      status: 'dark',
      reason: 'would-go-dark',
      detail: `${darkness.why}; ${reason}: ${detail}`,
      changed: leftUnchanged.length > 0,
    }
  }
  // Where Lambda refused the write there was nothing to undo.
  const isBack = wrote || leftUnchanged.length > 0 || logs.wrote
  return {
    ...outcome,
    status: isBack ? 'rolled-back' : 'blocked',
    reason,
    detail: `${detail}${stays}`,
    changed: leftUnchanged.length > 0 || life.restored,
  }
}

/**
 * Nothing was written to it in this run. Where its logs are disabled and its Rotel does not work any more, nobody gets
 * them: restored where this run may write, told where it may not.
 */
async function leaveUnproven(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { fn, proof, smoke, restored } = life
  const { reason, detail } = cause
  const unproven: Outcome = {
    ...life.outcome,
    status: 'unproven',
    reason,
    detail,
    changed: restored,
    ...(proof?.kind === 'missing' && { telemetry: proof.telemetry }),
  }
  const wasInvoked = smoke?.invocation !== undefined
  const hasFailed = smoke?.kind === 'failed' && isRotelsFault(smoke.reason)
  const isGone = reason === 'rotel-missing'
  const isLost = isGone || hasFailed || (wasInvoked && proof?.kind === 'missing')
  if (!isMarkedDisabled(fn) || !isLost) return unproven
  const withheld = await context.withheld(fn)
  if (withheld.kind !== 'dark') return unproven
  const nobody = `its telemetry is not proven (${reason}: ${detail}), and ${withheld.why}`
  if (!context.mayWrite || withheld.ours === undefined) {
    return { ...unproven, status: 'dark', reason: 'rotel-missing', detail: nobody }
  }
  const back = restoredOf(fn.arn, await context.restore(withheld.ours))
  if (back.kind !== 'restored') {
    const why = back.kind === 'not-restored' ? back.reason : 'would-go-dark'
    return { ...unproven, status: 'dark', reason: why, detail: `${nobody}; ${back.detail}` }
  }
  return {
    ...unproven,
    changed: true,
    warnings: [...unproven.warnings, 'CloudWatch Logs were restored', ...back.notes],
  }
}

function isMarkedDisabled({ environment }: LambdaFunction): boolean {
  const owned = environment.readable ? readMarker(environment.variables.get(MARKER)) : 'unreadable'
  return owned !== 'unreadable' && owned.logs !== undefined
}

function warned(life: Life, notes: readonly string[]): Life {
  const { outcome } = life
  return { ...life, outcome: { ...outcome, warnings: [...outcome.warnings, ...notes] } }
}

function ended(outcome: Outcome): Lived {
  return { kind: 'ended', outcome }
}

/** Two writes in a row as one change: what was there first, what is there last. */
function mergeChanges(first: Change, second: Change): Change {
  const later = new Set(second.variables.map(({ name }) => name))
  return {
    layers: second.layers ?? first.layers,
    variables: [...first.variables.filter(({ name }) => !later.has(name)), ...second.variables],
    logFormat: second.logFormat ?? first.logFormat,
  }
}
