/** What a run would write to the role of one function, each write named. */

import { secretsPolicyName, ownedPolicyName } from '../../systems/iam/owned-policy'
import { parseRoleArn } from '../../systems/iam/role-arn'
import {
  inlineWrite,
  plannedWrite,
  type RoleWrite,
  undoingWrite,
} from '../../systems/iam/role-write'
import type { Inspected } from '../preflight/inspect'
import { type Darkness, oursInDark } from '../roles/darkness'
import type { Restoration } from '../roles/restore-logs'

/** In the order in which a run makes them: what is withheld is restored, rights are given, logs are disabled. */
export function plannedRoleWrites(one: Inspected, darkness: Darkness): readonly RoleWrite[] {
  const dark = darkness.kind === 'dark' ? oursInDark(darkness) : undefined
  const restored = one.logs.restoration ?? dark
  if (one.kind === 'refused') return restoringWrites(restored)
  const { fn, logs, secretAccess } = one
  const role = parseRoleArn(fn.roleArn ?? '')
  const grant =
    role !== undefined && secretAccess?.isMissing === true
      ? [inlineWrite(role, secretsPolicyName(secretAccess.document), 'added')]
      : []
  const disabling = logs.disabling?.unit.changes ?? []
  // An edit that reaches several functions is told for those that it was made for.
  const own = disabling.filter(({ reached }) =>
    reached.some(({ function: arn }) => arn.text === fn.arn.text),
  )
  return [
    ...restoringWrites(restored),
    ...grant,
    ...own.map((change) => plannedWrite(change.role, change.edit)),
  ]
}

function restoringWrites(restoration: Restoration | undefined): readonly RoleWrite[] {
  if (restoration === undefined) return []
  const { changes, deprived } = restoration
  const grants = deprived.filter(
    (one) => one.isGrantable && !changes.some(({ role }) => role.text === one.role.text),
  )
  return [
    ...changes.map(({ role, edit }) => undoingWrite(role, edit)),
    ...grants.map((one) =>
      inlineWrite(one.role, ownedPolicyName('grant-logs', one.function), 'added'),
    ),
  ]
}
