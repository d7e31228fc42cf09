/**
 * A role on its way back as a run goes it, in an IAM in memory: the edits are made, others put a statement into each policy
 * that the edits have left, and then the edits are undone.
 */

import { carryOut, readAsPlanned } from '../../../src/pipeline/roles/carry-out'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import { type RoleUndone, roleUndo } from '../../../src/pipeline/roles/undo-role'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { documentsInForce, lateIam } from '../roles/late-iam'
import { aClock } from '../support/lambda'
import { anArn } from '../support/functions'
import type { PolicySet } from './policy-sets'

/** What others allow in between. */
export const THEIRS = {
  Sid: 'Theirs',
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: '*',
} as const

export interface RestoredRole {
  /** All that is in force once the edits are undone. */
  readonly documents: readonly string[]
  readonly undone: RoleUndone
  /** Policies that others changed in between. */
  readonly changed: number
}

/** @param isFirst others put their statement before what is there, and not behind it */
export async function restoredRole(
  set: PolicySet,
  edits: readonly RoleEdit[],
  group: string,
  isFirst: boolean,
): Promise<RestoredRole> {
  const { arn: role } = set.role
  const clock = aClock()
  const iam = lateIam([set], { clock })
  const changes = edits.map((edit): LogsChange => ({
    purpose: 'logs',
    role,
    edit,
    reached: [{ function: anArn('fn'), role, group, allowedBefore: [] }],
  }))
  for (const change of changes) {
    const now = await readAsPlanned(change, iam)
    if (!now.ok || now.value.kind !== 'as-planned') throw new Error('the role is not as planned')
    const written = await carryOut(change, now.value.versions, iam)
    if (!written.ok) throw new Error(written.fault.code)
  }
  let changed = 0
  for (const edit of edits) {
    if (edit.kind !== 'put-inline' && edit.kind !== 'new-version') continue
    const document = withTheirs(edit.after, isFirst)
    await (edit.kind === 'put-inline'
      ? iam.putInline(role, edit.policy, document)
      : iam.createVersion(edit.arn, document))
    changed += 1
  }
  const undo = roleUndo(changes, { roles: iam, clock })
  let undone = await undo()
  while (undone.kind === 'undone' && !undone.settled) {
    await clock.sleep(500)
    undone = await undo()
  }
  return { documents: documentsInForce(iam.stored(), role), undone, changed }
}

function withTheirs(document: string, isFirst: boolean): string {
  const parsed = JSON.parse(document) as { Statement: object | object[] }
  const statements = [parsed.Statement].flat()
  const Statement = isFirst ? [THEIRS, ...statements] : [...statements, THEIRS]
  return JSON.stringify({ ...parsed, Statement })
}
