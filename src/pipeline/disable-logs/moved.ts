/** Whether a function still writes its logs with the role, and to the group, for which they were disabled. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { type LogWriter, logWriterOf, writerKey } from '../roles/log-rights'

/** @param now the function as it is; `undefined`: the role has no such function any more */
export function movedRefusal(
  disabled: LogWriter,
  now: LambdaFunction | undefined,
): Refusal | undefined {
  const writer = now && logWriterOf(now)
  if (writer && writerKey(writer) === writerKey(disabled)) return undefined
  return {
    reason: 'write-conflict',
    detail: `another user changed the execution role or the log group of ${disabled.function.name} while CloudWatch Logs were disabled`,
  }
}
