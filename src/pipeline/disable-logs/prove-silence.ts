/**
 * The proof that CloudWatch gets nothing any more while ClickStack still gets everything: events of an invocation are seen
 * before the edit, and none of an invocation in a fresh environment after it.
 */

import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, readRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import type { LambdaTime } from '../../model/time'
import { doubtOf } from '../../systems/iam/denial'
import { untilPast } from '../../systems/lambda/lambda-clock'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { askLogRights, simulationFailed, writerKey } from '../roles/log-rights'
import { denierOf } from '../roles/plan-edits'
import type { Proof } from '../verify/proof'
import { changedSince } from './changed-since'
import { type Disabled, type DisableContext, notDisabled, type ProvenMember } from './context'
import type { DisablePlan } from './plan'
import { streamsOf, watch } from './silence'
import { versionRefusal } from './versions'

/** Clocks differ, and events carry AWS's time: a request id is unique, so looking further back costs nothing. */
const CLOCK_SKEW_MS = 5 * 60_000
const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000
/** Silence is watched for at least so many times as long as the first invocation's events took to appear. */
const QUIET_OVER_DELAY = 2

export type Baseline =
  | { readonly kind: 'seen'; readonly delayMs: number }
  /** Nothing was allowed before either. */
  | { readonly kind: 'nothing-allowed'; readonly delayMs: 0 }

const NOTHING_ALLOWED: Baseline = { kind: 'nothing-allowed', delayMs: 0 }

/** Another job may have disabled the same logs since the preflight: then there is no event to be found. */
async function isDeniedSince(
  { member }: DisablePlan,
  { roles, settings }: DisableContext,
): Promise<boolean> {
  const rights = (await askLogRights([member], roles)).get(writerKey(member))
  if (!rights?.ok) return false
  const by = denierOf(member.function, member.role, settings.strategy)
  return doubtOf(rights.value, member.group, by) === undefined
}

