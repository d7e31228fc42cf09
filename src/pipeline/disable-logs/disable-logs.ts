/**
 * Cuts CloudWatch Logs for one function whose telemetry has just been proven, and proves the cut (promise P8): IAM names
 * our policy as what denies, a fresh environment leaves nothing in the log group, and its telemetry still arrives. The
 * caller gives everything back when any of it fails.
 */

import type { DisableSettings } from './settings'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { shortened } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import type { Result } from '../../model/result'
import { LOG_WRITES, simulatedResources } from '../../systems/iam/log-writes'
import { ownedPolicyName } from '../../systems/iam/owned-policy'
import type { Clock } from '../../model/clock'
import type { RoleControl } from '../../systems/iam/role-control'
import type { RoleChange } from '../roles/role-change'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { RoleRecords } from '../roles/role-change'
import type { Proof } from '../verify/proof'
import { doubtOf, sourceId } from '../../systems/iam/denial'
import type { DisablePlan } from './plan-disabling'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import { planRoleEdits, roleRefusal } from '../roles/role-edits'
import { streamsOf, watch } from './silence'

export interface DisableContext {
  readonly settings: DisableSettings
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly journal: RoleRecords
  readonly signal: AbortSignal
  readonly halted: () => Refusal | undefined
  /** Writes that nobody else of this run may make to the role at the same time. */
  readonly alone: <T>(role: string, work: () => Promise<T>) => Promise<T>
  /** Kept for another day, where rights are taken out of policies. */
  readonly recordForRestore: (change: RoleChange, fn: LambdaFunction) => void
  /** New environments for the function; says so in its ownership where that is to be remembered. */
  readonly restart: (fn: LambdaFunction) => Promise<LambdaFunction | Refusal>
  readonly invoke: (fn: LambdaFunction) => Promise<SmokeResult>
  readonly proveAgain: (fn: LambdaFunction, smoke: SmokeResult, since: number) => Promise<Proof>
}

export type Cut =
  | {
      readonly kind: 'disable'
      readonly fn: LambdaFunction
      readonly smoke: SmokeResult
      /** Of the telemetry after the cut; `undefined`: nothing was written, so the proof before holds. */
      readonly proof: Extract<Proof, { kind: 'arrived' }> | undefined
      /** What proved it, in words. */
      readonly by: string
      /** Made for this proof. */
      readonly invocations: number
    }
  | ({ readonly kind: 'not-disabled' } & Refusal)

/** Clocks differ, and events carry AWS's time: a request id is unique, so looking further back costs nothing. */
const CLOCK_SKEW_MS = 5 * 60_000
const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000
/** Silence is watched for at least so many times as long as the first invocation's events took to appear. */
const QUIET_OVER_DELAY = 2

export async function disableLogs(
  proven: { readonly fn: LambdaFunction; readonly smoke: SmokeResult },
  plan: DisablePlan,
  context: DisableContext,
): Promise<Cut> {
  const { clock, settings } = context
  const baseline = await seenBefore(proven.smoke, plan, context)
  if ('reason' in baseline) return notDisabled(baseline)
  const quietMs = Math.max(settings.quietMs, baseline.delayMs * QUIET_OVER_DELAY)
  const deadline = clock.now() + settings.limitMs

  const denied = await untilDenied(proven.fn, plan, deadline, context)
  if (denied) return notDisabled(denied)

  // IAM's simulator can be ahead of what IAM enforces, so a round that still writes is worth another one.
  // Environments that start from now on live under the denial, so what they send proves that it still arrives.
  const since = clock.now()
  let invocations = 0
  for (let { fn } = proven; ;) {
    const halt = context.halted()
    if (halt) return notDisabled(halt)
    const restarted = await context.restart(fn)
    if ('reason' in restarted) return notDisabled(restarted)
    fn = restarted
    invocations += 1
    const round = await silentRound(fn, plan, { quietMs, since }, context)
    if (round.kind === 'silent') {
      return {
        kind: 'disable',
        fn,
        smoke: round.smoke,
        proof: round.proof,
        by: cutText(plan, quietMs, baseline.kind),
        invocations,
      }
    }
    if (round.kind === 'failed' || clock.now() >= deadline) return notDisabled(round)
    await clock.sleep(LONGEST_POLL_MS, context.signal)
  }
}

