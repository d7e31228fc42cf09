/**
 * Disables CloudWatch Logs for functions whose telemetry has just been proven, and proves it (promise P8): IAM names our
 * policy as what denies, a fresh environment leaves nothing in the log group, its telemetry still arrives, and Rotel is
 * still there at the end. The caller restores everything when any of it fails.
 */

import type { Clock } from '../../model/clock'
import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import { type Result, succeeded } from '../../model/result'
import type { LambdaTime } from '../../model/time'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import { doubtOf } from '../../systems/iam/denial'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import type { RoleControl } from '../../systems/iam/role-control'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import { type LambdaClock, untilPast } from '../../systems/lambda/lambda-clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { askLogRights, writerKey } from '../roles/log-rights'
import { denierOf, planRoleEdits, readRoles } from '../roles/plan-edits'
import type { LogsChange, RoleRecords } from '../roles/role-change'
import { type RoleUsers, userKey, userText } from '../roles/role-users'
import { roleWriteRefusal } from '../roles/role-write-refusal'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { Proof } from '../verify/proof'
import type { DisablePlan, DisableUnit } from './plan'
import type { DisableSettings } from './settings'
import { streamsOf, watch, type Watches } from './silence'
import { versionRefusal } from './versions'

export interface DisableContext {
  readonly settings: DisableSettings
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly lambdaClock: LambdaClock
  readonly records: Pick<RoleRecords, 'editing'>
  readonly signal: AbortSignal
  /** Of all functions of the run. */
  readonly watches: Watches
  readonly halted: () => Refusal | undefined
  /** Writes that nobody else of this run may make to the roles at the same time. */
  readonly alone: <T>(roles: readonly string[], work: () => Promise<T>) => Promise<T>
  /** Kept for another day, where rights are taken out of policies. */
  readonly recordForRestore: (change: LogsChange) => void
  /** New environments for the function. */
  readonly restart: (fn: LambdaFunction) => Promise<LambdaFunction | Refusal>
  readonly reread: (fn: LambdaFunction) => Promise<Result<LambdaFunction>>
  readonly lambda: Pick<LambdaControl, 'routedVersions'>
  /** Who has a role, as it was read after this time (ms since the epoch). */
  readonly usersSince: (ms: number) => RoleUsers
  readonly invoke: (fn: LambdaFunction) => Promise<SmokeResult>
  readonly proveAgain: (fn: LambdaFunction, smoke: SmokeResult, since: LambdaTime) => Promise<Proof>
}

/** A member of a unit whose telemetry was proven in this run. */
export interface ProvenMember {
  readonly fn: LambdaFunction
  readonly smoke: SmokeResult | undefined
  readonly plan: DisablePlan
}

export type Disabled =
  | {
      readonly kind: 'disabled'
      /** Of the telemetry afterwards; `undefined`: nothing was written, so the proof before holds. */
      readonly proof: Extract<Proof, { kind: 'arrived' }> | undefined
      /** What proved it, in words. */
      readonly by: string
      /** Made for this proof. */
      readonly invocations: number
    }
  | ({
      readonly kind: 'not-disabled'
      /** Whether it concerns this function alone, or the role, and so all functions that the edit reaches. */
      readonly of: 'function' | 'role'
    } & Refusal)
  /** It could have been, and another member of the unit could not. */
  | { readonly kind: 'withheld'; readonly detail: string }

/** Clocks differ, and events carry AWS's time: a request id is unique, so looking further back costs nothing. */
const CLOCK_SKEW_MS = 5 * 60_000
const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000
/** Silence is watched for at least so many times as long as the first invocation's events took to appear. */
const QUIET_OVER_DELAY = 2

