/**
 * Lambda's clock, as a port. Rows of telemetry and LastModified have its time, so whether a row is from before or after a
 * change is compared by it: neither by this machine's clock nor by the store's.
 */

import type { Clock } from '../../model/clock'
import type { LambdaTime } from '../../model/time'

/** What Lambda's clock shows at this moment: between the two, because its answers tell whole seconds. */
interface LambdaMoment {
  readonly earliest: LambdaTime
  readonly latest: LambdaTime
}

export interface LambdaClock {
  now(): LambdaMoment
}

/** Its answers tell it to about a second; where they are so slow that they do not, nothing is gained by waiting. */
const LONGEST_WAIT_MS = 3_000

/** Resolves when Lambda's clock has certainly passed this time: what starts from now on is stamped later. */
export async function untilPast(
  time: LambdaTime,
  { lambdaClock, clock }: { readonly lambdaClock: LambdaClock; readonly clock: Clock },
): Promise<void> {
  const left = time - lambdaClock.now().earliest
  if (left >= 0) await clock.sleep(Math.min(Math.floor(left) + 1, LONGEST_WAIT_MS))
}