/**
 * A function whose role denies it already: IAM must say so, and this run's invocation must have left nothing. Nothing is
 * written and nothing restarted for it.
 */
export async function proveStillDisabled(
  fn: LambdaFunction,
  smoke: SmokeResult,
  plan: DisablePlan,
  context: Pick<DisableContext, 'settings' | 'roles' | 'groups' | 'clock' | 'signal'>,
): Promise<Refusal | { readonly by: string }> {
  const { quietMs } = context.settings
  const answers = await context.roles.simulate(
    plan.role,
    LOG_WRITES,
    simulatedResources(plan.group),
  )
  if (!answers.ok) return simulationFailed(answers)
  const doubt = doubtOf(answers.value, plan.group, denierOf(fn, plan, context.settings))
  if (doubt !== undefined) return { reason: 'cloudwatch-still-written', detail: doubt }
  const requestId = smoke.invocation?.requestId
  if (requestId === undefined) {
    return { reason: 'disabling-needs-invocation', detail: 'its invocation has no request id' }
  }
  const seen = await watch(
    {
      group: plan.logGroup,
      // Its environment may be warm and have had its stream for long: only the request id counts.
      isOurs: () => false,
      requestId,
      since: context.clock.now() - CLOCK_SKEW_MS,
      before: new Set(),
      quietMs,
    },
    context,
  )
  if (seen.kind === 'silent') return { by: cutText(plan, quietMs, 'seen') }
  return {
    reason: 'cloudwatch-still-written',
    detail: seen.kind === 'written' ? seen.what : seen.detail,
  }
}

type Baseline =
  | { readonly kind: 'seen'; readonly delayMs: number }
  /** Nothing was allowed before either. */
  | { readonly kind: 'nothing-allowed'; readonly delayMs: 0 }

/** That this run sees events at all: without that, seeing none later would prove nothing. */
async function seenBefore(
  smoke: SmokeResult,
  { allowed, logGroup }: DisablePlan,
  { groups, clock, settings, signal }: DisableContext,
): Promise<Baseline | Refusal> {
  const writes = allowed.some((pair) => pair.startsWith('logs:PutLogEvents '))
  if (!writes) return { kind: 'nothing-allowed', delayMs: 0 }
  const { invocation } = smoke
  if (invocation === undefined) {
    return { reason: 'disabling-needs-invocation', detail: 'its invocation was not answered' }
  }
  const deadline = clock.now() + settings.limitMs
  for (;;) {
    const events = await groups.eventsWith(
      logGroup,
      invocation.endedAt - CLOCK_SKEW_MS,
      invocation.requestId,
    )
    if (!events.ok) {
      const { code, text } = events.fault
      return { reason: 'log-group-unreadable', detail: shortened(`${code}: ${text}`) }
    }
    if (events.value > 0) return { kind: 'seen', delayMs: clock.now() - invocation.endedAt }
    if (clock.now() >= deadline || signal.aborted) {
      return {
        reason: 'log-group-unreadable',
        detail: `IAM allows writing to ${logGroup.name}, and nothing of the invocation ${invocation.requestId} is to be seen there: that nothing is written later would prove nothing`,
      }
    }
    await clock.sleep(FIRST_POLL_MS * 4, signal)
  }
}

/** Writes until the role reads as wanted, and waits until IAM says that our policy denies. */
async function untilDenied(
  fn: LambdaFunction,
  plan: DisablePlan,
  deadline: number,
  context: DisableContext,
): Promise<Refusal | undefined> {
  const { clock, roles, settings } = context
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, LONGEST_POLL_MS)) {
    const refused = await context.alone(plan.role.text, () => writeRole(fn, plan, context))
    if (refused) return refused
    const answers = await roles.simulate(plan.role, LOG_WRITES, simulatedResources(plan.group))
    if (!answers.ok) return simulationFailed(answers)
    const doubt = doubtOf(answers.value, plan.group, denierOf(fn, plan, settings))
    if (doubt === undefined) return undefined
    if (clock.now() >= deadline || context.signal.aborted) {
      return { reason: 'denial-not-effective', detail: doubt }
    }
    await clock.sleep(wait, context.signal)
  }
}

