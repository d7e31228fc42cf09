/**
 * The right to read secrets that `grant-secret-access` puts on an execution role: a policy of our own for each function,
 * written before the function is, and gone when Rotel leaves it.
 */

import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import { shortened } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import { isOwned, ownedPolicyName } from '../../systems/iam/owned-policy'
import { meansTheSame } from '../../systems/iam/policy-document'
import type { Clock } from '../../model/clock'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { undoRoleChanges } from '../roles/undo-role'
import type { RoleRecords } from '../roles/role-change'
import type { Access } from '../../systems/rotel/secret-access'

export interface GrantContext {
  readonly roles: RoleControl
  readonly clock: Clock
  readonly journal: RoleRecords
  /** How long IAM may take to make it effective, in ms. */
  readonly limitMs: number
}

const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000

/** @returns whether anything was written: the right may not be enforced at once then */
export async function grantSecretAccess(
  fn: LambdaFunction,
  document: string,
  context: GrantContext,
): Promise<{ readonly wrote: boolean } | Refusal> {
  const { roles, journal } = context
  const role = parseRoleArn(fn.roleArn ?? '')
  if (role === undefined) {
    return { reason: 'role-unreadable', detail: `${fn.roleArn ?? 'its role'} is no role` }
  }
  const policy = ownedPolicyName('read-secrets', fn.arn)
  const current = await roles.inline(role, policy)
  if (!current.ok) return { reason: 'role-unreadable', detail: wordsOf(current.fault) }
  const before = current.value
  if (before !== undefined) {
    if (meansTheSame(before, document)) return { wrote: false }
    if (!isOwned('read-secrets', before)) {
      return {
        reason: 'foreign-policy',
        detail: `the role ${role.name} has an inline policy ${policy} that this action did not write`,
      }
    }
  }
  journal.editing(fn.arn, {
    purpose: 'secrets',
    role,
    edit: { kind: 'put-inline', policy, before, after: document },
  })
  const put = await roles.putInline(role, policy, document)
  if (!put.ok) return notWritten(role, policy, put.fault)
  await untilEffective(role, document, context)
  return { wrote: true }
}

/** What cannot be asked of the simulator, or is not answered in time, is for the smoke test to find. */
async function untilEffective(
  role: RoleArn,
  document: string,
  { roles, clock, limitMs }: GrantContext,
): Promise<void> {
  const deadline = clock.now() + limitMs
  const waiting = accessesOf(document)
  for (
    let wait = FIRST_POLL_MS;
    clock.now() < deadline;
    wait = Math.min(wait * 2, LONGEST_POLL_MS)
  ) {
    const answers = await Promise.all(
      waiting.map(({ action, resource }) => roles.simulate(role, [action], [resource])),
    )
    const isWaiting = answers.some(
      (answer) => answer.ok && answer.value.some(({ decision }) => decision !== 'allowed'),
    )
    if (!isWaiting) return
    await clock.sleep(wait)
  }
}

/** Takes the policy of an earlier run away, for good once the function is finished with. */
export async function withdrawSecretAccess(
  arn: FunctionArn,
  role: RoleArn,
  { roles, journal }: Pick<GrantContext, 'roles' | 'journal'>,
): Promise<Refusal | undefined> {
  const policy = ownedPolicyName('read-secrets', arn)
  const current = await roles.inline(role, policy)
  if (!current.ok) return { reason: 'role-unreadable', detail: wordsOf(current.fault) }
  if (current.value === undefined || !isOwned('read-secrets', current.value)) return undefined
  journal.editing(arn, {
    purpose: 'secrets',
    role,
    edit: { kind: 'delete-inline', policy, before: current.value },
  })
  const deleted = await roles.deleteInline(role, policy)
  return deleted.ok ? undefined : notWritten(role, policy, deleted.fault)
}

/** @returns a refusal when something of ours may be left on the role */
export async function undoSecretAccess(
  arn: FunctionArn,
  { roles, journal }: Pick<GrantContext, 'roles' | 'journal'>,
): Promise<Refusal | undefined> {
  const undone = await undoRoleChanges(journal.edited(arn, 'secrets'), roles)
  if (undone.kind === 'not-undone') {
    return {
      reason: 'rollback-failed',
      detail: `${wordsOf(undone.fault)}; still on the role: ${undone.left.join(', ')}`,
    }
  }
  journal.takenBack(arn, 'secrets')
  return undefined
}

/** Statements with conditions depend on what only a real call brings along. */
function accessesOf(document: string): readonly Access[] {
  const parsed: unknown = JSON.parse(document)
  const statements = membersOf(parsed)['Statement']
  return (Array.isArray(statements) ? statements : []).flatMap((statement: unknown) => {
    const { Action: action, Resource: resource, Condition: condition } = membersOf(statement)
    if (typeof action !== 'string' || condition !== undefined) return []
    // IAM asks keys as the store uses them, which the preflight knows better.
    if (action.startsWith('kms:')) return []
    return (Array.isArray(resource) ? resource : [resource]).flatMap((one: unknown) =>
      typeof one === 'string' ? [{ action, resource: one }] : [],
    )
  })
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function notWritten(role: RoleArn, policy: string, fault: AwsFault): Refusal {
  return {
    reason: 'role-write-failed',
    detail: `${policy} on the role ${role.name}: ${wordsOf(fault)}`,
  }
}

function wordsOf({ code, text }: AwsFault): string {
  return shortened(`${code}: ${text}`)
}
