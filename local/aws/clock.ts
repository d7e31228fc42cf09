import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './local-aws'

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms)
  },
}
