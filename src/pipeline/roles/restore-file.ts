/**
 * The restore file of `cloudwatch-logs: remove`: the journal's records of roles, kept for `mode: remove` on another day.
 * Whoever brings it is not trusted: it is applied only where it restores log rights and nothing else.
 */

import { parseFunctionArn } from '../../systems/lambda/function-arn'
import { isRecord, listOf, membersOf, parseJson, textOf } from '../../model/json'
import { faultName, faultRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import { meansTheSame } from '../../systems/iam/policy-document'
import { addsOnlyLogWrites, undoDocument } from '../../systems/iam/restore-document'
import { partToRestore } from '../../systems/iam/restore-part'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { mergedEdit, type RoleEdit } from '../../systems/iam/role-edit'
import type { LogsChange, ReachedFunction } from './role-change'

const FORMAT = 'clickstack-lambda-restore-2'

/** One line of JSON for each write to a role. */
export function restoreLine({ role, edit, reached }: LogsChange): string {
  return JSON.stringify({
    format: FORMAT,
    role: role.text,
    edit,
    reached: reached.map(({ function: arn, role: own, group, allowedBefore }) => ({
      function: arn.text,
      role: own.text,
      group,
      allowedBefore,
    })),
  })
}

/**
 * @returns the changes that the file records, oldest first; `undefined` when a line is of another form: then none of it
 * is followed
 */
export function parseRestoreLines(text: string): readonly LogsChange[] | undefined {
  const changes: LogsChange[] = []
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const change = parseChange(line)
    if (change === undefined) return undefined
    changes.push(change)
  }
  return changes
}

export interface RestoreContext {
  readonly roles: RoleControl
  /** ARNs of the log groups of all functions with the role. */
  readonly groups: readonly string[]
}

/**
 * What of the file gives the functions of a role their log rights back. Edits of one policy in a row count as one, so that
 * of functions whose rights were taken out of one statement each gets its own. Where somebody else has edited the policy
 * in between, later edits are undone first, and other functions get their rights back too.
 * @param leaving the functions that Rotel is about to leave
 * @returns a refusal when it would do more than restore log rights
 */
export async function verifiedRestore(
  file: readonly LogsChange[],
  role: RoleArn,
  leaving: readonly Leaving[],
  context: RestoreContext,
): Promise<readonly LogsChange[] | Refusal> {
  const own = file.filter(({ reached }) =>
    reached.some(({ function: arn }) => leaving.some((one) => one.arn === arn.text)),
  )
  const [first] = own
  if (first === undefined) return []
  const groups = leaving.map(({ group }) => group)
  const touched = new Set(own.map(targetOf))
  const since = file.slice(file.indexOf(first)).filter((one) => touched.has(targetOf(one)))
  const attempts = [own, inARow(since), since]
  let refusal: Refusal | undefined
  for (const changes of attempts) {
    const checked = await verified(changes, role, groups, context)
    if (!('reason' in checked)) return checked
    refusal ??= checked
  }
  return refusal ?? []
}

/** A function that Rotel is about to leave. */
export interface Leaving {
  readonly arn: string
  /** ARN of its log group. */
  readonly group: string
}

/** The policy that is written: one of a role and one of the account may have the same name. */
function targetOf({ role, edit }: LogsChange): string {
  return 'arn' in edit ? edit.arn : `${role.text} ${edit.policy}`
}

/** Edits that begin where the one before them has ended, as one for all that they have reached. */
function inARow(changes: readonly LogsChange[]): readonly LogsChange[] {
  const rows: LogsChange[] = []
  const lastOf = new Map<string, number>()
  for (const change of changes) {
    const { edit } = change
    const key = targetOf(change)
    const index = lastOf.get(key) ?? -1
    const last = rows[index]
    if (last !== undefined && isContinued(last.edit, edit)) {
      const reached = [...last.reached, ...change.reached]
      rows[index] = { ...last, edit: mergedEdit(last.edit, edit), reached }
    } else lastOf.set(key, rows.push(change) - 1)
  }
  return rows
}

function isContinued(first: RoleEdit, second: RoleEdit): boolean {
  if (!('after' in first)) return false
  const from = second.kind === 'new-version' ? second.original : 'before' in second && second.before
  return typeof from === 'string' && meansTheSame(first.after, from)
}

async function verified(
  changes: readonly LogsChange[],
  role: RoleArn,
  restoring: readonly string[],
  context: RestoreContext,
): Promise<readonly LogsChange[] | Refusal> {
  const documents: Targets = new Map()
  for (const change of [...changes].reverse()) {
    const { role: named, edit } = change
    // A customer's policy may have been narrowed for a function of another role that has it too.
    if (named.text !== role.text && edit.kind !== 'new-version') {
      return refused(`it is about the role ${named.text}, and the function has ${role.text}`)
    }
    const doubt = await undone(change, role, restoring, documents, context)
    if (doubt !== undefined) return doubt
  }
  for (const { policy, now, restored } of documents.values()) {
    if (restored === undefined || now === restored) continue
    if (!addsOnlyLogWrites(now, restored, context.groups)) {
      return refused(`it would restore more than log rights in ${policy}`)
    }
  }
  return changes
}

