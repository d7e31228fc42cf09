/** Who else lives on the roles that are edited: what is taken away there is taken from them too (promise P9). */

import type { Refusal } from '../../model/refusal'
import type { ExecutionRole } from '../../systems/iam/role-control'
import { type LogWriter, logWriterOf, writerKey } from './log-rights'
import type { RoleUser } from './role-users'
import { userText } from './role-users'

export interface Sharing {
  /** Other selected functions that the same edits reach. */
  readonly selected: readonly string[]
  /** Functions and routed versions that the edits reach and that this run does not select, or has refused. */
  readonly unselected: readonly string[]
  /** Who may assume the roles beside Lambda. */
  readonly principals: readonly string[]
  /** Policies that are in use beyond the roles, in words. */
  readonly usedElsewhere: readonly string[]
}

const LAMBDA = /^(edge)?lambda\.amazonaws\.com(\.cn)?$/

/** Who of a role's users writes one of these logs, which is all that an edit reaches that names log groups. */
export function writingTo(
  writers: readonly LogWriter[],
  users: readonly RoleUser[],
): readonly RoleUser[] {
  const keys = new Set(writers.map(writerKey))
  return users.filter(({ fn }) => {
    const writer = logWriterOf(fn)
    return writer !== undefined && keys.has(writerKey(writer))
  })
}

/** @param members ARNs of the selected functions that stand and fall together */
export function sharingOf(
  members: readonly string[],
  users: readonly RoleUser[],
  read: readonly ExecutionRole[],
  usedElsewhere: readonly string[],
): Sharing {
  const others = users.filter(({ fn }) => !members.includes(fn.arn.text))
  return {
    selected: members.length > 1 ? members.map((arn) => arn.slice(arn.lastIndexOf(':') + 1)) : [],
    unselected: [...new Set(others.map((user) => `${userText(user)} in ${user.fn.arn.region}`))],
    principals: [
      ...new Set(read.flatMap(({ trusted }) => trusted.filter((one) => !LAMBDA.test(one)))),
    ],
    usedElsewhere,
  }
}

/** @param isScoped the edit names one log group, so principals and other functions lose nothing */
export function sharedRefusal(
  { selected, unselected, principals, usedElsewhere }: Sharing,
  isScoped: boolean,
  accepted: { readonly acceptSharedRole: boolean; readonly acceptLogLoss: boolean },
): Refusal | undefined {
  const others = [
    ...(unselected.length === 0
      ? []
      : [`functions that this run does not disable logs for: ${someOf(unselected)}`]),
    ...usedElsewhere,
  ]
  const sharers = [
    ...(selected.length === 0 ? [] : [`selected functions that share it: ${someOf(selected)}`]),
    ...(isScoped || principals.length === 0
      ? []
      : [`principals beside Lambda that may assume the role: ${someOf(principals)}`]),
    ...others,
  ]
  if (sharers.length === 0) return undefined
  if (!accepted.acceptSharedRole) return { reason: 'shared-role', detail: sharers.join('; ') }
  if (others.length === 0 || accepted.acceptLogLoss) return undefined
  return { reason: 'log-loss', detail: others.join('; ') }
}

export function sharingNotes(
  { unselected, principals }: Sharing,
  regions: readonly string[],
): readonly string[] {
  return [
    ...(unselected.length === 0
      ? []
      : [`${someOf(unselected)} have the role too (regions checked: ${regions.join(', ')})`]),
    ...(principals.length === 0 ? [] : [`${someOf(principals)} can assume the role too`]),
  ]
}

/** At most so many names, then a count: a role may be that of hundreds. */
function someOf(names: readonly string[], most = 5): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${String(rest)} more` : names.join(', ')
}
