/**
 * Waits for a store that is asleep or starting: an idle service of ClickHouse Cloud takes a minute to wake up, and the
 * first query wakes it.
 */

import type { Clock } from '../../../model/clock'
import { done, lastFound, notYet, poll } from '../../../model/poll'
import type { Result } from '../../../model/result'
import { mayPass, type StoreFault } from '../../../systems/clickstack/telemetry-store'

export interface Patience {
  readonly clock: Clock
  /** For all questions together, in ms. */
  readonly timeoutMs: number
  /** Fires when the run is cancelled or out of time. */
  readonly signal?: AbortSignal
  /** Told once, when the first answer is not there. */
  readonly onWait?: (fault: StoreFault) => void
}

const PAUSES = { firstMs: 1_000, longestMs: 5_000 }

/** Asks until there is an answer, a fault that does not pass, or no time left; then the last answer counts. */
export async function whenAwake<T>(
  ask: () => Promise<Result<T, StoreFault>>,
  { clock, timeoutMs, signal, onWait }: Patience,
): Promise<Result<T, StoreFault>> {
  let tell = onWait
  const once = async () => {
    const answer = await ask()
    if (answer.ok || !mayPass(answer.fault)) return done(answer)
    tell?.(answer.fault)
    tell = undefined
    return notYet(answer)
  }
  const backoff = { ...PAUSES, deadline: clock.now() + timeoutMs }
  return lastFound(await poll(once, backoff, { clock, ...(signal && { signal }) }))
}
