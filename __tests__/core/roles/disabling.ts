/** Functions whose CloudWatch Logs are disabled on an IAM in memory, as a run does it, with the records that it keeps. */

import { logGroupArn, LOG_WRITES, simulatedResources } from '../../../src/systems/iam/log-writes'
import { parseRoleArn, type RoleArn } from '../../../src/systems/iam/role-arn'
import type { RoleControl } from '../../../src/systems/iam/role-control'
import { carryOut, readAsPlanned } from '../../../src/pipeline/roles/carry-out'
import type { LogWriter } from '../../../src/pipeline/roles/log-rights'
import { type EditMember, planRoleEdits, readRoles } from '../../../src/pipeline/roles/plan-edits'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import type { DisableStrategy } from '../../../src/pipeline/roles/strategy'
import { ACCOUNT, type PolicySet, policySet } from '../policies/policy-sets'
import { anArn } from '../support/functions'

export const REMOVE: DisableStrategy = { kind: 'remove' }
export const DENY: DisableStrategy = { kind: 'deny', policyArn: undefined }

export function aRole(name = 'fn-role'): RoleArn {
  const arn = parseRoleArn(`arn:aws:iam::${ACCOUNT}:role/service-role/${name}`)
  if (arn === undefined) throw new Error(`${name} is not a name`)
  return arn
}

export function aWriter(name = 'fn', role = aRole(), group = `/aws/lambda/${name}`): LogWriter {
  const arn = anArn(name)
  return { function: arn, role, group: logGroupArn(arn, group) }
}

/** A function that may do all three on its log group. */
export function aMember(name?: string, role?: RoleArn, group?: string): EditMember {
  const writer = aWriter(name, role, group)
  return { ...writer, allowed: allPairs(writer.group), isKnownMute: false }
}

export function allPairs(group: string): readonly string[] {
  return LOG_WRITES.flatMap((action) =>
    simulatedResources(group).map((resource) => `${action} ${resource}`),
  )
}

/** Inline policies by number, on a role of another name. */
export function onRole(role: RoleArn, ...documents: readonly string[]): PolicySet {
  const set = policySet(documents, [])
  return { ...set, role: { ...set.role, arn: role } }
}

export function documentOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export function allowing(
  Action: string | readonly string[],
  ...Resource: readonly string[]
): object {
  return { Effect: 'Allow', Action, Resource }
}

/** Makes the edits that disable the logs of the members. @returns the records, oldest first */
export async function disable(
  members: readonly EditMember[],
  strategy: DisableStrategy,
  roles: RoleControl,
): Promise<readonly LogsChange[]> {
  const read = await readRoles(members, roles)
  if ('reason' in read) throw new Error(read.detail)
  const planned = await planRoleEdits(members, read, strategy, roles)
  if ('reason' in planned) throw new Error(planned.detail)
  for (const change of planned.changes) {
    const now = await readAsPlanned(change, roles)
    if (!now.ok || now.value.kind !== 'as-planned') throw new Error('it is not as planned')
    const written = await carryOut(change, now.value.versions, roles)
    if (!written.ok) throw new Error(written.fault.code)
  }
  return planned.changes
}