/** @returns by ARN of the function; what was written is in the records, whatever became of the members */
export async function disableUnit(
  unit: DisableUnit,
  members: readonly ProvenMember[],
  context: DisableContext,
): Promise<ReadonlyMap<string, Disabled>> {
  if (unit.isSettled) {
    return forAll(members, (member) => proveStillDisabled(member, context))
  }
  const deadline = context.clock.now() + context.settings.limitMs
  const baselines = await forAll(members, (member) => seenBefore(member, deadline, context))
  const unseen = [...baselines].filter(([, baseline]) => 'reason' in baseline)
  if (unseen.length > 0) {
    return mapValues(baselines, (baseline) =>
      'reason' in baseline ? notDisabled(baseline) : withheldBecauseOf(unseen[0]?.[0] ?? ''),
    )
  }
  const refused = await editRoles(unit, deadline, context)
  if (refused) return forAll(members, () => Promise.resolve(notDisabled(refused, 'role')))
  // Environments that start from now on live under the denial, so what they send proves that it still arrives.
  const since = context.lambdaClock.now().latest
  const results = await forAll(members, (member) => {
    const baseline = baselines.get(member.fn.arn.text)
    if (baseline === undefined || 'reason' in baseline) {
      return Promise.resolve(withheldBecauseOf(member.fn.arn.text))
    }
    return proveSilence(
      member,
      { baseline, since, deadline, editAgain: () => editRoles(unit, deadline, context) },
      context,
    )
  })
  const isDisabled = [...results.values()].every(({ kind }) => kind === 'disabled')
  const newUsers = isDisabled ? await newUsersOf(unit, context) : undefined
  return newUsers === undefined ? results : mapValues(results, () => notDisabled(newUsers, 'role'))
}

/** After the last write, who has the roles is read again: a deploy may have brought others (promise P9). */
async function newUsersOf(
  { members, knownUsers }: DisableUnit,
  { clock, usersSince, settings }: DisableContext,
): Promise<Refusal | undefined> {
  if (knownUsers === undefined) return undefined
  // The last write was before the watch.
  const users = usersSince(clock.now() - settings.quietMs)
  const roles = [...new Set(members.map(({ role }) => role.text))]
  for (const role of roles) {
    const found = await users.usersOf(role)
    if ('reason' in found) return found
    const dark = found.filter((user) => !knownUsers.has(userKey(user)) && !hasWorkingRotel(user.fn))
    if (dark.length === 0) continue
    return {
      reason: 'shared-role',
      detail: `new with the role since this run began, and without Rotel: ${dark.map(userText).join(', ')}`,
    }
  }
  return undefined
}

function withheldBecauseOf(arn: string): Disabled {
  const name = arn.slice(arn.lastIndexOf(':') + 1)
  return { kind: 'withheld', detail: `CloudWatch Logs of ${name} could not be disabled` }
}

/** Fresh environments, one invocation each, until one leaves nothing: IAM's simulator can be ahead of what IAM enforces. */
async function proveSilence(
  { fn: proven, plan }: ProvenMember,
  given: {
    readonly baseline: Baseline
    readonly since: LambdaTime
    readonly deadline: number
    readonly editAgain: () => Promise<Refusal | undefined>
  },
  context: DisableContext,
): Promise<Disabled> {
  const { clock, settings, signal } = context
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
      invocations += 1
      const round = await silentRound(fn, plan, { quietMs, since }, context)
      if (round.kind === 'silent') {
        const by = silenceText(plan, quietMs, baseline.kind)
        return done({ kind: 'disabled', proof: round.proof, by, invocations })
      }
      if (round.kind === 'failed') return done(notDisabled(round))
      // A parallel job may have written the document that it had read before ours was written.
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
async function proveStillDisabled(
  { fn, smoke, plan }: ProvenMember,
  context: DisableContext,
): Promise<Disabled> {
  const { quietMs, strategy } = context.settings
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
    const gone = (await rotelGone(fn, context)) ?? (await versionRefusal(fn, context.lambda))
    if (gone) return notDisabled(gone)
    const text = silenceText(plan, quietMs, 'seen')
    return { kind: 'disabled', proof: undefined, by: text, invocations: 0 }
  }
  return notDisabled(
    seen.kind === 'not-seen' ? seen : { reason: 'cloudwatch-still-written', detail: seen.what },
  )
}

