/**
 * What is to be written to roles so that functions can write to their log groups no more: nothing, where it is so
 * already. Planned over all functions that one edit reaches, so that a document is written once (promise P9).
 */

import { faultName, faultRefusal, type Refusal } from '../../model/refusal'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { sourceId } from '../../systems/iam/denial'
import { planNarrowingOfGroups } from '../../systems/iam/narrow-groups'
import { denyLogsDocument, ownedPolicyName, withOwnDeny } from '../../systems/iam/owned-policy'
import { meansTheSame } from '../../systems/iam/policy-document'
import type { ExecutionRole, ManagedPolicy, RoleControl } from '../../systems/iam/role-control'
import { mergedEdit, type RoleEdit } from '../../systems/iam/role-edit'
import type { LogWriter } from './log-rights'
import type { LogsChange, ReachedFunction } from './role-change'
import type { DisableStrategy } from './strategy'

/** A selected function whose log rights go. */
export interface EditMember extends LogWriter {
  /** `action resource` of what IAM allows now. */
  readonly allowed: readonly string[]
  /** It may not write its log, and not because of a Deny of ours. */
  readonly isKnownMute: boolean
}

export interface RoleEdits {
  /** In the order in which they are to be made. */
  readonly changes: readonly LogsChange[]
  /** Rights on other log groups that are lost too, in words. */
  readonly losses: readonly string[]
  /** Policies that are in use beyond the roles of the members, in words. */
  readonly usedElsewhere: readonly string[]
  /** What the caller may not read, in words. */
  readonly notChecked: readonly string[]
}

/** @param read the roles of all members, as they are now, by ARN */
export async function planRoleEdits(
  members: readonly EditMember[],
  read: ReadonlyMap<string, ExecutionRole>,
  strategy: DisableStrategy,
  roles: Pick<RoleControl, 'managed' | 'exists'>,
): Promise<RoleEdits | Refusal> {
  if (strategy.kind === 'remove') return planNarrowing(members, read, roles)
  return strategy.policyArn === undefined
    ? planDenies(members, read)
    : planAttaching(members, read, strategy.policyArn, roles)
}

function planDenies(
  members: readonly EditMember[],
  read: ReadonlyMap<string, ExecutionRole>,
): RoleEdits | Refusal {
  const changes: LogsChange[] = []
  for (const member of members) {
    const { role, group } = member
    const policy = ownedPolicyName('deny-logs', member.function)
    const before = read.get(role.text)?.inline.get(policy)
    const after = before === undefined ? denyLogsDocument(group) : withOwnDeny(before, group)
    if (after === undefined) {
      return {
        reason: 'foreign-policy',
        detail: `the role ${role.name} has an inline policy ${policy} that this action did not write`,
      }
    }
    if (before !== undefined && meansTheSame(before, after)) continue
    const reached = members.filter((one) => one.role.text === role.text && one.group === group)
    changes.push(changeOf(role, { kind: 'put-inline', policy, before, after }, reached))
  }
  return edits(changes)
}

/** Edits that take nothing but the log rights of their functions. */
function edits(changes: readonly LogsChange[], notChecked: readonly string[] = []): RoleEdits {
  return { changes, losses: [], usedElsewhere: [], notChecked }
}

async function planAttaching(
  members: readonly EditMember[],
  read: ReadonlyMap<string, ExecutionRole>,
  policyArn: string,
  roles: Pick<RoleControl, 'exists'>,
): Promise<RoleEdits | Refusal> {
  const name = policyArn.slice(policyArn.lastIndexOf('/') + 1)
  const changes: LogsChange[] = []
  for (const ofRole of byRole(members)) {
    const [{ role }] = ofRole
    if (read.get(role.text)?.attached.some(({ arn }) => arn === policyArn)) continue
    changes.push(changeOf(role, { kind: 'attach', arn: policyArn, name }, ofRole))
  }
  if (changes.length === 0) return edits(changes)
  // What it denies is seen when it is attached.
  const policy = await roles.exists(policyArn)
  if (!policy.ok && policy.fault.kind !== 'denied') {
    return faultRefusal(policy.fault, 'deny-policy-unusable', `${policyArn}: `)
  }
  return edits(
    changes,
    policy.ok
      ? []
      : [`not checked: whether the policy ${policyArn} exists (${faultName(policy.fault)})`],
  )
}

