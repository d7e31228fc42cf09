/** A write to an execution role with what it was for: what the journal and the restore file hold of roles. */

import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleEdit } from '../../systems/iam/role-edit'
import type { LogWriter } from './log-rights'

/** A function that an edit keeps from writing its log. Its role is another than that of the edit where both have the policy. */
export interface ReachedFunction extends LogWriter {
  /** `action resource` of what IAM allowed before: that has to come back. */
  readonly allowedBefore: readonly string[]
}

/** Keeps functions from writing to CloudWatch Logs. */
export interface LogsChange {
  readonly purpose: 'logs'
  readonly role: RoleArn
  readonly edit: RoleEdit
  readonly reached: readonly ReachedFunction[]
}

/** Lets the Rotel of functions read secrets. */
export interface SecretsChange {
  readonly purpose: 'secrets'
  readonly role: RoleArn
  readonly edit: RoleEdit
  /** Where the functions are looked for that may need the right too. */
  readonly regions: readonly string[]
}

export type RoleChange = LogsChange | SecretsChange

/** What is remembered of writes to roles, so that each can be undone. */
export interface RoleRecords {
  /** Waited for before each write. Of a write that did not land, the record does no harm. */
  editing(change: RoleChange): Promise<void>
  /** Changes that are neither undone nor for good, oldest first, of all roles. */
  edited(): readonly RoleChange[]
  /** They are undone, or for good. */
  closed(changes: readonly RoleChange[]): void
}
