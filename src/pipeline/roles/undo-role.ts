/**
 * The way back of writes to roles, item by item, newest first (promise P2). An item goes back only where what this run
 * wrote is still there; what somebody else has changed since stays, and is named.
 *
 * IAM's reads lag behind its writes (reference: reality.md 3). So each item is written once at most, however often the
 * undo is repeated, and an item that reads as if it were back already is believed only after a while.
 */

import type { Clock } from '../../model/clock'
import type { AwsFault, Result } from '../../model/result'
import { succeeded } from '../../model/result'
import { meansTheSame } from '../../systems/iam/policy-document'
import { undoDocument } from '../../systems/iam/restore-document'
import { type EditedDocument, partToRestore } from '../../systems/iam/restore-part'
import { isOwned, withoutOwnLogWrites } from '../../systems/iam/owned-policy'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import type { RoleChange } from './role-change'

export type RoleUndone =
  | {
      readonly kind: 'undone'
      /** Something was written. */
      readonly wrote: boolean
      /** Nothing is left to be read once more. */
      readonly settled: boolean
      /** Policies that somebody else has changed since and that therefore stay. */
      readonly leftUnchanged: readonly string[]
    }
  | {
      readonly kind: 'not-undone'
      readonly fault: AwsFault
      readonly wrote: boolean
      /** Policies that may still be as this run wrote them. */
      readonly left: readonly string[]
    }

/** Twice the lag that was seen, and some more. */
const READ_LAG_MS = 4_000

type Item =
  | 'written'
  /** It reads as it was before: it never landed, or what landed cannot be read yet. */
  | 'reads-as-before'
  | 'changed-by-others'

/**
 * @param changes oldest first, as they were made
 * @param restoring ARNs of the log groups that are to be written again; others that an edit has reached stay withheld.
 * `undefined`: all of them
 * @returns goes through all of them; to be called again until it is settled
 */
export function roleUndo(
  changes: readonly RoleChange[],
  { roles, clock }: { readonly roles: RoleControl; readonly clock: Clock },
  restoring?: readonly string[],
): () => Promise<RoleUndone> {
  const newestFirst = [...changes].reverse()
  const state = new Map<RoleChange, Item>()
  const startedAt = clock.now()
  const policies = rememberingPolicies(roles)
  return async () => {
    for (const change of newestFirst) {
      if (state.get(change) === 'written') continue
      const item = await undoEdit(change, policies, restoring)
      if (!item.ok) {
        const left = newestFirst.filter((one) => state.get(one) !== 'written')
        return {
          kind: 'not-undone',
          fault: item.fault,
          wrote: hasWritten(state),
          left: [...new Set(left.map(({ edit }) => policyOf(edit)))],
        }
      }
      state.set(change, item.value)
    }
    const leftUnchanged = newestFirst.filter((one) => state.get(one) === 'changed-by-others')
    const isSure = [...state.values()].every((item) => item === 'written')
    return {
      kind: 'undone',
      wrote: hasWritten(state),
      settled: isSure || clock.now() - startedAt >= READ_LAG_MS,
      leftUnchanged: [...new Set(leftUnchanged.map(({ edit }) => policyOf(edit)))],
    }
  }
}

/** Policies as they are once the writes of this undo are seen: two edits of one policy are undone one upon the other. */
interface Policies {
  inline(role: RoleArn, policy: string): Promise<Result<string | undefined>>
  /** `document: undefined` deletes it. */
  putInline(role: RoleArn, policy: string, document: string | undefined): Promise<Result<true>>
  managed(arn: string): Promise<Result<ManagedState>>
  /** By the version that has the document already, or by a new one. */
  putInForce(arn: string, document: string): Promise<Result<true>>
  deleteVersion(arn: string, version: string): Promise<Result<true>>
  attach(role: RoleArn, arn: string): Promise<Result<true>>
  detach(role: RoleArn, arn: string): Promise<Result<true>>
}

interface ManagedState {
  readonly defaultVersion: string
  /** Documents of all versions by their ids. */
  readonly versions: ReadonlyMap<string, string>
}

function rememberingPolicies(roles: RoleControl): Policies {
  const inline = new Map<string, string | undefined>()
  const managed = new Map<string, ManagedState>()
  const keyOf = (role: RoleArn, policy: string) => `${role.text} ${policy}`
  const readManaged = async (arn: string): Promise<Result<ManagedState>> => {
    const known = managed.get(arn)
    return known ? succeeded(known) : readVersions(arn, roles)
  }
  return {
    async inline(role, policy) {
      const key = keyOf(role, policy)
      return inline.has(key) ? succeeded(inline.get(key)) : roles.inline(role, policy)
    },
    async putInline(role, policy, document) {
      const answer = await (document === undefined
        ? roles.deleteInline(role, policy)
        : roles.putInline(role, policy, document))
      if (answer.ok) inline.set(keyOf(role, policy), document)
      return answer
    },
    managed: readManaged,
    async putInForce(arn, document) {
      const state = await readManaged(arn)
      if (!state.ok) return state
      const { versions } = state.value
      const same = [...versions].find(([, text]) => text === document)?.[0]
      const put =
        same === undefined
          ? await roles.createVersion(arn, document)
          : await roles.setDefaultVersion(arn, same)
      if (!put.ok) return put
      const id = same ?? (put.value === true ? '' : put.value)
      managed.set(arn, { defaultVersion: id, versions: new Map(versions).set(id, document) })
      return succeeded(true)
    },
    async deleteVersion(arn, version) {
      const deleted = await roles.deleteVersion(arn, version)
      const state = managed.get(arn)
      if (deleted.ok && state) {
        const versions = new Map([...state.versions].filter(([id]) => id !== version))
        managed.set(arn, { ...state, versions })
      }
      return deleted
    },
    attach: (role, arn) => roles.attach(role, arn),
    detach: (role, arn) => roles.detach(role, arn),
  }
}

