/** Narrowing a role for several log groups at once: the plans for each, one upon the other, as one edit for each policy. */

import { mergedEdit, type RoleEdit } from './role-edit'
import type { ExecutionRole, ManagedPolicy } from './role-control'
import { type Narrowing, planNarrowing, roomFirst } from './narrow'

/**
 * @param managed all policies that the role has attached, by ARN
 * @param groupArns without `:*` at the end
 */
export function planNarrowingOfGroups(
  role: ExecutionRole,
  managed: ReadonlyMap<string, ManagedPolicy>,
  groupArns: readonly string[],
): Narrowing {
  let state: State = { role, managed }
  const edits = new Map<string, RoleEdit>()
  const losses = new Set<string>()
  for (const group of groupArns) {
    const plan = planNarrowing(state.role, state.managed, group)
    if (plan.kind === 'blocked') return plan
    for (const edit of plan.edits) {
      const key = 'policy' in edit ? `inline ${edit.policy}` : edit.arn
      edits.set(key, mergedEdit(edits.get(key), edit))
      state = after(state, edit)
    }
    for (const loss of plan.losses) losses.add(loss)
  }
  return { kind: 'edits', edits: roomFirst([...edits.values()]), losses: [...losses] }
}

interface State {
  readonly role: ExecutionRole
  readonly managed: ReadonlyMap<string, ManagedPolicy>
}

/** The role as it will be, so that the next group is planned on it. */
function after({ role, managed }: State, edit: RoleEdit): State {
  switch (edit.kind) {
    case 'put-inline':
      return {
        managed,
        role: { ...role, inline: new Map(role.inline).set(edit.policy, edit.after) },
      }
    case 'delete-inline': {
      const inline = new Map([...role.inline].filter(([name]) => name !== edit.policy))
      return { managed, role: { ...role, inline } }
    }
    case 'new-version': {
      const policy = managed.get(edit.arn)
      if (policy === undefined) return { role, managed }
      return { role, managed: new Map(managed).set(edit.arn, { ...policy, document: edit.after }) }
    }
    case 'attach':
    case 'detach':
      return {
        managed,
        role: { ...role, attached: role.attached.filter(({ arn }) => arn !== edit.arn) },
      }
  }
}
