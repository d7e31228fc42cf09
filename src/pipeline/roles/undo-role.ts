/**
 * The way back of writes to a role, item by item, newest first (promise P2). An item goes back only where what this run
 * wrote is still there; what somebody else has changed since stays, and is named.
 */

import { isOwned } from '../../systems/iam/owned-policy'
import { meansTheSame } from '../../systems/iam/policy-document'
import { undoDocument } from '../../systems/iam/restore-document'
import type { AwsFault, Result } from '../../model/result'
import type { RoleChange } from './role-change'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'

export type RoleUndone =
  | {
      readonly kind: 'undone'
      /** Policies that somebody else has changed since and that therefore stay. */
      readonly leftAlone: readonly string[]
    }
  | { readonly kind: 'not-undone'; readonly fault: AwsFault; readonly left: readonly string[] }

type Item = 'back' | 'left-alone'

/** @param changes oldest first, as they were made */
export async function undoRoleChanges(
  changes: readonly RoleChange[],
  roles: RoleControl,
): Promise<RoleUndone> {
  const leftAlone = new Set<string>()
  const waiting = [...changes].reverse()
  for (const [index, { role, edit, purpose }] of waiting.entries()) {
    const item = await undoEdit(role, edit, purpose, roles)
    if (!item.ok) {
      const left = waiting.slice(index).map((change) => policyOf(change.edit))
      return { kind: 'not-undone', fault: item.fault, left: [...new Set(left)] }
    }
    if (item.value === 'left-alone') leftAlone.add(policyOf(edit))
  }
  return { kind: 'undone', leftAlone: [...leftAlone] }
}

function undoEdit(
  role: RoleArn,
  edit: RoleEdit,
  purpose: RoleChange['purpose'],
  roles: RoleControl,
): Promise<Result<Item>> {
  switch (edit.kind) {
    case 'put-inline':
      return edit.before === undefined
        ? withdraw(role, edit.policy, edit.after, purpose, roles)
        : restoreInline(role, edit.policy, edit.before, edit.after, roles)
    case 'delete-inline':
      return restoreInline(role, edit.policy, edit.before, undefined, roles)
    case 'new-version':
      return restoreVersion(edit, roles)
    case 'attach':
      return back(roles.detach(role, edit.arn))
    case 'detach':
      return back(roles.attach(role, edit.arn))
  }
}

/** A policy of ours goes whatever run of ours wrote it last; one that only bears its name stays. */
async function withdraw(
  role: RoleArn,
  policy: string,
  wrote: string,
  purpose: RoleChange['purpose'],
  roles: RoleControl,
): Promise<Result<Item>> {
  const current = await roles.inline(role, policy)
  if (!current.ok) return current
  if (current.value === undefined) return done('back')
  const isOurs =
    meansTheSame(current.value, wrote) ||
    isOwned(purpose === 'logs' ? 'deny-logs' : 'read-secrets', current.value)
  return isOurs ? back(roles.deleteInline(role, policy)) : done('left-alone')
}

async function restoreInline(
  role: RoleArn,
  policy: string,
  before: string,
  wrote: string | undefined,
  roles: RoleControl,
): Promise<Result<Item>> {
  const current = await roles.inline(role, policy)
  if (!current.ok) return current
  const undo = undoDocument(current.value, before, wrote)
  if (undo.kind === 'nothing') return done('back')
  if (undo.kind === 'changed-since') return done('left-alone')
  return back(roles.putInline(role, policy, undo.document))
}

async function restoreVersion(
  { arn, before, after }: Extract<RoleEdit, { kind: 'new-version' }>,
  roles: RoleControl,
): Promise<Result<Item>> {
  const policy = await roles.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, document } = policy.value
  if (defaultVersion === before) return done('back')
  const original = await roles.version(arn, before)
  if (!original.ok) return original
  const undo = undoDocument(document, original.value, after)
  if (undo.kind === 'nothing') return done('back')
  if (undo.kind === 'changed-since') return done('left-alone')
  if (!undo.exact) {
    const version = await roles.createVersion(arn, undo.document)
    return version.ok ? done('back') : version
  }
  const switched = await roles.setDefaultVersion(arn, before)
  if (!switched.ok) return switched
  return back(roles.deleteVersion(arn, defaultVersion))
}

async function back(write: Promise<Result<true>>): Promise<Result<Item>> {
  const answer = await write
  return answer.ok ? done('back') : answer
}

function done(item: Item): { readonly ok: true; readonly value: Item } {
  return { ok: true, value: item }
}