/** By what is written. */
type Targets = Map<string, Documents>

interface Documents {
  /** Its name. */
  readonly policy: string
  readonly now: string | undefined
  /** After what was undone so far. */
  readonly restored: string | undefined
}

/** Undoes the edit on paper. @returns why it may not be followed */
async function undone(
  change: LogsChange,
  role: RoleArn,
  restoring: readonly string[],
  documents: Targets,
  { roles, groups }: RestoreContext,
): Promise<Refusal | undefined> {
  const { edit, reached } = change
  const target = targetOf(change)
  const isOfAccount = (arn: string) =>
    arn.startsWith(`arn:${role.partition}:iam::${role.account}:policy/`)
  const follow = (policy: string, now: string | undefined, before: string, wrote?: string) => {
    const known = documents.get(target) ?? { policy, now, restored: now }
    const part = partToRestore(
      { before, wrote },
      known.restored,
      reached.map(({ group }) => group),
      restoring,
    )
    if (part === undefined) return undefined
    const undo = undoDocument(known.restored, part.before, part.wrote)
    if (undo.kind === 'changed-since') return refused(`${policy} was changed by another user since`)
    documents.set(target, {
      ...known,
      restored: undo.kind === 'write' ? undo.document : known.restored,
    })
    return undefined
  }
  switch (edit.kind) {
    case 'put-inline':
    case 'delete-inline': {
      if (edit.before === undefined)
        return refused(`it would delete the inline policy ${edit.policy}`)
      const current = await roles.inline(role, edit.policy)
      if (!current.ok) return unreadable(edit.policy, current.fault)
      const wrote = edit.kind === 'put-inline' ? edit.after : undefined
      return follow(edit.policy, current.value, edit.before, wrote)
    }
    case 'new-version': {
      if (!isOfAccount(edit.arn)) return refused(`${edit.arn} is of another account`)
      const now = await roles.managed(edit.arn)
      if (!now.ok) return unreadable(edit.arn, now.fault)
      return follow(edit.name, now.value.document, edit.original, edit.after)
    }
    case 'detach': {
      const basic = `arn:${role.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`
      if (edit.arn === basic) return undefined
      if (!isOfAccount(edit.arn)) return refused(`it would attach ${edit.arn}`)
      const policy = await roles.managed(edit.arn)
      if (!policy.ok) return unreadable(edit.arn, policy.fault)
      return addsOnlyLogWrites(undefined, policy.value.document, groups)
        ? undefined
        : refused(`it would restore more than log rights in ${edit.name}`)
    }
    case 'attach':
      return refused(`it would detach ${edit.arn}`)
  }
}

/** What is gone cannot be restored by the file; what was not read may be readable next time. */
function unreadable(policy: string, fault: AwsFault): Refusal {
  return fault.kind === 'not-found'
    ? refused(`${policy} cannot be read (${faultName(fault)})`)
    : faultRefusal(fault, 'role-unreadable', `${policy} cannot be read: `)
}

function refused(detail: string): Refusal {
  return { reason: 'restore-file-refused', detail }
}

function parseChange(line: string): LogsChange | undefined {
  const { format, role, edit, reached } = membersOf(parseJson(line))
  const arn = parseRoleArn(textOf(role) ?? '')
  const parsed = parseEdit(membersOf(edit))
  if (format !== FORMAT || arn === undefined || parsed === undefined) return undefined
  const functions = listOf(reached).map((one) => parseReached(one, arn))
  const known = functions.flatMap((one) => one ?? [])
  if (known.length === 0 || known.length < functions.length) return undefined
  return { purpose: 'logs', role: arn, edit: parsed, reached: known }
}

/** @param edited the role of the edit: earlier builds did not tell that of each function */
function parseReached(value: unknown, edited: RoleArn): ReachedFunction | undefined {
  if (!isRecord(value)) return undefined
  const { group, allowedBefore } = value
  const role = value['role'] === undefined ? edited : parseRoleArn(textOf(value['role']) ?? '')
  const arn = parseFunctionArn(textOf(value['function']) ?? '')
  const pairs = listOf(allowedBefore).flatMap((pair) => textOf(pair) ?? [])
  if (arn === undefined || role === undefined || typeof group !== 'string') return undefined
  return { function: arn, role, group, allowedBefore: pairs }
}

function parseEdit(given: Readonly<Record<string, unknown>>): RoleEdit | undefined {
  const { kind, policy, before, original, after, arn, name } = given
  if (typeof policy === 'string' && typeof before === 'string') {
    if (kind === 'put-inline' && typeof after === 'string') return { kind, policy, before, after }
    if (kind === 'delete-inline') return { kind, policy, before }
  }
  if (typeof arn === 'string' && typeof name === 'string') {
    if (kind === 'detach') return { kind, arn, name }
    if (kind !== 'new-version') return undefined
    if (typeof before !== 'string' || typeof original !== 'string') return undefined
    if (typeof after === 'string') return { kind, arn, name, before, original, after }
  }
  return undefined
}
