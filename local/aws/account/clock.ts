/** The time that Local AWS goes by; a test may give its own. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
  /** It goes by as the time does by which clients sign: a wrong one is refused. A test's own clock may stand still. */
  readonly goesBy?: true
}

/** The real time. */
export const systemClock: Clock = {
  goesBy: true,
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms)
  },
}

/** The real time, so many ms ahead (or, below zero, behind). */
export function skewedClock(aheadMs: number): Clock {
  return { ...systemClock, now: () => Date.now() + aheadMs }
}
