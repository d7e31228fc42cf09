/**
 * The restore file of `cloudwatch-logs: remove`: what was taken out of roles, for `mode: remove` on another day. Whoever
 * brings it is not trusted: it is applied only where it gives back nothing but log rights.
 */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { logGroupArn } from '../../systems/iam/log-writes'
import { addsOnlyLogWrites } from '../../systems/iam/restore-document'
import { parseRoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import type { RoleChange } from './role-change'
import type { RoleEdit } from '../../systems/iam/role-edit'

/** One line of JSON for each write to a role. */
export interface RestoreEntry {
  readonly function: string
  readonly role: string
  readonly edit: RoleEdit
}

const FORMAT = 'clickstack-lambda-restore-1'

export function restoreLine({ role, edit }: RoleChange, fn: LambdaFunction): string {
  const entry: RestoreEntry & { readonly format: string } = {
    format: FORMAT,
    function: fn.arn.text,
    role: role.text,
    edit,
  }
  return JSON.stringify(entry)
}

/** @returns `undefined` when a line is of another form: then none of it is followed */
export function parseRestoreFile(text: string): readonly RestoreEntry[] | undefined {
  const entries: RestoreEntry[] = []
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const entry = parseEntry(line)
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return entries
}

/**
 * The edits of a function's role that may be taken back, each held against what is on the role now.
 * @returns a refusal when any of them would do more than give log rights back
 */
export async function verifiedRestore(
  entries: readonly RestoreEntry[],
  fn: LambdaFunction,
  roles: RoleControl,
): Promise<readonly Extract<RoleChange, { purpose: 'logs' }>[] | Refusal> {
  const role = parseRoleArn(fn.roleArn ?? '')
  const group = logGroupArn(fn.arn, fn.logGroup)
  const changes: Extract<RoleChange, { purpose: 'logs' }>[] = []
  for (const { role: named, edit } of entries) {
    if (role === undefined || named !== role.text || role.account !== fn.arn.account) {
      return refused(`it is about the role ${named}, and the function has ${fn.roleArn ?? 'none'}`)
    }
    const doubt = await doubtOf(edit, role, group, roles)
    if (doubt !== undefined) return refused(doubt)
    changes.push({ purpose: 'logs', role, group, allowedBefore: [], edit })
  }
  return changes
}

async function doubtOf(
  edit: RoleEdit,
  role: Extract<ReturnType<typeof parseRoleArn>, object>,
  group: string,
  roles: RoleControl,
): Promise<string | undefined> {
  const more = (policy: string) => `it would give back more than log rights in ${policy}`
  switch (edit.kind) {
    case 'put-inline':
    case 'delete-inline': {
      if (edit.before === undefined) return `it would delete the inline policy ${edit.policy}`
      const current = await roles.inline(role, edit.policy)
      if (!current.ok) return `${edit.policy} cannot be read (${current.fault.code})`
      return current.value === edit.before || addsOnlyLogWrites(current.value, edit.before, group)
        ? undefined
        : more(edit.policy)
    }
    case 'new-version': {
      if (!edit.arn.startsWith(`arn:${role.partition}:iam::${role.account}:policy/`)) {
        return `${edit.arn} is of another account`
      }
      const [now, then] = [
        await roles.managed(edit.arn),
        await roles.version(edit.arn, edit.before),
      ]
      if (!now.ok) return `${edit.arn} cannot be read (${now.fault.code})`
      if (!then.ok) return `${edit.arn} ${edit.before} cannot be read (${then.fault.code})`
      return now.value.defaultVersion === edit.before ||
        addsOnlyLogWrites(now.value.document, then.value, group)
        ? undefined
        : more(edit.name)
    }
    case 'detach': {
      const basic = `arn:${role.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`
      if (edit.arn === basic) return undefined
      if (!edit.arn.startsWith(`arn:${role.partition}:iam::${role.account}:policy/`)) {
        return `it would attach ${edit.arn}`
      }
      const policy = await roles.managed(edit.arn)
      if (!policy.ok) return `${edit.arn} cannot be read (${policy.fault.code})`
      return addsOnlyLogWrites(undefined, policy.value.document, group)
        ? undefined
        : more(edit.name)
    }
    case 'attach':
      return `it would detach ${edit.arn}`
  }
}

function refused(detail: string): Refusal {
  return { reason: 'restore-file-refused', detail }
}

function parseEntry(line: string): RestoreEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  const { format, function: fn, role, edit } = membersOf(value)
  if (format !== FORMAT || typeof fn !== 'string' || typeof role !== 'string') return undefined
  const parsed = parseEdit(membersOf(edit))
  return parsed && { function: fn, role, edit: parsed }
}

function parseEdit(given: Readonly<Record<string, unknown>>): RoleEdit | undefined {
  const { kind, policy, before, after, arn, name } = given
  if (typeof policy === 'string' && typeof before === 'string') {
    if (kind === 'put-inline' && typeof after === 'string') return { kind, policy, before, after }
    if (kind === 'delete-inline') return { kind, policy, before }
  }
  if (typeof arn === 'string' && typeof name === 'string') {
    if (kind === 'detach') return { kind, arn, name }
    if (kind === 'new-version' && typeof before === 'string' && typeof after === 'string') {
      return { kind, arn, name, before, after }
    }
  }
  return undefined
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
