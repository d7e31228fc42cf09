/** The edits of a unit's roles, repeated until they read as wanted and IAM answers that they deny. */

import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import { type Result, succeeded } from '../../model/result'
import { doubtOf } from '../../systems/iam/denial'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import type { RoleControl } from '../../systems/iam/role-control'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import { askLogRights, writerKey } from '../roles/log-rights'
import { denierOf, planRoleEdits, readRoles } from '../roles/plan-edits'
import type { LogsChange } from '../roles/role-change'
import { roleWriteRefusal } from '../roles/role-write-refusal'
import { type DisableContext, simulationFailed } from './context'
import type { DisableUnit } from './plan'

const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000

/** Writes until the roles read as wanted, and waits until IAM says that our policy denies. */
export async function editRoles(
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
