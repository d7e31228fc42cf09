/** The edits of a unit's roles, repeated until they read as wanted and IAM answers that they deny. */

import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import { doubtOf } from '../../systems/iam/denial'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import type { ExecutionRole } from '../../systems/iam/role-control'
import { policyOf } from '../../systems/iam/role-edit'
import { carryOut, readAsPlanned } from '../roles/carry-out'
import { askLogRights, simulationFailed, writerKey } from '../roles/log-rights'
import { denierOf, isScoped, planRoleEdits, readRoles, type RoleEdits } from '../roles/plan-edits'
import { roleWriteRefusal } from '../roles/role-write-refusal'
import { sharedRefusal, sharingOf } from '../roles/sharing'
import type { DisableContext } from './context'
import type { DisableUnit } from './plan'
import type { DisableSettings } from './settings'

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
  unit: DisableUnit,
  writtenAt: Map<string, number>,
  context: DisableContext,
): Promise<Refusal | 'changed-since' | undefined> {
  const { roles, records, settings, clock } = context
  const { members } = unit
  const read = await readRoles(members, roles)
  if ('reason' in read) return read
  const planned = await planRoleEdits(members, read, settings.strategy, roles)
  if ('reason' in planned) return planned
  const shared = sharedSince(unit, planned, [...read.values()], settings)
  if (shared) return shared
  for (const change of planned.changes) {
    const key = `${change.role.text} ${policyOf(change.edit)}`
    const last = writtenAt.get(key)
    if (last !== undefined && clock.now() - last < READ_LAG_MS) continue
    const halt = context.halted()
    if (halt) return halt
    const now = await readAsPlanned(change, roles)
    if (!now.ok) return faultRefusal(now.fault, 'role-unreadable')
    if (now.value.kind === 'changed-since') return 'changed-since'
    context.recordForRestore(change)
    await records.editing(change)
    // The disk takes its time, in which the run may have been cancelled; the record does no harm.
    const meanwhile = context.halted()
    if (meanwhile) return meanwhile
    const written = await carryOut(change, now.value.versions, roles)
    if (!written.ok) return roleWriteRefusal(change.role, policyOf(change.edit), written.fault)
    if (written.value === 'changed-since') return 'changed-since'
    writtenAt.set(key, clock.now())
  }
  return undefined
}

/**
 * What the edits would take from others, of whom nobody knew when they were planned (promise P9). What was known then was
 * accepted then, by inputs that still hold. Functions that have joined the roles are looked for after the last write.
 */
function sharedSince(
  { members }: DisableUnit,
  { changes, usedElsewhere }: RoleEdits,
  read: readonly ExecutionRole[],
  settings: DisableSettings,
): Refusal | undefined {
  if (changes.length === 0) return undefined
  const arns = members.map(({ function: arn }) => arn.text)
  const sharing = sharingOf(arns, [], read, usedElsewhere)
  return sharedRefusal(sharing, isScoped(settings.strategy), settings)
}
