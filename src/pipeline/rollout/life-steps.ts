/** The steps of a function's life, each carried out: it goes on, fails, or has come to its end. */

import { done, lastFound, notYet, poll } from '../../model/poll'
import { readRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import type { Change } from '../../systems/lambda/change'
import { untilPast } from '../../systems/lambda/lambda-clock'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { markedDisabled } from '../../systems/lambda/marker'
import { editText } from '../../systems/iam/role-edit'
import { converge, type Step as Write } from '../configure/converge'
import { recordWrite } from '../configure/record-write'
import type { Disabled, ProvenMember } from '../disable-logs/context'
import type { DisablePlan } from '../disable-logs/plan'
import { GRANT_LIMIT_MS } from '../grant-secrets/grant-secrets'
import type { SmokeResult } from '../smoke-test/smoke-test'
import { BY_OLDER_ROWS } from '../verify/judge'
import { isSkipped, type Prove } from '../verify/proof'
import { carriesRotel, hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { notBegun, type Outcome } from './outcome'
import { smokeReport, smokeWarnings } from './smoke-report'
import { changeOf } from './other-change'
import { publishAlias } from './publish-step'
import { settle } from './settle-step'
import type { StepName } from './steps'
import { fail } from './life-failure'
import {
  type Advance,
  ended,
  finished,
  isRotelsFault,
  type Life,
  type LifeContext,
  warned,
  withoutPlan,
} from './life-state'

type CarryOut = (life: Life, context: LifeContext) => Promise<Advance>

export const CARRY_OUT: Readonly<Record<StepName, CarryOut>> = {
  'grant-secrets': grantSecrets,
  configure,
  settle,
  'smoke-test': smokeTest,
  prove,
  'publish-alias': publishAlias,
  'disable-logs': disableLogs,
}

async function grantSecrets(life: Life, context: LifeContext): Promise<Advance> {
  const { secretRight } = context
  if (secretRight?.isMissing !== true) return { kind: 'on', life }
  const halt = context.halted()
  if (halt) {
    const outcome = withoutPlan(notBegun(life.outcome, halt), life)
    return { kind: 'over', life: { ...life, outcome } }
  }
  const granted = await secretRight.give()
  if (granted.kind === 'not-granted') {
    const outcome = withoutPlan(notBegun(life.outcome, granted), life)
    return { kind: 'over', life: { ...life, outcome } }
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
  const { journal, secretRight } = context
  const writes: Change[] = []
  let { hadRotel, granted } = life
  const before = context.lambdaClock.now().earliest
  const next = async (fn: LambdaFunction): Promise<Write> => {
    const step = context.planFor(fn)
    if (step.kind !== 'change' || writes.length === 0) return step
    // Who took away what was written may have been a job that took the right to read the secrets, too.
    const given = await secretRight?.giveAgain()
    if (given?.kind === 'not-granted') return { ...given, kind: 'refused' }
    granted ||= given?.wrote === true
    return step
  }
  const end = await converge(life.fn, next, {
    ...context,
    async beforeWrite(fn, change) {
      const refusal = await recordWrite(fn, change, journal, context.halted)
      if (refusal) return refusal
      if (writes.length === 0) hadRotel ||= carriesRotel(fn)
      if (!hadRotel) context.coldStarts?.ask(fn, context.lambdaClock.now().earliest)
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
    hadRotel,
    granted,
    // Without Rotel when it was read, only environments with this configuration send anything, and Lambda's own time of
    // the update is a later bound. With it, an old one may still start until the update is certainly over.
    since: hadRotel ? context.lambdaClock.now().latest : before,
    outcome: { ...life.outcome, change, changed: change !== undefined },
  }
  if (end.kind === 'reached') return { kind: 'on', life: { ...written, fn: end.fn } }
  if (change === undefined) {
    const outcome = withoutPlan(notBegun(written.outcome, end), life)
    return { kind: 'over', life: { ...written, outcome } }
  }
  return { kind: 'failed', life: written, cause: { reason: end.reason, detail: end.detail } }
}

const GRANT_POLL_MS = 2_000

async function smokeTest(life: Life, context: LifeContext): Promise<Advance> {
  const { fn } = life
  if (context.invoke === undefined) return { kind: 'on', life }
  // What starts now is then stamped later than anything that started before the change.
  if (!isSkipped(context.prove)) await untilPast(life.since, context)
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
  const stays = !life.written || context.onFailure === 'keep'
  const isOpen = stays && markedDisabled(fn) !== undefined && smoke.invocation !== undefined
  if (!isOpen || isRotelsFault(smoke.reason)) return { kind: 'failed', life: tested, cause }
  const proof = await context.prove(subjectOf(tested, context))
  return { kind: 'failed', life: { ...tested, proof }, cause }
}

/**
 * IAM enforces a new right later than its simulator tells; until then Rotel dies of it, and is started anew next time.
 * A right may also have been withdrawn since, by another job.
 */
async function invokeWithSecrets(
  { fn, granted }: Life,
  invoke: NonNullable<LifeContext['invoke']>,
  { clock, secretRight, halted }: LifeContext,
): Promise<SmokeResult> {
  let deadline = clock.now() + (granted ? GRANT_LIMIT_MS : 0)
  let isGivenAgain = false
  const polled = await poll<SmokeResult, SmokeResult>(
    async () => {
      const smoke = await invoke(fn)
      const isUnreadable = smoke.kind === 'failed' && smoke.reason === 'secret-unresolved'
      if (!isUnreadable || halted() !== undefined) return done(smoke)
      const given = await secretRight?.giveAgain()
      // Another job may have withdrawn it since, once; who withdraws it again and again is not waited for.
      if (given?.kind === 'granted' && given.wrote && !isGivenAgain) {
        isGivenAgain = true
        deadline = clock.now() + GRANT_LIMIT_MS
      }
      return clock.now() < deadline ? notYet(smoke) : done(smoke)
    },
    { firstMs: GRANT_POLL_MS },
    { clock },
  )
  return lastFound(polled)
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
    const still = isProven ? await stillConfigured(life, context) : STILL_CONFIGURED
    if (still.kind === 'changed') return { kind: 'failed', life: proven, cause: still.cause }
    return {
      kind: 'on',
      life: {
        ...proven,
        outcome: {
          ...seen,
          warnings: [...seen.warnings, ...still.notes],
          status: isProven ? 'instrumented' : 'written',
          reason: isProven ? undefined : 'no-verifier',
        },
      },
    }
  }
  if (smoke === undefined && proof.kind === 'skipped') {
    return ended({ ...seen, status: 'unproven', reason: 'not-invoked' })
  }
  const still = await stillThere(life, context)
  if (still.kind === 'changed') return { kind: 'failed', life: proven, cause: still.cause }
  const isOlder = smoke !== undefined && seen.telemetry?.by === BY_OLDER_ROWS
  return {
    kind: 'on',
    life: {
      ...proven,
      outcome: {
        ...seen,
        warnings: [...seen.warnings, ...(isOlder ? [NOT_THIS_INVOCATION] : []), ...still.notes],
        status: 'unchanged',
        reason: proof.kind === 'skipped' ? 'no-verifier' : undefined,
      },
    },
  }
}

type StillConfigured =
  | { readonly kind: 'configured'; readonly notes: readonly string[] }
  | { readonly kind: 'changed'; readonly cause: Refusal }

const STILL_CONFIGURED: StillConfigured = { kind: 'configured', notes: [] }

/**
 * The proof is of the environments that ran then. A deployment may have replaced the configuration since: the function is
 * read once more, and has to be as this run wrote it; its role decides what Rotel may read. Where it cannot be read, that is
 * told, and the proof counts.
 */
async function stillConfigured(
  { fn }: Life,
  { lambda, planFor }: LifeContext,
): Promise<StillConfigured> {
  const now = await lambda.get(fn.arn.region, fn.arn.text)
  if (!now.ok) return notReadAgain(now.fault)
  const cause = changeOf(fn, now.value, planFor, 'its telemetry was awaited')
  return cause === undefined ? STILL_CONFIGURED : { kind: 'changed', cause }
}

/**
 * Of a function that this run has not written, and whose CloudWatch Logs an earlier one has disabled: without Rotel, nobody
 * gets its logs. Where the logs are to be disabled in this run, too, that step looks itself.
 */
async function stillThere(
  { fn }: Life,
  { lambda, disabling }: LifeContext,
): Promise<StillConfigured> {
  if (disabling !== undefined || markedDisabled(fn) === undefined) return STILL_CONFIGURED
  const now = await lambda.get(fn.arn.region, fn.arn.text)
  if (!now.ok) return notReadAgain(now.fault)
  if (hasWorkingRotel(now.value)) return STILL_CONFIGURED
  const detail = 'another user removed Rotel while its telemetry was awaited'
  return { kind: 'changed', cause: { reason: 'rotel-missing', detail } }
}

function notReadAgain(fault: AwsFault): StillConfigured {
  if (fault.kind === 'not-found') return { kind: 'changed', cause: readRefusal(fault) }
  const what = 'not checked: whether another user changed it while its telemetry was awaited'
  return { kind: 'configured', notes: [`${what} (${fault.code})`] }
}

const NOT_THIS_INVOCATION =
  'no data of this run’s own invocation arrived, because it logged nothing; data from the last 24 hours counts'

function subjectOf(life: Life, { invoke }: LifeContext): Parameters<Prove>[0] {
  const { fn, written, hadRotel, since, smoke } = life
  return {
    fn,
    changed: written,
    hadRotel: written ? hadRotel : true,
    since,
    smoke,
    invokeAgain: invoke && ((ended) => invoke(fn, ended)),
  }
}

async function disableLogs(life: Life, context: LifeContext): Promise<Advance> {
  const { disabling, planFor } = context
  if (disabling === undefined || life.proof?.kind !== 'arrived') return { kind: 'on', life }
  const { plan, disable } = disabling
  const { fn, smoke } = life
  const member: ProvenMember = {
    fn,
    smoke,
    plan,
    changeOf: (now) => changeOf(fn, now, planFor, 'CloudWatch Logs were disabled'),
  }
  if (plan.unit.members.length > 1) return { kind: 'waiting', life, member }
  return ended(await endWith(life, plan, await disable(member), context))
}

/** CloudWatch Logs are disabled last, and the function is not finished with before that is proven too. */
export async function endWith(
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

/** Two writes in a row as one change: what was there first, what is there last. */
function mergeChanges(first: Change, second: Change): Change {
  const later = new Set(second.variables.map(({ name }) => name))
  return {
    layers: second.layers ?? first.layers,
    variables: [...first.variables.filter(({ name }) => !later.has(name)), ...second.variables],
    logFormat: second.logFormat ?? first.logFormat,
  }
}
