/**
 * The way back of writes to roles, item by item, newest first (promise P2). An item goes back only where what this run
 * wrote is still there; what somebody else has changed since stays, and is named.
 *
 * IAM's reads lag behind its writes (systems/iam/read-lag.ts). So each item is written once at most, however often the
 * undo is repeated, and an item that reads as if it were back already is believed only after a while.
 */

import type { Clock } from '../../model/clock'
import type { AwsFault, Result } from '../../model/result'
import { succeeded } from '../../model/result'
import { mayAllow } from '../../systems/iam/may-allow'
import { isManagedByAws, parsePolicyArn } from '../../systems/iam/policy-arn'
import { meansTheSame } from '../../systems/iam/policy-document'
import { undoDocument } from '../../systems/iam/restore-document'
import { type EditedDocument, partToRestore } from '../../systems/iam/restore-part'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import { isOwned, withoutOwnLogWrites } from '../../systems/iam/owned-policy'
import { versionNumber } from '../../systems/iam/policy-version'
import type { RoleControl } from '../../systems/iam/role-control'
import { policyOf, type RoleEdit } from '../../systems/iam/role-edit'
import { type KnownPolicies, knownPolicies, type StayingVersion } from './known-policies'
import { recordedWrites } from './recorded-writes'
import type { RoleChange } from './role-change'

export interface LeftVersion extends StayingVersion {
  /** Name of the policy. */
  readonly policy: string
}

export type RoleUndone =
  | {
      readonly kind: 'undone'
      /** Something was written, or may have been: an answer was lost. */
      readonly wrote: boolean
      /** Nothing is left to be read once more. */
      readonly settled: boolean
      /** Policies that somebody else has changed since and that therefore stay. */
      readonly leftUnchanged: readonly string[]
      /** Versions of policies that are not in force and that IAM does not delete. */
      readonly leftVersions: readonly LeftVersion[]
    }
  | {
      readonly kind: 'not-undone'
      readonly fault: AwsFault
      readonly wrote: boolean
      /** Policies that may still be as this run wrote them. */
      readonly left: readonly string[]
    }

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
  // Also what IAM may have done where its answer was lost.
  const { recording, writes } = recordedWrites()
  const recorded = recording(roles)
  const undoing: Undoing = { roles: recorded, policies: knownPolicies(recorded), wrote: new Set() }
  const hasWritten = () => writes().length > 0
  return async () => {
    for (const change of newestFirst) {
      if (state.get(change) === 'written') continue
      const item = await undoEdit(change, undoing, restoring)
      if (!item.ok) {
        const left = newestFirst.filter((one) => state.get(one) !== 'written')
        return {
          kind: 'not-undone',
          fault: item.fault,
          wrote: hasWritten(),
          left: [...new Set(left.map(({ edit }) => policyOf(edit)))],
        }
      }
      state.set(change, item.value)
    }
    const leftUnchanged = newestFirst.filter((one) => state.get(one) === 'changed-by-others')
    const { leftVersions, overtaken } = await deleteOwnVersions(newestFirst, undoing)
    // What was restored is restored once more, upon what others have put into force meanwhile.
    for (const change of overtaken) state.set(change, 'changed-by-others')
    const isSure =
      leftVersions.length === 0 && [...state.values()].every((item) => item === 'written')
    return {
      kind: 'undone',
      wrote: hasWritten(),
      leftVersions,
      settled: overtaken.length === 0 && (isSure || clock.now() - startedAt >= READ_LAG_MS),
      leftUnchanged: [...new Set(leftUnchanged.map(({ edit }) => policyOf(edit)))],
    }
  }
}

interface Undoing {
  readonly roles: RoleControl
  readonly policies: KnownPolicies
  /** `arn document` of what this action has written as versions of managed policies. */
  readonly wrote: Set<string>
}

function undoEdit(
  change: RoleChange,
  undoing: Undoing,
  restoring: readonly string[] | undefined,
): Promise<Result<Item>> {
  const { role, edit } = change
  const { policies, roles } = undoing
  const reached = change.purpose === 'logs' ? change.reached.map(({ group }) => group) : []
  const partOf: PartOf = (whole, current) => {
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
      return restoreVersion(edit, partOf, undoing)
    case 'attach':
      return written(roles.detach(role, edit.arn))
    case 'detach':
      return attachAgain(change, edit.arn, { reached, restoring: restoring ?? reached }, undoing)
  }
}

