/** Whether execution roles have room for our Denies, beside the rights that this run gives (promise P9). */

import { groupedBy } from '../../model/grouped-by'
import { byText } from '../../model/order'
import type { Refusal } from '../../model/refusal'
import {
  denyLogsDocument,
  ownedPolicyName,
  secretsPolicyName,
} from '../../systems/iam/owned-policy'
import type { ExecutionRole } from '../../systems/iam/role-control'
import { beyondLimit } from '../../systems/iam/role-size'
import type { EditMember } from '../roles/plan-edits'
import { roleFull } from '../roles/role-write-refusal'

/** All Denies of a role share its 10,240 characters with what else stands there: in the order of names, while there is room. */
export function withoutRoom(
  members: readonly EditMember[],
  read: ReadonlyMap<string, ExecutionRole>,
  grants: ReadonlyMap<string, readonly string[]>,
): readonly { readonly member: EditMember; readonly refusal: Refusal }[] {
  return [...groupedBy(members, ({ role }) => role.text).values()].flatMap((ofRole) => {
    const [first] = ofRole
    const role = first && read.get(first.role.text)
    if (role === undefined) return []
    // Rights to read secrets that this run gives are written before any Deny.
    const granted = new Map([
      ...role.inline,
      ...(grants.get(role.arn.text) ?? []).map(
        (document) => [secretsPolicyName(document), document] as const,
      ),
    ])
    const denies = ofRole
      .map((member) => ({
        member,
        policy: ownedPolicyName('deny-logs', member.function),
        document: denyLogsDocument(member.group),
      }))
      .sort((a, b) => byText(a.member.function.text, b.member.function.text))
    return beyondLimit(granted, denies).map(({ one, size }) => ({
      member: one.member,
      refusal: roleFull(role.arn, size),
    }))
  })
}
