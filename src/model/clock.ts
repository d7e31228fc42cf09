/** The time and how to wait, as a port: tests bring a clock of their own. */

import type { RunnerTime } from './time'

export interface Clock {
  now(): RunnerTime
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