/** That this run sees events at all: without that, seeing none later would prove nothing. */
export async function seenBefore(
  { smoke, plan }: ProvenMember,
  deadline: number,
  context: DisableContext,
): Promise<Baseline | Refusal> {
  const { groups, clock, lambdaClock, signal } = context
  const writes = plan.member.allowed.some((pair) => pair.startsWith('logs:PutLogEvents '))
  if (!writes) return NOTHING_ALLOWED
  const invocation = smoke?.invocation
  if (invocation === undefined) {
    return {
      reason: 'disabling-needs-invocation',
      detail: smoke === undefined ? 'it was not invoked' : 'its invocation was not answered',
    }
  }
  const lateAt = (clock.now() + deadline) / 2
  const polled = await poll<Baseline | Refusal, undefined>(
    async () => {
      const agoMs = clock.now() - invocation.endedAt
      const since = lambdaClock.now().earliest - agoMs - CLOCK_SKEW_MS
      const events = await groups.eventsWith(plan.logGroup, since, invocation.requestId)
      if (!events.ok) return done(faultRefusal(events.fault, 'log-group-unreadable'))
      if (events.value === 0) {
        const isLate = clock.now() >= lateAt
        return isLate && (await isDeniedSince(plan, context))
          ? done(NOTHING_ALLOWED)
          : notYet(undefined)
      }
      return done({ kind: 'seen', delayMs: clock.now() - invocation.endedAt })
    },
    // Events take 5 to 20 s to appear, and of the calls that look for them there are few a second.
    { firstMs: FIRST_POLL_MS * 4, longestMs: LONGEST_POLL_MS * 2, factor: 1.6, deadline },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return {
    reason: 'log-group-unreadable',
    detail: `IAM allows writing to ${plan.logGroup.name}, and no event of the invocation ${invocation.requestId} was found there: that none is found later would prove nothing`,
  }
}

/** Fresh environments, one invocation each, until one leaves nothing: IAM's simulator can be ahead of what IAM enforces. */
export async function proveSilence(
  member: ProvenMember,
  given: {
    readonly baseline: Baseline
    readonly since: LambdaTime
    readonly deadline: number
    readonly editAgain: () => Promise<Refusal | undefined>
  },
  context: DisableContext,
): Promise<Disabled> {
  const { clock, settings, signal } = context
  const { fn: proven, plan } = member
  const { baseline, since, deadline } = given
  const quietMs = Math.max(settings.quietMs, baseline.delayMs * QUIET_OVER_DELAY)
  let fn = proven
  let invocations = 0
  const polled = await poll<Disabled, Refusal>(
    async () => {
      const halt = context.halted()
      if (halt) return done(notDisabled(halt))
      const restarted = await context.restart(fn)
      if ('reason' in restarted) return done(notDisabled(restarted))
      fn = restarted
      const changed = changedSince(member, restarted)
      if (changed) return done(notDisabled(changed))
      invocations += 1
      const round = await silentRound(fn, member, { quietMs, since }, context)
      if (round.kind === 'silent') {
        const by = silenceText(plan, quietMs, baseline.kind)
        return done({ kind: 'disabled', proof: round.proof, by, invocations })
      }
      if (round.kind === 'failed') return done(notDisabled(round))
      // A parallel job may have written the document that it had read before ours was written, or have removed Rotel.
      const meanwhile = await changedMeanwhile(fn, member, context)
      if (meanwhile) return done(notDisabled(meanwhile))
      const refused = clock.now() < deadline ? await given.editAgain() : undefined
      return refused ? done(notDisabled(refused, 'role')) : notYet(round)
    },
    { firstMs: LONGEST_POLL_MS, deadline },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  return notDisabled(polled.kind === 'aborted' ? whyEnded(signal) : polled.last)
}

/**
 * A function whose role denies it already: IAM must say so, and this run's invocation must have left nothing. Nothing is
 * written and nothing restarted for it.
 */
export async function proveStillDisabled(
  proven: ProvenMember,
  context: DisableContext,
): Promise<Disabled> {
  const { quietMs, strategy } = context.settings
  const { fn, smoke, plan } = proven
  const { member } = plan
  const rights = (await askLogRights([member], context.roles)).get(writerKey(member))
  if (!rights?.ok) return notDisabled(simulationFailed(rights))
  const by = denierOf(fn.arn, member.role, strategy)
  const doubt = doubtOf(rights.value, member.group, by)
  if (doubt !== undefined) return notDisabled({ reason: 'cloudwatch-still-written', detail: doubt })
  const requestId = smoke?.invocation?.requestId
  if (requestId === undefined) {
    return notDisabled({
      reason: 'disabling-needs-invocation',
      detail: smoke === undefined ? 'it was not invoked' : 'its invocation has no request id',
    })
  }
  const seen = await watch(
    {
      group: plan.logGroup,
      // Its environment may be warm and have had its stream for long: only the request id counts.
      isOurs: () => false,
      requestId,
      since: context.lambdaClock.now().earliest - CLOCK_SKEW_MS,
      before: new Set(),
      quietMs,
    },
    context,
  )
  if (seen.kind === 'silent') {
    const changed =
      (await changedMeanwhile(fn, proven, context)) ?? (await versionRefusal(fn, context.lambda))
    if (changed) return notDisabled(changed)
    const text = silenceText(plan, quietMs, 'seen')
    return { kind: 'disabled', proof: undefined, by: text, invocations: 0 }
  }
  return notDisabled(
    seen.kind === 'not-seen' ? seen : { reason: 'cloudwatch-still-written', detail: seen.what },
  )
}

type Round =
  | { readonly kind: 'silent'; readonly proof: Extract<Proof, { kind: 'arrived' }> }
  | ({ readonly kind: 'written' | 'failed' } & Refusal)

/** One invocation in a new environment: nothing in CloudWatch, everything in ClickStack, and Rotel still there. */
async function silentRound(
  fn: LambdaFunction,
  member: ProvenMember,
  { quietMs, since }: { readonly quietMs: number; readonly since: LambdaTime },
  context: DisableContext,
): Promise<Round> {
  const { groups } = context
  const { plan } = member
  const before = await groups.streamsSince(plan.logGroup, since - CLOCK_SKEW_MS)
  if (!before.ok) {
    return { kind: 'failed', ...faultRefusal(before.fault, 'log-group-unreadable') }
  }
  await untilPast(since, context)
  const smoke = await context.invoke(fn)
  const requestId = smoke.invocation?.requestId
  if (smoke.kind === 'failed') return { kind: 'failed', reason: smoke.reason, detail: smoke.detail }
  if (requestId === undefined) {
    return { kind: 'failed', reason: 'disabling-needs-invocation', detail: 'it was not invoked' }
  }
  const [seen, proof] = await Promise.all([
    watch(
      {
        group: plan.logGroup,
        isOurs: streamsOf(fn.arn.name, plan.logGroup.name),
        requestId,
        since: since - CLOCK_SKEW_MS,
        before: new Set(before.value.map(({ name }) => name)),
        quietMs,
      },
      context,
    ),
    context.proveAgain(fn, smoke, since),
  ])
  // A wait that was cut short has not shown that anything is lost.
  if (proof.kind !== 'arrived' && context.signal.aborted) {
    return { kind: 'failed', ...whyEnded(context.signal) }
  }
  if (proof.kind === 'missing' && proof.reason === 'verifier-failed') {
    return { kind: 'failed', reason: proof.reason, detail: proof.detail }
  }
  if (proof.kind !== 'arrived') {
    const why = proof.kind === 'missing' ? `: ${proof.detail}` : ''
    return {
      kind: 'failed',
      reason: 'telemetry-lost-after-disabling',
      detail: `with CloudWatch Logs disabled, its telemetry did not arrive${why}`,
    }
  }
  if (seen.kind === 'not-seen') return { ...seen, kind: 'failed' }
  if (seen.kind === 'written') {
    return {
      kind: 'written',
      reason: 'cloudwatch-still-written',
      detail: `IAM answers that it is denied, but ${plan.logGroup.name} has ${seen.what}`,
    }
  }
  const changed =
    (await changedMeanwhile(fn, member, context)) ?? (await versionRefusal(fn, context.lambda))
  return changed ? { kind: 'failed', ...changed } : { kind: 'silent', proof }
}

async function changedMeanwhile(
  fn: LambdaFunction,
  member: ProvenMember,
  { reread }: DisableContext,
): Promise<Refusal | undefined> {
  const now = await reread(fn)
  if (now.ok) return changedSince(member, now.value)
  const { reason, detail } = readRefusal(now.fault)
  return { reason, detail: `it could not be read again: ${detail}` }
}

function silenceText({ member }: DisablePlan, quietMs: number, baseline: Baseline['kind']): string {
  const seconds = String(Math.round(quietMs / 1000))
  const before = baseline === 'seen' ? '' : ' (IAM allowed no writing before either)'
  return `IAM does not let the role ${member.role.name} write logs, and neither a new stream nor an event of the test invocation appeared within ${seconds} s${before}`
}
