/** New environments for a function, so that its next invocation is a cold start: nothing but that changes. */

import { RESTART } from '../../systems/lambda/change'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import type { ConfigurationRecords } from './configuration-records'
import { converge, type ConvergeContext, type Step } from './converge'
import { recordWrite } from './record-write'

export interface RestartContext extends Pick<
  ConvergeContext,
  'lambda' | 'clock' | 'signal' | 'updates'
> {
  readonly journal: ConfigurationRecords
  readonly halted: () => Refusal | undefined
}

export async function restart(
  fn: LambdaFunction,
  { journal, halted, ...context }: RestartContext,
): Promise<LambdaFunction | Refusal> {
  let isDone = false
  const next = (): Step => (isDone ? { kind: 'unchanged' } : { kind: 'change', change: RESTART })
  const end = await converge(fn, next, {
    ...context,
    async beforeWrite(latest, change) {
      const refusal = await recordWrite(latest, change, journal, halted)
      isDone = refusal === undefined
      return refusal
    },
    notWritten(latest) {
      journal.notWritten(latest.arn)
      isDone = false
    },
  })
  return end.kind === 'reached' ? end.fn : { reason: end.reason, detail: end.detail }
}