async function readVersions(arn: string, roles: RoleControl): Promise<Result<ManagedState>> {
  const policy = await roles.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, document, versions } = policy.value
  const documents = new Map([[defaultVersion, document]])
  for (const id of versions.filter((one) => one !== defaultVersion)) {
    const other = await roles.version(arn, id)
    if (other.ok) documents.set(id, other.value)
    // Another job may have deleted it since.
    else if (other.fault.kind !== 'not-found') return other
  }
  return succeeded({ defaultVersion, versions: documents })
}

function hasWritten(state: ReadonlyMap<RoleChange, Item>): boolean {
  return [...state.values()].includes('written')
}

function undoEdit(
  change: RoleChange,
  policies: Policies,
  restoring: readonly string[] | undefined,
): Promise<Result<Item>> {
  const { role, edit } = change
  const partOf: PartOf = (whole, current) => {
    const reached = change.purpose === 'logs' ? change.reached.map(({ group }) => group) : []
    return partToRestore(whole, current, reached, restoring ?? reached)
  }
  switch (edit.kind) {
    case 'put-inline':
      return edit.before === undefined
        ? withdraw(change, edit.policy, edit.after, policies)
        : restoreInline(change, { before: edit.before, wrote: edit.after }, partOf, policies)
    case 'delete-inline':
      return restoreInline(change, { before: edit.before, wrote: undefined }, partOf, policies)
    case 'new-version':
      return restoreVersion(edit, partOf, policies)
    case 'attach':
      return written(policies.detach(role, edit.arn))
    case 'detach':
      return written(policies.attach(role, edit.arn))
  }
}

/**
 * A policy of ours goes whatever run of ours wrote it last; one that only bears its name stays. What others have put
 * into it stays too, in a policy of its name.
 */
async function withdraw(
  { purpose, role }: RoleChange,
  policy: string,
  wrote: string,
  policies: Policies,
): Promise<Result<Item>> {
  const current = await policies.inline(role, policy)
  if (!current.ok) return current
  if (current.value === undefined || meansTheSame(current.value, wrote)) {
    // What cannot be read yet is deleted too: the name is ours, and to delete nothing is no fault.
    return written(policies.putInline(role, policy, undefined))
  }
  if (purpose === 'secrets') {
    return isOwned('read-secrets', current.value)
      ? written(policies.putInline(role, policy, undefined))
      : succeeded('changed-by-others')
  }
  const rest = withoutOwnLogWrites('deny-logs', current.value)
  switch (rest.kind) {
    case 'not-ours':
      return succeeded('changed-by-others')
    case 'nothing-left':
      return written(policies.putInline(role, policy, undefined))
    case 'others-left':
      return written(policies.putInline(role, policy, rest.document))
  }
}

/** What of an edit is undone: see partToRestore. */
type PartOf = (whole: EditedDocument, current: string | undefined) => EditedDocument

async function restoreInline(
  { role, edit }: RoleChange,
  whole: EditedDocument,
  partOf: PartOf,
  policies: Policies,
): Promise<Result<Item>> {
  const policy = policyOf(edit)
  const current = await policies.inline(role, policy)
  if (!current.ok) return current
  const { before, wrote } = partOf(whole, current.value)
  const undo = undoDocument(current.value, before, wrote)
  if (undo.kind === 'nothing') return succeeded('reads-as-before')
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  return written(policies.putInline(role, policy, undo.document))
}

async function restoreVersion(
  edit: Extract<RoleEdit, { kind: 'new-version' }>,
  partOf: PartOf,
  policies: Policies,
): Promise<Result<Item>> {
  const { arn, before, original, after } = edit
  const policy = await policies.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, versions } = policy.value
  const current = versions.get(defaultVersion)
  const part = partOf({ before: original, wrote: after }, current)
  const undo =
    defaultVersion === before
      ? ({ kind: 'nothing' } as const)
      : undoDocument(current, part.before, part.wrote)
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  if (undo.kind === 'write') {
    const put = await policies.putInForce(arn, undo.document)
    if (!put.ok) return put
  }
  const swept = await deleteOwnVersions(edit, [after, part.wrote], policies)
  if (!swept.ok) return swept
  return succeeded(undo.kind === 'write' ? 'written' : 'reads-as-before')
}

/** Versions that hold what this action wrote, and that are not in force any more. */
async function deleteOwnVersions(
  { arn, before }: Extract<RoleEdit, { kind: 'new-version' }>,
  wrote: readonly (string | undefined)[],
  policies: Policies,
): Promise<Result<true>> {
  const policy = await policies.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, versions } = policy.value
  for (const [id, document] of versions) {
    const isOurs = wrote.includes(document) && numberOf(id) > numberOf(before)
    if (!isOurs || id === defaultVersion) continue
    const deleted = await policies.deleteVersion(arn, id)
    if (!deleted.ok && !IN_FORCE.has(deleted.fault.code)) return deleted
  }
  return succeeded(true)
}

/** Another job has put the version into force since. */
const IN_FORCE: ReadonlySet<string> = new Set(['DeleteConflict', 'DeleteConflictException'])

/** `v12` → 12 */
function numberOf(version: string): number {
  return Number(version.slice(1))
}

async function written(write: Promise<Result<true>>): Promise<Result<Item>> {
  const answer = await write
  return answer.ok ? succeeded('written') : answer
}
