/** Whether a function is still configured as it was proven, and writes its logs with the role and to the group for which they were disabled. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { logWriterOf, writerKey } from '../roles/log-rights'
import type { ProvenMember } from './context'

/**
 * A deploy may have come in between: without Rotel the function would be dark from now on, and with another role or log
 * group it would write logs where nobody has disabled or watched them; with other settings nobody has seen its telemetry.
 * @param now the function as it is; `undefined`: the role has no such function any more
 */
export function changedSince(
  { plan: { member: disabled }, changeOf }: ProvenMember,
  now: LambdaFunction | undefined,
): Refusal | undefined {
  const { name } = disabled.function
  const writer = now && logWriterOf(now)
  if (!now || !writer || writerKey(writer) !== writerKey(disabled)) {
    return {
      reason: 'write-conflict',
      detail: `another user changed the execution role or the log group of ${name} while CloudWatch Logs were disabled`,
    }
  }
  if (hasWorkingRotel(now)) return changeOf(now)
  return {
    reason: 'rotel-missing',
    detail: `another user removed Rotel from ${name} while its log group was watched`,
  }
}
