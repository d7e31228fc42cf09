/** The time that Local AWS goes by; a test may give its own. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
}

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms)
  },
}

/** The real time, so many ms ahead (or, below zero, behind). */
export function skewedClock(aheadMs: number): Clock {
  return { ...systemClock, now: () => Date.now() + aheadMs }
}
