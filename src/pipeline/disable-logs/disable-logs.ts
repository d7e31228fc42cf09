/**
 * Disables CloudWatch Logs for functions whose telemetry has just been proven, and proves it (promise P8): IAM names our
 * policy as what denies, a fresh environment leaves nothing in the log group, its telemetry still arrives, and Rotel is
 * still there at the end. The caller restores everything when any of it fails.
 */

import type { Refusal } from '../../model/refusal'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { isScoped } from '../roles/plan-edits'
import { userKey, userText } from '../roles/role-users'
import { writingTo } from '../roles/sharing'
import { changedSince } from './changed-since'
import {
  type Disabled,
  type DisableContext,
  notDisabled,
  type ProvenMember,
  withheldBecauseOf,
} from './context'
import { editRoles } from './edit-roles'
import type { DisableUnit } from './plan'
import { proveSilence, proveStillDisabled, seenBefore } from './prove-silence'

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
  const changed = isDisabled ? await usersChanged(unit, members, context) : undefined
  return changed === undefined ? results : mapValues(results, () => notDisabled(changed, 'role'))
}

/** After the last write, who has the roles is read again: a deploy may have brought others, or changed members (promise P9). */
async function usersChanged(
  { knownUsers }: DisableUnit,
  members: readonly ProvenMember[],
  { clock, usersSince, settings }: DisableContext,
): Promise<Refusal | undefined> {
  if (knownUsers === undefined) return undefined
  // The last write was before the watch.
  const users = usersSince(clock.now() - settings.quietMs)
  const roles = [...new Set(members.map(({ plan }) => plan.member.role.text))]
  for (const role of roles) {
    const found = await users.usersOf(role)
    if ('reason' in found) return found
    for (const member of members.filter(({ plan }) => plan.member.role.text === role)) {
      const now = found.find(
        ({ fn, version }) => version === '$LATEST' && fn.arn.text === member.fn.arn.text,
      )
      const changed = changedSince(member, now?.fn)
      if (changed) return changed
    }
    const reached = isScoped(settings.strategy)
      ? writingTo(
          members.map(({ plan }) => plan.member),
          found,
        )
      : found
    const dark = reached.filter(
      (user) => !knownUsers.has(userKey(user)) && !hasWorkingRotel(user.fn),
    )
    if (dark.length === 0) continue
    return {
      reason: 'shared-role',
      detail: `new with the role since this run began, and without Rotel: ${dark.map(userText).join(', ')}`,
    }
  }
  return undefined
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
