/** The real clock. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../model/clock'

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {})
    } catch (thrown) {
      if (!signal?.aborted) throw thrown
    }
  },
}
