/** One write to an execution role or to a policy on it, with the previous state: enough to apply it and to undo it. */

export type RoleEdit =
  | {
      readonly kind: 'put-inline'
      readonly policy: string
      /** Document; `undefined`: a policy of this name did not exist. */
      readonly before: string | undefined
      readonly after: string
    }
  | { readonly kind: 'delete-inline'; readonly policy: string; readonly before: string }
  | {
      readonly kind: 'new-version'
      readonly arn: string
      readonly name: string
      /** The version that was in force. */
      readonly before: string
      /** Its document: another job may delete the version. */
      readonly original: string
      /** Document of the version that is in force then. */
      readonly after: string
    }
  | { readonly kind: 'attach' | 'detach'; readonly arn: string; readonly name: string }

/** Two edits of one policy in a row, as one: its way back leads to what was there before the first. */
export function mergedEdit(first: RoleEdit | undefined, second: RoleEdit): RoleEdit {
  if (first?.kind === 'new-version' && second.kind === 'new-version') {
    return { ...second, before: first.before, original: first.original }
  }
  if (first?.kind !== 'put-inline') return second
  if (second.kind === 'put-inline') return { ...second, before: first.before }
  return second.kind === 'delete-inline' && first.before !== undefined
    ? { ...second, before: first.before }
    : second
}

/** The policy that an edit is about, for messages: its name, not the whole ARN. */
export function policyOf(edit: RoleEdit): string {
  return edit.kind === 'put-inline' || edit.kind === 'delete-inline' ? edit.policy : edit.name
}

/** `inline policy X added`, for the plan and the report. */
export function editText(edit: RoleEdit): string {
  switch (edit.kind) {
    case 'put-inline':
      return `inline policy ${edit.policy} ${edit.before === undefined ? 'added' : 'narrowed'}`
    case 'delete-inline':
      return `inline policy ${edit.policy} deleted`
    case 'new-version':
      return `policy ${edit.name} narrowed in a new version`
    case 'attach':
      return `policy ${edit.name} attached`
    case 'detach':
      return `policy ${edit.name} detached`
  }
}
