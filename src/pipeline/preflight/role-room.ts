/**
 * Whether execution roles have room for the rights to read secrets that this run gives them (promise P9). All functions
 * with the same secrets on a role share one policy.
 */

import { byText } from '../../model/order'
import { faultName } from '../../model/refusal'
import type { Result } from '../../model/result'
import { succeeded } from '../../model/result'
import { secretsPolicyName } from '../../systems/iam/owned-policy'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { beyondLimit } from '../../systems/iam/role-size'
import { roleFull } from '../roles/role-write-refusal'
import type { Inspected } from './inspect'
import { refuse } from './refuse'

type Planned = Extract<Inspected, { kind: 'planned' }>

interface Wanting {
  readonly one: Planned
  readonly role: RoleArn
  readonly policy: string
  readonly document: string
}

/** @returns the functions with those refused whose policy does not fit; in the order of names, while there is room */
export async function inspectRoleRoom(
  inspected: readonly Inspected[],
  roles: Pick<RoleControl, 'inlineNames' | 'inline'>,
): Promise<readonly Inspected[]> {
  const wanting = inspected.flatMap(wantingOf)
  const found = new Map<Inspected, Inspected>()
  await Promise.all(
    [...new Map(wanting.map(({ role }) => [role.text, role])).values()].map(async (role) => {
      const ofRole = wanting
        .filter((one) => one.role.text === role.text)
        .sort((a, b) => byText(a.one.fn.arn.text, b.one.fn.arn.text))
      const inline = await inlinePolicies(role, roles)
      if (!inline.ok) {
        const note = `not checked: whether the role ${role.name} has room for the right to read the secrets (${faultName(inline.fault)})`
        for (const { one } of ofRole) found.set(one, warned(one, note))
        return
      }
      for (const { one, size } of beyondLimit(inline.value, ofRole)) {
        found.set(one.one, refuse(one.one, roleFull(role, size)))
      }
    }),
  )
  return inspected.map((one) => found.get(one) ?? one)
}

function wantingOf(one: Inspected): readonly Wanting[] {
  if (one.kind !== 'planned' || one.secretAccess?.isMissing !== true) return []
  const role = parseRoleArn(one.fn.roleArn ?? '')
  if (role === undefined) return []
  const { document } = one.secretAccess
  return [{ one, role, document, policy: secretsPolicyName(document) }]
}

/** Documents by name of the policy. */
async function inlinePolicies(
  role: RoleArn,
  roles: Pick<RoleControl, 'inlineNames' | 'inline'>,
): Promise<Result<ReadonlyMap<string, string>>> {
  const names = await roles.inlineNames(role)
  if (!names.ok) return names
  const documents = new Map<string, string>()
  for (const name of names.value) {
    const document = await roles.inline(role, name)
    if (!document.ok) return document
    if (document.value !== undefined) documents.set(name, document.value)
  }
  return succeeded(documents)
}

function warned(one: Planned, note: string): Planned {
  return { ...one, plan: { ...one.plan, warnings: [...one.plan.warnings, note] } }
}