type Baseline =
  | { readonly kind: 'seen'; readonly delayMs: number }
  /** Nothing was allowed before either. */
  | { readonly kind: 'nothing-allowed'; readonly delayMs: 0 }

/** That this run sees events at all: without that, seeing none later would prove nothing. */
async function seenBefore(
  { smoke, plan }: ProvenMember,
  deadline: number,
  { groups, clock, signal }: DisableContext,
): Promise<Baseline | Refusal> {
  const writes = plan.member.allowed.some((pair) => pair.startsWith('logs:PutLogEvents '))
  if (!writes) return { kind: 'nothing-allowed', delayMs: 0 }
  const invocation = smoke?.invocation
  if (invocation === undefined) {
    return {
      reason: 'disabling-needs-invocation',
      detail: smoke === undefined ? 'it was not invoked' : 'its invocation was not answered',
    }
  }
  const polled = await poll<Baseline | Refusal, undefined>(
    async () => {
      const events = await groups.eventsWith(
        plan.logGroup,
        invocation.endedAt - CLOCK_SKEW_MS,
        invocation.requestId,
      )
      if (!events.ok) return done(faultRefusal(events.fault, 'log-group-unreadable'))
      if (events.value === 0) return notYet(undefined)
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

/** Writes until the roles read as wanted, and waits until IAM says that our policy denies. */
async function editRoles(
  unit: DisableUnit,
  deadline: number,
  context: DisableContext,
): Promise<Refusal | undefined> {
  const { clock, signal, settings, roles } = context
  const names = [...new Set(unit.members.map(({ role }) => role.text))]
  const writtenAt = new Map<string, number>()
  const polled = await poll<Refusal | undefined, string>(
    async () => {
      const refused = await context.alone(names, () => writeEdits(unit, writtenAt, context))
      if (refused === 'changed-since') return notYet(CHANGED_BY_OTHERS)
      if (refused) return done(refused)
      const rights = await askLogRights(unit.members, roles)
      for (const member of unit.members) {
        const answer = rights.get(writerKey(member))
        if (!answer?.ok) return done(simulationFailed(answer))
        const by = denierOf(member.function, member.role, settings.strategy)
        const doubt = doubtOf(answer.value, member.group, by)
        if (doubt !== undefined) return notYet(doubt)
      }
      return done(undefined)
    },
    { firstMs: FIRST_POLL_MS, longestMs: LONGEST_POLL_MS, deadline },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return { reason: 'denial-not-effective', detail: polled.last }
}

const CHANGED_BY_OTHERS = 'another user changes the policies of the role again and again'

/**
 * Computed from the roles as they are now: others may have changed them since the plan, another run of ours among them.
 * @returns `changed-since`: somebody has changed what was to be written, so it is to be computed again
 */
async function writeEdits(
  { members }: DisableUnit,
  writtenAt: Map<string, number>,
  context: DisableContext,
): Promise<Refusal | 'changed-since' | undefined> {
  const { roles, records, settings, clock } = context
  const read = await readRoles(members, roles)
  if ('reason' in read) return read
  const now = await planRoleEdits(members, read, settings.strategy, roles)
  if ('reason' in now) return now
  for (const change of now.changes) {
    const key = `${change.role.text} ${policyOf(change.edit)}`
    const last = writtenAt.get(key)
    if (last !== undefined && clock.now() - last < READ_LAG_MS) continue
    const halt = context.halted()
    if (halt) return halt
    const isStill = await isAsRead(change, roles)
    if (!isStill.ok) return faultRefusal(isStill.fault, 'role-unreadable')
    if (!isStill.value) return 'changed-since'
    context.recordForRestore(change)
    await records.editing(change)
    // The disk takes its time, in which the run may have been cancelled; the record does no harm.
    const meanwhile = context.halted()
    if (meanwhile) return meanwhile
    const written = await carryOutEdit(change, roles)
    if (!written.ok) return roleWriteRefusal(change.role, policyOf(change.edit), written.fault)
    writtenAt.set(key, clock.now())
  }
  return undefined
}

/**
 * IAM has no revisions, and reading all policies of a role takes many calls. So each is read once more right before it is
 * written: what others have put into it since is not overwritten.
 */
async function isAsRead(
  { role, edit }: Pick<LogsChange, 'role' | 'edit'>,
  roles: RoleControl,
): Promise<Result<boolean>> {
  switch (edit.kind) {
    case 'put-inline':
    case 'delete-inline': {
      const { before } = edit
      // The name is of ours, and of this function alone.
      if (before === undefined) return succeeded(true)
      const now = await roles.inline(role, edit.policy)
      return now.ok ? succeeded(now.value === before) : now
    }
    case 'new-version': {
      const now = await roles.managed(edit.arn)
      return now.ok ? succeeded(now.value.document === edit.original) : now
    }
    case 'detach': {
      const now = await roles.read(role)
      return now.ok ? succeeded(now.value.attached.some(({ arn }) => arn === edit.arn)) : now
    }
    case 'attach':
      return succeeded(true)
  }
}

function carryOutEdit(
  { role, edit }: { readonly role: LogsChange['role']; readonly edit: RoleEdit },
  roles: RoleControl,
): Promise<Result<unknown>> {
  switch (edit.kind) {
    case 'put-inline':
      return roles.putInline(role, edit.policy, edit.after)
    case 'delete-inline':
      return roles.deleteInline(role, edit.policy)
    case 'new-version':
      return roles.createVersion(edit.arn, edit.after)
    case 'attach':
      return roles.attach(role, edit.arn)
    case 'detach':
      return roles.detach(role, edit.arn)
  }
}

type Round =
  | { readonly kind: 'silent'; readonly proof: Extract<Proof, { kind: 'arrived' }> }
  | ({ readonly kind: 'written' | 'failed' } & Refusal)

/** One invocation in a new environment: nothing in CloudWatch, everything in ClickStack, and Rotel still there. */
async function silentRound(
  fn: LambdaFunction,
  plan: DisablePlan,
  { quietMs, since }: { readonly quietMs: number; readonly since: LambdaTime },
  context: DisableContext,
): Promise<Round> {
  const { groups } = context
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
  const gone = (await rotelGone(fn, context)) ?? (await versionRefusal(fn, context.lambda))
  return gone ? { kind: 'failed', ...gone } : { kind: 'silent', proof }
}

/** A deploy may have come in between: without Rotel the function would be dark from now on. */
async function rotelGone(
  fn: LambdaFunction,
  { reread }: DisableContext,
): Promise<Refusal | undefined> {
  const now = await reread(fn)
  if (!now.ok) return faultRefusal(now.fault, 'rotel-missing', 'it could not be read again: ')
  return hasWorkingRotel(now.value)
    ? undefined
    : {
        reason: 'rotel-missing',
        detail: 'another user removed Rotel while the log group was watched',
      }
}

function silenceText({ member }: DisablePlan, quietMs: number, baseline: Baseline['kind']): string {
  const seconds = String(Math.round(quietMs / 1000))
  const before = baseline === 'seen' ? '' : ' (IAM allowed no writing before either)'
  return `IAM does not let the role ${member.role.name} write logs, and neither a new stream nor an event of the test invocation appeared within ${seconds} s${before}`
}

function simulationFailed(answer: Result<unknown> | undefined): Refusal {
  return answer?.ok === false
    ? faultRefusal(answer.fault, 'simulation-failed')
    : { reason: 'simulation-failed', detail: 'no answer' }
}

function notDisabled({ reason, detail }: Refusal, of: 'function' | 'role' = 'function'): Disabled {
  return { kind: 'not-disabled', of, reason, detail }
}

async function forAll<T>(
  members: readonly ProvenMember[],
  work: (member: ProvenMember) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(
    await Promise.all(
      members.map(async (member) => [member.fn.arn.text, await work(member)] as const),
    ),
  )
}

function mapValues<V, W>(
  map: ReadonlyMap<string, V>,
  change: (value: V) => W,
): ReadonlyMap<string, W> {
  return new Map([...map].map(([key, value]) => [key, change(value)]))
}
