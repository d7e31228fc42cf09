/** The time and how to wait, as a port: tests bring a clock of their own. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
