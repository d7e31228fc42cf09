/** What is to be written to a role so that a function can write to its log group no more: nothing, where it is so already. */

import type { DisableStrategy } from './strategy'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { readRefusal, type Refusal } from '../../model/refusal'
import type { Result } from '../../model/result'
import { planNarrowing } from '../../systems/iam/narrow'
import { denyLogsDocument, isOwned, ownedPolicyName } from '../../systems/iam/owned-policy'
import { meansTheSame } from '../../systems/iam/policy-document'
import { INLINE_LIMIT, inlineSize } from '../../systems/iam/role-size'
import type { ExecutionRole, ManagedPolicy, RoleControl } from '../../systems/iam/role-control'
import type { RoleEdit } from '../../systems/iam/role-edit'

export interface RoleEdits {
  readonly edits: readonly RoleEdit[]
  /** Rights on other log groups that go along, in words. */
  readonly losses: readonly string[]
  /** Policies that other roles have too. */
  readonly sharedPolicies: readonly string[]
}

/** IAM's default; an account may have raised it to 25, so IAM has the last word. */
export async function planRoleEdits(
  arn: FunctionArn,
  role: ExecutionRole,
  group: string,
  strategy: DisableStrategy,
  roles: Pick<RoleControl, 'managed'>,
): Promise<RoleEdits | Refusal> {
  if (strategy.kind === 'remove') return narrowing(role, group, roles)
  if (strategy.policyArn !== undefined) return attaching(role, strategy.policyArn, roles)
  const policy = ownedPolicyName('deny-logs', arn)
  const after = denyLogsDocument(group)
  const before = role.inline.get(policy)
  if (before !== undefined) {
    if (meansTheSame(before, after)) return only([])
    if (!isOwned('deny-logs', before)) {
      return {
        reason: 'foreign-policy',
        detail: `the role ${role.arn.name} has an inline policy ${policy} that this action did not write`,
      }
    }
  }
  const others = [...role.inline].filter(([name]) => name !== policy).map(([, text]) => text)
  const size = inlineSize([...others, after])
  if (size > INLINE_LIMIT) {
    return {
      reason: 'role-policies-full',
      detail: `the inline policies of the role ${role.arn.name} would take ${size.toLocaleString('en')} of ${INLINE_LIMIT.toLocaleString('en')} characters`,
    }
  }
  return only([{ kind: 'put-inline', policy, before, after }])
}

async function attaching(
  role: ExecutionRole,
  policyArn: string,
  roles: Pick<RoleControl, 'managed'>,
): Promise<RoleEdits | Refusal> {
  if (role.attached.some(({ arn }) => arn === policyArn)) return only([])
  const policy = await roles.managed(policyArn)
  if (!policy.ok && policy.fault.kind !== 'denied') {
    return {
      reason: 'deny-policy-unusable',
      detail: `${policyArn}: ${policy.fault.code}`,
    }
  }
  return only([
    { kind: 'attach', arn: policyArn, name: policyArn.slice(policyArn.lastIndexOf('/') + 1) },
  ])
}

async function narrowing(
  role: ExecutionRole,
  group: string,
  roles: Pick<RoleControl, 'managed'>,
): Promise<RoleEdits | Refusal> {
  const read = await Promise.all(role.attached.map(({ arn }) => roles.managed(arn)))
  const managed = new Map<string, ManagedPolicy>()
  for (const answer of read) {
    if (!answer.ok) return roleRefusal(answer)
    managed.set(answer.value.arn, answer.value)
  }
  const plan = planNarrowing(role, managed, group)
  return plan.kind === 'blocked'
    ? { reason: 'policy-not-narrowable', detail: plan.because.join('; ') }
    : plan
}

function only(edits: readonly RoleEdit[]): RoleEdits {
  return { edits, losses: [], sharedPolicies: [] }
}

/** A role that could not be read: nothing of what follows would be known. */
export function roleRefusal(answer: Extract<Result<unknown>, { ok: false }>): Refusal {
  const { detail } = readRefusal({ ...answer.fault, kind: 'denied' })
  return { reason: 'role-unreadable', detail }
}
