/** The step before an invocation: what the function shows has to be what it runs. */

import { readRefusal, type Refusal } from '../../model/refusal'
import { succeeded } from '../../model/result'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import { isBusy, mayBeBusy, untilSettled } from '../../systems/lambda/settled'
import { failedUpdate } from '../configure/failed-update'
import type { Advance, Life, LifeContext } from './life-state'
import { changeOf } from './other-change'

/** What this run wrote is in effect already. */
export async function settle(life: Life, context: LifeContext): Promise<Advance> {
  const { fn, written } = life
  const { lambda, lambdaClock, planFor } = context
  if (written) return { kind: 'on', life }
  const failed = (cause: Refusal): Advance => ({ kind: 'failed', life, cause })
  let settled: LambdaFunction = fn
  if (mayBeBusy(fn, lambdaClock.now().earliest)) {
    const read = isBusy(fn) ? succeeded(fn) : await lambda.get(fn.arn.region, fn.arn.text)
    if (!read.ok) return failed(readRefusal(read.fault))
    const now = await untilSettled(read.value, context)
    if ('reason' in now) return failed(now)
    settled = now
  }
  if (settled.lastUpdateStatus === 'Failed') return failed(failedUpdate(settled, NOTHING_SENT))
  if (settled === fn) return { kind: 'on', life }
  const cause = changeOf(fn, settled, planFor, 'an update of it was waited for')
  if (cause !== undefined) return failed(cause)
  return { kind: 'on', life: { ...life, fn: settled, since: lambdaClock.now().latest } }
}

const NOTHING_SENT: Variables = new Map()
