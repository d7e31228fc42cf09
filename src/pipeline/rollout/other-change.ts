/** Whether another user has changed a function while this run was at work on it. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LifeContext } from './life-state'

/** @param during what went on meanwhile, in words */
export function changeOf(
  fn: LambdaFunction,
  now: LambdaFunction,
  planFor: LifeContext['planFor'],
  during: string,
): Refusal | undefined {
  const plan = planFor(now)
  if (plan.kind === 'refused') return plan
  const isSameRole = now.roleArn === fn.roleArn
  if (plan.kind === 'unchanged' && isSameRole) return undefined
  const what = isSameRole ? 'configuration' : 'execution role'
  return {
    reason: 'write-conflict',
    detail: `another user changed its ${what} while ${during}`,
  }
}
