/**
 * One edit of a role, made upon what was read. IAM has no revisions, and reading all policies of a role takes many calls: so
 * the policy is read once more right before it is written, and the number of a new version tells what came in between even then.
 */

import { type Result, succeeded } from '../../model/result'
import { meansTheSame } from '../../systems/iam/policy-document'
import { versionNumber } from '../../systems/iam/policy-version'
import type { RoleControl } from '../../systems/iam/role-control'
import type { RoleEdit } from '../../systems/iam/role-edit'
import type { RoleChange } from './role-change'

type Edit = Pick<RoleChange, 'role' | 'edit'>
type NewVersion = Extract<RoleEdit, { kind: 'new-version' }>

/** The policy is as it was when the edit was planned, or others have changed it since. */
export type AsPlanned =
  | {
      readonly kind: 'as-planned'
      /** Of a managed policy: all that exist. */
      readonly versions: readonly string[]
    }
  | { readonly kind: 'changed-since' }

/** Reads the policy of the edit once more. */
export async function readAsPlanned(
  { role, edit }: Edit,
  roles: RoleControl,
): Promise<Result<AsPlanned>> {
  switch (edit.kind) {
    case 'put-inline':
    case 'delete-inline': {
      const { before } = edit
      // The name is of ours, and of this function alone.
      if (before === undefined) return succeeded(AS_PLANNED)
      const now = await roles.inline(role, edit.policy)
      return now.ok ? asPlannedIf(now.value === before) : now
    }
    case 'new-version': {
      const now = await roles.managed(edit.arn)
      return now.ok ? asPlannedIf(now.value.document === edit.original, now.value.versions) : now
    }
    case 'detach': {
      const now = await roles.read(role)
      return now.ok ? asPlannedIf(now.value.attached.some(({ arn }) => arn === edit.arn)) : now
    }
    case 'attach':
      return succeeded(AS_PLANNED)
  }
}

const AS_PLANNED: AsPlanned = { kind: 'as-planned', versions: [] }

function asPlannedIf(isStill: boolean, versions: readonly string[] = []): Result<AsPlanned> {
  return succeeded(isStill ? { kind: 'as-planned', versions } : { kind: 'changed-since' })
}

/**
 * @param versions that existed right before
 * @returns `changed-since`: what others have put into force in between is in force again, and the edit is to be planned anew
 */
export async function carryOut(
  { role, edit }: Edit,
  versions: readonly string[],
  roles: RoleControl,
): Promise<Result<'made' | 'changed-since'>> {
  switch (edit.kind) {
    case 'put-inline':
      return made(await roles.putInline(role, edit.policy, edit.after))
    case 'delete-inline':
      return made(await roles.deleteInline(role, edit.policy))
    case 'new-version':
      return makeVersion(edit, versions, roles)
    case 'attach':
      return made(await roles.attach(role, edit.arn))
    case 'detach':
      return made(await roles.detach(role, edit.arn))
  }
}

function made(written: Result<unknown>): Result<'made'> {
  return written.ok ? succeeded('made') : written
}

async function makeVersion(
  edit: NewVersion,
  versions: readonly string[],
  roles: RoleControl,
): Promise<Result<'made' | 'changed-since'>> {
  const created = await roles.createVersion(edit.arn, edit.after)
  if (!created.ok) return created
  const theirs = await versionBetween(edit, versions, created.value, roles)
  if (!theirs.ok) return theirs
  if (theirs.value === undefined) return succeeded('made')
  const restored = await roles.setDefaultVersion(edit.arn, theirs.value)
  if (!restored.ok) return restored
  // Where it stays, it takes one of five places and is not in force.
  await roles.deleteVersion(edit.arn, created.value)
  return succeeded('changed-since')
}

/** The newest version that others have made between those that were seen and ours, if it says something else. */
async function versionBetween(
  { arn, original, after }: NewVersion,
  seen: readonly string[],
  created: string,
  roles: RoleControl,
): Promise<Result<string | undefined>> {
  const last = Math.max(0, ...seen.map(versionNumber))
  for (let number = versionNumber(created) - 1; number > last; number -= 1) {
    const id = `v${String(number)}`
    const theirs = await roles.version(arn, id)
    if (theirs.ok) {
      const isKnown = [original, after].some((document) => meansTheSame(document, theirs.value))
      return succeeded(isKnown ? undefined : id)
    }
    if (theirs.fault.kind !== 'not-found') return theirs
  }
  return succeeded(undefined)
}
