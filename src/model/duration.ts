/** Durations in words. */

/** `85 ms`, `3.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`
}
