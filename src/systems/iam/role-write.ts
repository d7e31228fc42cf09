/** Writes to IAM in words, for the plan and the report, which name each of them. */

import { type OwnedPurpose, purposeOfName } from './owned-policy'
import type { RoleArn } from './role-arn'
import { editText, type RoleEdit } from './role-edit'

export interface RoleWrite {
  /** `role NAME`, or `policy NAME` where the policy itself is written. */
  readonly target: string
  /** `inline policy X written (…)`. */
  readonly what: string
}

/** An edit that is planned. */
export function plannedWrite(role: RoleArn, edit: RoleEdit): RoleWrite {
  const inline = 'policy' in edit ? purposeText(edit.policy) : ''
  return { target: `role ${role.name}`, what: `${editText(edit)}${inline}` }
}

/** An edit of an earlier run that is to be undone: in the state from before it. */
export function undoingWrite(role: RoleArn, edit: RoleEdit): RoleWrite {
  return { target: `role ${role.name}`, what: undoText(edit) }
}

/** @param what `written`, `added`, `deleted` */
export function inlineWrite(role: RoleArn, policy: string, what: string): RoleWrite {
  return {
    target: `role ${role.name}`,
    what: `inline policy ${policy} ${what}${purposeText(policy)}`,
  }
}

function undoText(edit: RoleEdit): string {
  switch (edit.kind) {
    case 'put-inline':
      return edit.before === undefined
        ? `inline policy ${edit.policy} deleted${purposeText(edit.policy)}`
        : `inline policy ${edit.policy} restored`
    case 'delete-inline':
      return `inline policy ${edit.policy} restored`
    case 'new-version':
      return `policy ${edit.name} restored`
    case 'attach':
      return `policy ${edit.name} detached`
    case 'detach':
      return `policy ${edit.name} attached`
  }
}

const PURPOSES: Readonly<Record<OwnedPurpose, string>> = {
  'deny-logs': ' (denies writing CloudWatch Logs)',
  'grant-logs': ' (allows writing CloudWatch Logs)',
  'read-secrets': ' (allows reading the secrets)',
}

function purposeText(policy: string): string {
  const purpose = purposeOfName(policy)
  return purpose === undefined ? '' : PURPOSES[purpose]
}

/** Each once, in the order of the first. */
export function distinctWrites(writes: readonly RoleWrite[]): readonly RoleWrite[] {
  return [...new Map(writes.map((write) => [roleWriteText(write), write])).values()]
}

/** `role NAME: inline policy X written`. */
export function roleWriteText({ target, what }: RoleWrite): string {
  return `${target}: ${what}`
}
