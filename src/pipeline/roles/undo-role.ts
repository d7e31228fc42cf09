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
import { isOwned, withoutOwnLogWrites } from '../../systems/iam/owned-policy'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { ManagedPolicy, RoleControl } from '../../systems/iam/role-control'
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
 * @returns goes through all of them; to be called again until it is settled
 */
export function roleUndo(
  changes: readonly RoleChange[],
  { roles, clock }: { readonly roles: RoleControl; readonly clock: Clock },
): () => Promise<RoleUndone> {
  const newestFirst = [...changes].reverse()
  const state = new Map<RoleChange, Item>()
  const startedAt = clock.now()
  const policies = rememberingPolicies(roles)
  return async () => {
    for (const change of newestFirst) {
      if (state.get(change) === 'written') continue
      const item = await undoEdit(change, policies)
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
  managed(arn: string): Promise<Result<Pick<ManagedPolicy, 'defaultVersion' | 'document'>>>
  version(arn: string, version: string): Promise<Result<string>>
  /** Puts an earlier version into force and deletes the one that is in force now. */
  returnTo(arn: string, version: string, document: string, from: string): Promise<Result<true>>
  createVersion(arn: string, document: string): Promise<Result<true>>
  attach(role: RoleArn, arn: string): Promise<Result<true>>
  detach(role: RoleArn, arn: string): Promise<Result<true>>
}

function rememberingPolicies(roles: RoleControl): Policies {
  const inline = new Map<string, string | undefined>()
  const managed = new Map<string, Pick<ManagedPolicy, 'defaultVersion' | 'document'>>()
  const keyOf = (role: RoleArn, policy: string) => `${role.text} ${policy}`
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
    async managed(arn) {
      const known = managed.get(arn)
      return known ? succeeded(known) : roles.managed(arn)
    },
    version: (arn, version) => roles.version(arn, version),
    async returnTo(arn, version, document, from) {
      const switched = await roles.setDefaultVersion(arn, version)
      if (!switched.ok) return switched
      managed.set(arn, { defaultVersion: version, document })
      return roles.deleteVersion(arn, from)
    },
    async createVersion(arn, document) {
      const version = await roles.createVersion(arn, document)
      if (!version.ok) return version
      managed.set(arn, { defaultVersion: version.value, document })
      return succeeded(true)
    },
    attach: (role, arn) => roles.attach(role, arn),
    detach: (role, arn) => roles.detach(role, arn),
  }
}

function hasWritten(state: ReadonlyMap<RoleChange, Item>): boolean {
  return [...state.values()].includes('written')
}

function undoEdit(change: RoleChange, policies: Policies): Promise<Result<Item>> {
  const { role, edit } = change
  switch (edit.kind) {
    case 'put-inline':
      return edit.before === undefined
        ? withdraw(change, edit.policy, edit.after, policies)
        : restoreInline(change, edit.policy, edit.before, edit.after, policies)
    case 'delete-inline':
      return restoreInline(change, edit.policy, edit.before, undefined, policies)
    case 'new-version':
      return restoreVersion(edit, policies)
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

async function restoreInline(
  { role }: RoleChange,
  policy: string,
  before: string,
  wrote: string | undefined,
  policies: Policies,
): Promise<Result<Item>> {
  const current = await policies.inline(role, policy)
  if (!current.ok) return current
  const undo = undoDocument(current.value, before, wrote)
  if (undo.kind === 'nothing') return succeeded('reads-as-before')
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  return written(policies.putInline(role, policy, undo.document))
}

async function restoreVersion(
  { arn, before, after }: Extract<RoleEdit, { kind: 'new-version' }>,
  policies: Policies,
): Promise<Result<Item>> {
  const policy = await policies.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, document } = policy.value
  if (defaultVersion === before) return succeeded('reads-as-before')
  const original = await policies.version(arn, before)
  if (!original.ok) return original
  const undo = undoDocument(document, original.value, after)
  if (undo.kind === 'nothing') return succeeded('reads-as-before')
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  return written(
    undo.exact
      ? policies.returnTo(arn, before, original.value, defaultVersion)
      : policies.createVersion(arn, undo.document),
  )
}

async function written(write: Promise<Result<true>>): Promise<Result<Item>> {
  const answer = await write
  return answer.ok ? succeeded('written') : answer
}
