/**
 * Lambda's control plane allows 100 GetFunction and 15 other calls a second for each account and region, and no request
 * raises that (Lambda quotas). This run takes its share of it and queues the rest.
 */

import PQueue from 'p-queue'

const GET_FUNCTION_PER_SECOND = 100
const OTHER_CALLS_PER_SECOND = 15

export interface LambdaQuota {
  readonly getFunction: PQueue
  readonly otherCalls: PQueue
}

/** @param share in (0, 1] */
export function lambdaQuota(share: number): LambdaQuota {
  return {
    getFunction: rate(GET_FUNCTION_PER_SECOND * share),
    otherCalls: rate(OTHER_CALLS_PER_SECOND * share),
  }
}

function rate(callsPerSecond: number): PQueue {
  // Shares of less than one call a second stretch the second.
  const intervalCap = Math.max(1, Math.floor(callsPerSecond))
  return new PQueue({ intervalCap, interval: (1000 * intervalCap) / callsPerSecond, strict: true })
}
