/** Reads IAM's simulated decisions: whether the writes are denied, and by which policy. */

import { LOG_WRITES, simulatedResources } from './log-writes'
import type { RoleArn } from './role-arn'
import type { Simulated } from './role-control'

/** How the simulator names an inline policy of a role (seen in its answers; no page of AWS says it). */
export function sourceId(role: RoleArn, policy: string): string {
  return `role_${role.name}_${policy}`
}

/** `action resource` of everything that is allowed: the baseline, and what has to come back. */
export function allowedPairs(answers: readonly Simulated[]): readonly string[] {
  return answers
    .filter(({ decision }) => decision === 'allowed')
    .map(({ action, resource }) => `${action} ${resource}`)
}

/**
 * Why the answers do not prove the denial; `undefined`: they do. Not being allowed is not enough where a Deny of ours was
 * written: it must be the one that denies.
 * @param by `SourcePolicyId` of our Deny; `undefined`: rights were taken out, so that nothing may allow any more
 */
export function doubtOf(
  answers: readonly Simulated[],
  group: string,
  by: string | undefined,
): string | undefined {
  for (const action of LOG_WRITES) {
    for (const resource of simulatedResources(group)) {
      const answer = answers.find((one) => one.action === action && one.resource === resource)
      if (answer === undefined) return `IAM did not return a decision for ${action}`
      if (by === undefined && answer.decision !== 'allowed') continue
      if (by !== undefined && answer.decision === 'explicitDeny' && answer.by.includes(by)) continue
      const who = answer.by.length === 0 ? '' : ` (${answer.by.join(', ')})`
      return `IAM’s decision for ${action} is ${answer.decision}${who}`
    }
  }
  return undefined
}