async function planNarrowing(
  members: readonly EditMember[],
  read: ReadonlyMap<string, ExecutionRole>,
  roles: Pick<RoleControl, 'managed'>,
): Promise<RoleEdits | Refusal> {
  const attached = [...read.values()].flatMap((role) => role.attached.map(({ arn }) => arn))
  const answers = await Promise.all([...new Set(attached)].map((arn) => roles.managed(arn)))
  let managed = new Map<string, ManagedPolicy>()
  for (const answer of answers) {
    if (!answer.ok) return faultRefusal(answer.fault, 'role-unreadable')
    managed.set(answer.value.arn, answer.value)
  }
  const changes = new Map<string, LogsChange>()
  const losses = new Set<string>()
  for (const ofRole of byRole(members)) {
    const [{ role }] = ofRole
    const known = read.get(role.text)
    if (known === undefined) continue
    const groups = [...new Set(ofRole.map(({ group }) => group))]
    const plan = planNarrowingOfGroups(known, managed, groups)
    if (plan.kind === 'blocked') {
      return { reason: 'policy-not-narrowable', detail: plan.because.join('; ') }
    }
    for (const edit of plan.edits) {
      if (edit.kind !== 'new-version') {
        const key = `${role.text} ${'policy' in edit ? edit.policy : edit.arn}`
        changes.set(key, changeOf(role, edit, ofRole))
        continue
      }
      // The policy is on other roles too: those of the members get one version for all of them.
      const first = changes.get(edit.arn)
      changes.set(edit.arn, changeOf(first?.role ?? role, mergedEdit(first?.edit, edit), members))
      const policy = managed.get(edit.arn)
      if (policy) managed = new Map(managed).set(edit.arn, { ...policy, document: edit.after })
    }
    for (const loss of plan.losses) losses.add(loss)
  }
  return {
    changes: [...changes.values()],
    losses: [...losses],
    notChecked: [],
    usedElsewhere: [...changes.values()].flatMap(({ edit }) => {
      const policy = edit.kind === 'new-version' ? managed.get(edit.arn) : undefined
      return policy === undefined ? [] : usesElsewhere(edit, policy, [...read.values()])
    }),
  }
}

function usesElsewhere(
  edit: RoleEdit,
  { arn, attachments, boundaries }: ManagedPolicy,
  known: readonly ExecutionRole[],
): readonly string[] {
  const here = known.filter(({ attached }) => attached.some((policy) => policy.arn === arn)).length
  const elsewhere = attachments - here
  const name = 'name' in edit ? edit.name : arn
  return [
    ...(elsewhere > 0
      ? [`the policy ${name} is attached to ${String(elsewhere)} more users, groups or roles`]
      : []),
    ...(boundaries > 0 ? [`the policy ${name} is a boundary ${String(boundaries)} times`] : []),
  ]
}

/** ARNs of the customers’ policies of which a new version would be written for these functions alone. */
export function versionedPolicies({ changes }: RoleEdits): readonly string[] {
  return changes.flatMap(({ edit }) => (edit.kind === 'new-version' ? [edit.arn] : []))
}

function byRole(
  members: readonly EditMember[],
): readonly (readonly [EditMember, ...EditMember[]])[] {
  const roles = new Map<string, [EditMember, ...EditMember[]]>()
  for (const member of members) {
    const known = roles.get(member.role.text)
    if (known) known.push(member)
    else roles.set(member.role.text, [member])
  }
  return [...roles.values()]
}

function changeOf(
  role: LogsChange['role'],
  edit: RoleEdit,
  members: readonly EditMember[],
): LogsChange {
  return { purpose: 'logs', role, edit, reached: members.map(reachedOf) }
}

function reachedOf({ function: arn, role, group, allowed }: EditMember): ReachedFunction {
  return { function: arn, role, group, allowedBefore: allowed }
}

/** Whether the edits of a strategy reach only the function that they are made for, and others of its log group. */
export function isScoped(strategy: DisableStrategy): boolean {
  return strategy.kind === 'deny' && strategy.policyArn === undefined
}

/** How the simulator names the policy that must be what denies; `undefined`: rights are taken out. */
export function denierOf(
  arn: FunctionArn,
  role: LogsChange['role'],
  strategy: DisableStrategy,
): string | undefined {
  if (strategy.kind === 'remove') return undefined
  const { policyArn } = strategy
  return policyArn === undefined
    ? sourceId(role, ownedPolicyName('deny-logs', arn))
    : policyArn.slice(policyArn.lastIndexOf('/') + 1)
}

/** All roles, or why one of them could not be read. */
export async function readRoles(
  members: readonly Pick<LogWriter, 'role'>[],
  roles: Pick<RoleControl, 'read'>,
): Promise<ReadonlyMap<string, ExecutionRole> | Refusal> {
  const distinct = new Map(members.map(({ role }) => [role.text, role]))
  const answers = await Promise.all(
    [...distinct.values()].map(async (role) => [role.text, await roles.read(role)] as const),
  )
  const read = new Map<string, ExecutionRole>()
  for (const [text, answer] of answers) {
    if (!answer.ok) return faultRefusal(answer.fault, 'role-unreadable')
    read.set(text, answer.value)
  }
  return read
}