/** Computed from the role as it is now: others may have changed it since the plan, another run of ours among them. */
async function writeRole(
  fn: LambdaFunction,
  plan: DisablePlan,
  context: DisableContext,
): Promise<Refusal | undefined> {
  const { roles, journal, settings } = context
  const read = await roles.read(plan.role)
  if (!read.ok) return roleRefusal(read)
  const now = await planRoleEdits(fn.arn, read.value, plan.group, settings.strategy, roles)
  if ('reason' in now) return now
  for (const edit of now.edits) {
    const halt = context.halted()
    if (halt) return halt
    const change: RoleChange = {
      purpose: 'logs',
      role: plan.role,
      group: plan.group,
      allowedBefore: plan.allowed,
      edit,
    }
    context.recordForRestore(change, fn)
    journal.editing(fn.arn, change)
    const written = await carryOut(plan, edit, roles)
    if (!written.ok) {
      const { code, text } = written.fault
      return {
        reason: 'role-write-failed',
        detail: shortened(`${policyOf(edit)} on the role ${plan.role.name}: ${code}: ${text}`),
      }
    }
  }
  return undefined
}

function carryOut(
  { role }: DisablePlan,
  edit: RoleEdit,
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
  | {
      readonly kind: 'silent'
      readonly smoke: SmokeResult
      readonly proof: Extract<Proof, { kind: 'arrived' }>
    }
  | ({ readonly kind: 'written' | 'failed' } & Refusal)

/** One invocation in a new environment: nothing in CloudWatch, everything in ClickStack. */
async function silentRound(
  fn: LambdaFunction,
  plan: DisablePlan,
  { quietMs, since }: { readonly quietMs: number; readonly since: number },
  context: DisableContext,
): Promise<Round> {
  const { groups } = context
  const before = await groups.streamsSince(plan.logGroup, since - CLOCK_SKEW_MS)
  if (!before.ok) {
    const { code, text } = before.fault
    return { kind: 'failed', reason: 'log-group-unreadable', detail: `${code}: ${text}` }
  }
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
  if (proof.kind !== 'arrived') {
    const why = proof.kind === 'missing' ? `: ${proof.detail}` : ''
    return {
      kind: 'failed',
      reason: 'telemetry-lost-after-disabling',
      detail: `with CloudWatch Logs cut, its telemetry did not arrive${why}`,
    }
  }
  if (seen.kind === 'silent') return { kind: 'silent', smoke, proof }
  if (seen.kind === 'not-seen') {
    return { kind: 'failed', reason: 'log-group-unreadable', detail: seen.detail }
  }
  return {
    kind: 'written',
    reason: 'cloudwatch-still-written',
    detail: `IAM says that it is denied, and yet there is ${seen.what} in ${plan.logGroup.name}`,
  }
}

/** As the simulator names the policy that must be what denies. */
function denierOf(
  fn: LambdaFunction,
  plan: DisablePlan,
  { strategy }: DisableSettings,
): string | undefined {
  if (strategy.kind === 'remove') return undefined
  const { policyArn } = strategy
  return policyArn === undefined
    ? sourceId(plan.role, ownedPolicyName('deny-logs', fn.arn))
    : policyArn.slice(policyArn.lastIndexOf('/') + 1)
}

function cutText({ role }: DisablePlan, quietMs: number, baseline: Baseline['kind']): string {
  const seconds = String(Math.round(quietMs / 1000))
  const before = baseline === 'seen' ? '' : ' (IAM had allowed no writing before either)'
  return `IAM denies the role ${role.name}; no stream and no event of the invocation within ${seconds} s${before}`
}

function simulationFailed(answer: Extract<Result<unknown>, { ok: false }>): Refusal {
  const { code, text } = answer.fault
  return { reason: 'simulation-failed', detail: shortened(`${code}: ${text}`) }
}

function notDisabled({ reason, detail }: Refusal): Cut {
  return { kind: 'not-disabled', reason, detail }
}
