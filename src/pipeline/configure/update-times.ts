/**
 * How long updates take just now, learned from those of this run: one that is looked at too early costs a GetFunction for
 * nothing, one that is looked at too late keeps its function waiting.
 */

export interface UpdateTimes {
  /** When to look at an update for the first time, in ms after its answer. */
  firstLookMs(): number
  /** An update was seen to be over this long after its answer, in ms. */
  took(ms: number): void
}

/** Of the first updates nothing is known: one to two seconds on AWS, and less now and then. */
const UNKNOWN_MS = 300
const LONGEST_MS = 3_000
/** So many updates tell how long the next one takes; a function in a VPC takes minutes, so the quickest counts. */
const REMEMBERED = 5
/** They were seen later than they were over, so the next look is a little earlier: so it follows them when they get faster. */
const EARLIER = 0.85

export function updateTimes(): UpdateTimes {
  const last: number[] = []
  return {
    firstLookMs() {
      if (last.length === 0) return UNKNOWN_MS
      return Math.min(LONGEST_MS, Math.max(UNKNOWN_MS, Math.min(...last) * EARLIER))
    },
    took(ms) {
      last.push(ms)
      if (last.length > REMEMBERED) last.shift()
    },
  }
}
