/** A write to an execution role with what it was for: what the journal and the restore file hold of roles. */

import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleEdit } from '../../systems/iam/role-edit'

/** A write to the role of a function, and what it was for. */
export type RoleChange = { readonly role: RoleArn; readonly edit: RoleEdit } & (
  | {
      readonly purpose: 'logs'
      /** ARN of the function's log group, without `:*`. */
      readonly group: string
      /** Those of the three writes that were allowed on the group before. */
      readonly allowedBefore: readonly string[]
    }
  | { readonly purpose: 'secrets' }
)

/** What is remembered of writes to roles, so that each can be taken back. */
export interface RoleRecords {
  /** To be called before each write to the function's role. Said of a write that did not land, it does no harm. */
  editing(fn: FunctionArn, change: RoleChange): void
  /** Writes to the function's role that have not been taken back, oldest first. */
  edited(fn: FunctionArn, purpose: RoleChange['purpose']): readonly RoleChange[]
  /** All of them are taken back. */
  takenBack(fn: FunctionArn, purpose: RoleChange['purpose']): void
}
