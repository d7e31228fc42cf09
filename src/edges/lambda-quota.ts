/**
 * Lambda's control plane allows 100 GetFunction and 15 other calls a second for each account and region, and no request
 * raises that (Lambda quotas). This run takes its share of it and queues the rest.
 */

import type { PaceLimits } from '../model/pace'
import type { PacedCalls, PacedQueue } from './paced-calls'

const GET_FUNCTION_PER_SECOND = 100
const OTHER_CALLS_PER_SECOND = 15
/** Calls do not arrive as they were sent: some room is left for those that come late, together with the next. */
const BURST_SHARE = 0.9
/**
 * Invoke has a quota of its own, ten times the concurrency of the account each second. This is far below, and more than
 * is ever needed.
 */
const INVOCATIONS: PaceLimits = { perSecond: 200, burst: 200 }

export interface LambdaQuota {
  readonly getFunction: PacedQueue
  readonly otherCalls: PacedQueue
}

/** @param share in (0, 1] */
export function lambdaQuota(calls: PacedCalls, region: string, share: number): LambdaQuota {
  const shareOf = (perSecond: number): PaceLimits => ({
    perSecond: perSecond * share,
    burst: Math.max(1, perSecond * share * BURST_SHARE),
  })
  return {
    getFunction: calls.queue(`lambda ${region} GetFunction`, shareOf(GET_FUNCTION_PER_SECOND)),
    otherCalls: calls.queue(`lambda ${region}`, shareOf(OTHER_CALLS_PER_SECOND)),
  }
}

export function invokeQuota(calls: PacedCalls, region: string): PacedQueue {
  return calls.queue(`lambda ${region} Invoke`, INVOCATIONS)
}
