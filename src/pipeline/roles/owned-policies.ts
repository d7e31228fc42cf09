/** Looks after the Denies that earlier runs left: on a function without a working Rotel they leave it dark (promise P8). */

import PQueue from 'p-queue'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { ownedPolicyName } from '../../systems/iam/owned-policy'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'

export type OwnedDeny =
  | { readonly kind: 'none' }
  | { readonly kind: 'inline'; readonly role: RoleArn; readonly policy: string }
  /** An administrator's policy, named in `deny-policy-arn`. */
  | {
      readonly kind: 'attached'
      readonly role: RoleArn
      readonly arn: string
      readonly name: string
    }
  | { readonly kind: 'not-checked'; readonly why: string }

export interface OwnedPolicies {
  readonly deny: (fn: LambdaFunction) => OwnedDeny
  /** The role that has a policy of ours by which the function's Rotel may read secrets. */
  readonly secretAccess: (fn: LambdaFunction) => RoleArn | undefined
}

interface Found {
  readonly inline: ReadonlySet<string>
  readonly attached: ReadonlyMap<string, string>
}

/** IAM's limits are not published; a run over thousands of roles must not trip them for everybody else. */
const ROLES_AT_ONCE = 8

/** One listing for each role, however many functions share it. */
export async function lookForOwned(
  functions: readonly LambdaFunction[],
  denyPolicyArn: string | undefined,
  roles: RoleControl,
): Promise<OwnedPolicies> {
  const found = new Map<string, Found | string>()
  const distinct = new Map(
    functions.flatMap(({ roleArn }) => {
      const role = roleArn === undefined ? undefined : parseRoleArn(roleArn)
      return role ? [[role.text, role] as const] : []
    }),
  )
  const queue = new PQueue({ concurrency: ROLES_AT_ONCE })
  await queue.addAll(
    [...distinct.values()].map((role) => async () => {
      found.set(role.text, await policiesOf(role, denyPolicyArn, roles))
    }),
  )
  const rolesOf = (fn: LambdaFunction) => {
    const role = fn.roleArn === undefined ? undefined : distinct.get(fn.roleArn)
    return { role, policies: role && found.get(role.text) }
  }
  const secretAccess = (fn: LambdaFunction) => {
    const { role, policies } = rolesOf(fn)
    const isThere =
      typeof policies === 'object' && policies.inline.has(ownedPolicyName('read-secrets', fn.arn))
    return isThere ? role : undefined
  }
  const deny = (fn: LambdaFunction): OwnedDeny => {
    const { role, policies } = rolesOf(fn)
    if (role === undefined || policies === undefined) return { kind: 'none' }
    if (typeof policies === 'string') return { kind: 'not-checked', why: policies }
    const policy = ownedPolicyName('deny-logs', fn.arn)
    if (policies.inline.has(policy)) return { kind: 'inline', role, policy }
    const name = denyPolicyArn && policies.attached.get(denyPolicyArn)
    return name === undefined || denyPolicyArn === undefined || name === ''
      ? { kind: 'none' }
      : { kind: 'attached', role, arn: denyPolicyArn, name }
  }
  return { deny, secretAccess }
}

async function policiesOf(
  role: RoleArn,
  denyPolicyArn: string | undefined,
  roles: RoleControl,
): Promise<Found | string> {
  if (denyPolicyArn === undefined) {
    const names = await roles.inlineNames(role)
    if (names.ok) return { inline: new Set(names.value), attached: new Map() }
    // A function whose role is gone cannot run; that is not for this look to say.
    if (names.fault.kind === 'not-found') return { inline: new Set(), attached: new Map() }
    return names.fault.code
  }
  const read = await roles.read(role)
  if (!read.ok) return read.fault.code
  return {
    inline: new Set(read.value.inline.keys()),
    attached: new Map(read.value.attached.map(({ arn, name }) => [arn, name])),
  }
}
