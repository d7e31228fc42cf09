/**
 * Gives CloudWatch Logs back to a function, and sees that it is effective (promise P8): before Rotel leaves it, after a
 * proof that failed, and where an earlier run left a Deny on a function without Rotel.
 */

import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { shortened } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import { grantLogsDocument, ownedPolicyName } from '../../systems/iam/owned-policy'
import { LOG_WRITES, simulatedResources } from '../../systems/iam/log-writes'
import type { Clock } from '../../model/clock'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl, Simulated } from '../../systems/iam/role-control'
import type { RoleChange } from './role-change'
import { editText } from '../../systems/iam/role-edit'
import { undoRoleChanges } from './undo-role'
import { sourceId } from '../../systems/iam/denial'

export interface RestoreContext {
  readonly roles: RoleControl
  readonly clock: Clock
  /** How long IAM may take to make it effective, in ms. */
  readonly limitMs: number
}

/** What denies a function its CloudWatch Logs, and what is to be allowed again. */
export interface Withheld {
  readonly arn: FunctionArn
  readonly role: RoleArn
  /** ARN of the log group. */
  readonly group: string
  /** Oldest first. Empty: nobody knows how the grant was taken, so a minimal one is given. */
  readonly changes: readonly Extract<RoleChange, { purpose: 'logs' }>[]
  /** `action resource` that must be allowed again. */
  readonly allowed: readonly string[]
}

export type LogsRestored =
  | { readonly kind: 'restored'; readonly notes: readonly string[] }
  | ({ readonly kind: 'not-restored' } & Refusal)

const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000

/** Reads may be old and writes late, so both are repeated until IAM itself says that nothing of ours denies any more. */
export async function restoreLogs(
  withheld: Withheld,
  context: RestoreContext,
): Promise<LogsRestored> {
  const { roles, clock } = context
  const { arn, role, group, changes } = withheld
  const notes = new Set<string>()
  let deadline = clock.now() + context.limitMs
  let granted = false
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, LONGEST_POLL_MS)) {
    const undone = await undoRoleChanges(changes, roles)
    if (undone.kind === 'not-undone') {
      return notRestored(
        `${undone.fault.code}: ${undone.fault.text}; still on the role ${role.name}: ${undone.left.join(', ')}`,
      )
    }
    const answer = await roles.simulate(role, LOG_WRITES, simulatedResources(group))
    if (!answer.ok) {
      return notRestored(
        `whether the grant is effective could not be seen (${answer.fault.code}: ${answer.fault.text})`,
      )
    }
    const ours = denialsOf(answer.value, changes, role)
    const missing = missingOf(answer.value, withheld.allowed)
    if (ours.length === 0 && missing.length === 0) {
      for (const policy of undone.leftAlone) {
        notes.add(`policy ${policy} was changed by somebody else since, and left as it is`)
      }
      return { kind: 'restored', notes: [...notes] }
    }
    const isOver = clock.now() >= deadline
    const cannotBeUndone = changes.length === 0 || undone.leftAlone.length > 0
    if (missing.length > 0 && ours.length === 0 && !granted && (cannotBeUndone || isOver)) {
      const policy = ownedPolicyName('grant-logs', arn)
      const put = await roles.putInline(role, policy, grantLogsDocument(group))
      if (!put.ok) return notRestored(`${put.fault.code}: ${put.fault.text}`)
      granted = true
      notes.add(
        `what was there before is not known any more: a minimal grant for the log group was given instead (inline policy ${policy})`,
      )
      deadline = clock.now() + context.limitMs
    } else if (isOver) {
      return notRestored(
        `IAM still answers ${describe(answer.value)} after ${String(Math.round(context.limitMs / 1000))} s`,
      )
    }
    await clock.sleep(wait)
  }
}

/** What this run did to the role, as what is withheld from the function. `undefined`: nothing. */
export function withheldBy(arn: FunctionArn, changes: readonly RoleChange[]): Withheld | undefined {
  const logs = changes.flatMap((change) => (change.purpose === 'logs' ? [change] : []))
  const [first] = logs
  return (
    first && {
      arn,
      role: first.role,
      group: first.group,
      changes: logs,
      allowed: first.allowedBefore,
    }
  )
}

/** In words, for the log: what goes back. */
export function changesText(changes: readonly RoleChange[]): string {
  return changes.map(({ edit }) => editText(edit)).join(', ')
}

function denialsOf(
  answers: readonly Simulated[],
  changes: Withheld['changes'],
  role: RoleArn,
): readonly Simulated[] {
  const ours = new Set(
    changes.flatMap(({ edit }) =>
      edit.kind === 'attach'
        ? [edit.name]
        : edit.kind === 'put-inline' && edit.before === undefined
          ? [sourceId(role, edit.policy)]
          : [],
    ),
  )
  return answers.filter(({ decision, by }) => {
    return decision === 'explicitDeny' && by.some((policy) => ours.has(policy))
  })
}

function missingOf(answers: readonly Simulated[], wanted: readonly string[]): readonly string[] {
  const allowed = new Set(answers.filter(isAllowed).map(pair))
  return wanted.filter((one) => !allowed.has(one))
}

function isAllowed({ decision }: Simulated): boolean {
  return decision === 'allowed'
}

function pair({ action, resource }: Simulated): string {
  return `${action} ${resource}`
}

function describe(answers: readonly Simulated[]): string {
  const denied = answers.find(({ decision }) => decision !== 'allowed')
  if (denied === undefined) return 'allowed'
  const by = denied.by.length === 0 ? '' : ` by ${denied.by.join(', ')}`
  return `${denied.decision}${by} for ${denied.action}`
}

function notRestored(detail: string): LogsRestored {
  return { kind: 'not-restored', reason: 'restore-not-seen', detail: shortened(detail) }
}
