/** Waits for the end of an update: until then Lambda shows the new configuration, and runs the old one. */

import type { Clock } from '../../model/clock'
import { done, notYet, poll } from '../../model/poll'
import { readRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import type { LambdaControl } from './lambda-control'
import type { LambdaFunction } from './lambda-function'

export interface SettledContext {
  readonly lambda: Pick<LambdaControl, 'get'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** An update takes one to two seconds on AWS; VPC functions take minutes. */
export const SETTLE_LIMIT_MS = 10 * 60_000
const FIRST_POLL_MS = 300
const LONGEST_POLL_MS = 3_000

/** Being created, or an update is in progress. */
export function isBusy({ lastUpdateStatus, state }: LambdaFunction): boolean {
  return lastUpdateStatus === 'InProgress' || state === 'Pending'
}

/** Polls GetFunction, which has a quota of its own, until no update is in progress. */
export async function untilSettled(
  fn: LambdaFunction,
  { lambda, clock, signal }: SettledContext,
): Promise<LambdaFunction | Refusal> {
  let latest = fn
  const polled = await poll<LambdaFunction | Refusal, undefined>(
    async () => {
      if (!isBusy(latest)) return done(latest)
      const read = await lambda.get(latest.arn.region, latest.arn.text)
      if (!read.ok) return done(readRefusal(read.fault))
      latest = read.value
      return isBusy(latest) ? notYet(undefined) : done(latest)
    },
    {
      firstMs: FIRST_POLL_MS,
      longestMs: LONGEST_POLL_MS,
      factor: 1.6,
      deadline: clock.now() + SETTLE_LIMIT_MS,
    },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return { reason: 'update-failed', detail: 'the update was still in progress after 10 minutes' }
}
