/** What comes before each write to a function: the run still goes on, and the way back is on disk (promise P2). */

import type { Refusal } from '../../model/refusal'
import type { Change } from '../../systems/lambda/change'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { ConfigurationRecords } from './configuration-records'
import { inverseOf } from './inverse'

/** @returns why it is not written; `undefined`: it may be sent now */
export async function recordWrite(
  { arn }: LambdaFunction,
  change: Change,
  journal: ConfigurationRecords,
  halted: () => Refusal | undefined,
): Promise<Refusal | undefined> {
  const before = halted()
  if (before) return before
  await journal.writing(arn, inverseOf(change, journal.salt))
  // The disk takes its time, in which the run may have been cancelled.
  const meanwhile = halted()
  if (meanwhile) journal.notWritten(arn)
  return meanwhile
}