/** A customer's policy that allows only the functions that stay disabled to write their logs stays detached. */
async function attachAgain(
  { role }: RoleChange,
  arn: string,
  {
    reached,
    restoring,
  }: { readonly reached: readonly string[]; readonly restoring: readonly string[] },
  { policies, roles }: Undoing,
): Promise<Result<Item>> {
  const parsed = parsePolicyArn(arn)
  const isOfAws = parsed !== undefined && isManagedByAws(parsed)
  if (!isOfAws && reached.some((group) => !restoring.includes(group))) {
    const policy = await policies.managed(arn)
    const document = policy.ok ? policy.value.documents.get(policy.value.defaultVersion) : undefined
    // One that cannot be read is attached: no function may stay dark that was to be restored.
    if (
      document !== undefined &&
      restoring.every((group) => mayAllow([document], group).length === 0)
    ) {
      return succeeded('reads-as-before')
    }
  }
  return written(roles.attach(role, arn))
}

/**
 * A policy of ours goes whatever run of ours wrote it last; one that only bears its name stays. What others have put
 * into it stays too, in a policy of its name.
 */
async function withdraw(
  { purpose, role }: RoleChange,
  policy: string,
  wrote: string,
  policies: KnownPolicies,
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
type PartOf = (whole: EditedDocument, current: string | undefined) => EditedDocument | undefined

async function restoreInline(
  { role, edit }: RoleChange,
  whole: EditedDocument,
  partOf: PartOf,
  policies: KnownPolicies,
): Promise<Result<Item>> {
  const policy = policyOf(edit)
  const current = await policies.inline(role, policy)
  if (!current.ok) return current
  const part = partOf(whole, current.value)
  if (part === undefined) return succeeded('reads-as-before')
  const undo = undoDocument(current.value, part.before, part.wrote)
  if (undo.kind === 'nothing') return succeeded('reads-as-before')
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  return written(policies.putInline(role, policy, undo.document))
}

async function restoreVersion(
  edit: Extract<RoleEdit, { kind: 'new-version' }>,
  partOf: PartOf,
  { policies, wrote }: Undoing,
): Promise<Result<Item>> {
  const { arn, before, original, after } = edit
  const policy = await policies.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, documents } = policy.value
  const current = documents.get(defaultVersion)
  const part = partOf({ before: original, wrote: after }, current)
  for (const document of [after, part?.wrote]) wrote.add(`${arn} ${document ?? ''}`)
  if (part === undefined || defaultVersion === before) return succeeded('reads-as-before')
  const undo = undoDocument(current, part.before, part.wrote)
  if (undo.kind === 'nothing') return succeeded('reads-as-before')
  if (undo.kind === 'changed-since') return succeeded('changed-by-others')
  return written(policies.putInForce(arn, undo.document, policy.value))
}

/** Versions that hold what this action wrote, and that are not in force any more. */
async function deleteOwnVersions(
  changes: readonly RoleChange[],
  { policies, wrote }: Undoing,
): Promise<{
  readonly leftVersions: readonly LeftVersion[]
  /** Others have made a version of the policy while it was restored. */
  readonly overtaken: readonly RoleChange[]
}> {
  const left = new Map<string, LeftVersion>()
  const overtaken: RoleChange[] = []
  for (const change of changes) {
    const { edit } = change
    if (edit.kind !== 'new-version') continue
    const isOurs = (version: string, document: string) =>
      wrote.has(`${edit.arn} ${document}`) && versionNumber(version) > versionNumber(edit.before)
    const deletion = await policies.deleteVersions(edit.arn, isOurs)
    if (deletion.kind === 'overtaken') {
      overtaken.push(...changes.filter((one) => isOfPolicy(one, edit.arn)))
      continue
    }
    for (const staying of deletion.staying) {
      left.set(`${edit.arn} ${staying.version ?? ''}`, { policy: edit.name, ...staying })
    }
  }
  return { leftVersions: [...left.values()], overtaken }
}

function isOfPolicy({ edit }: RoleChange, arn: string): boolean {
  return edit.kind === 'new-version' && edit.arn === arn
}

async function written(write: Promise<Result<true>>): Promise<Result<Item>> {
  const answer = await write
  return answer.ok ? succeeded('written') : answer
}
