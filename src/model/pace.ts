/**
 * How fast a service is called: a token bucket whose rate falls when the service throttles, and rises again while it
 * answers (additive increase, multiplicative decrease, as TCP and the AWS SDK's adaptive mode do). Pure: who calls keeps
 * the pace and brings the time.
 */

export interface PaceLimits {
  /** Calls a second, at most. */
  readonly perSecond: number
  /** Calls at once after a pause, at most: at least 1. */
  readonly burst: number
}

export interface Pace {
  /** Calls a second at this time. */
  readonly perSecond: number
  /** Calls that may be made at once. */
  readonly tokens: number
  /** When the tokens were counted, in ms. */
  readonly countedAt: number
  /** When the rate was lowered last, in ms. */
  readonly loweredAt: number
}

/** What a throttle leaves of the rate (CUBIC's factor, RFC 9438, which the AWS SDK uses too). */
const DECREASE = 0.7
/** Of throttles within this time one counts: they are answers to the same rate. */
const ROUND_MS = 1_000
/** Without a throttle the rate rises by this share of its maximum each second. */
const INCREASE = 0.1
/** The lowest rate, as a share of the maximum and in calls a second: a service that is stuck is asked again all the same. */
const LEAST_SHARE = 1 / 20
const LEAST_PER_SECOND = 0.5

/** @param now in ms, as everywhere here */
export function startPace({ perSecond, burst }: PaceLimits, now: number): Pace {
  return { perSecond, tokens: burst, countedAt: now, loweredAt: -Infinity }
}

/** How long until the next call may be made, in ms; 0: at once. */
export function waitMs(pace: Pace, limits: PaceLimits, now: number): number {
  const { tokens, perSecond } = counted(pace, limits, now)
  return tokens >= 1 - ROUNDING ? 0 : ((1 - tokens) / perSecond) * 1000
}

/** A wait that was computed is over although fractions do not add up to one. */
const ROUNDING = 1e-9

/** After a call has been made. */
export function called(pace: Pace, limits: PaceLimits, now: number): Pace {
  const current = counted(pace, limits, now)
  return { ...current, tokens: Math.max(0, current.tokens - 1) }
}

/** After an answer that was no throttle. */
export function served(pace: Pace, limits: PaceLimits, now: number): Pace {
  const current = counted(pace, limits, now)
  // Each of the answers of a second has its part in what the rate rises by in that second.
  const raised = current.perSecond + (INCREASE * limits.perSecond) / current.perSecond
  return { ...current, perSecond: Math.min(limits.perSecond, raised) }
}

/** After a throttle: the service has nothing left at this moment, whatever was counted here. */
export function throttled(pace: Pace, limits: PaceLimits, now: number): Pace {
  const current = { ...counted(pace, limits, now), tokens: 0 }
  if (now - current.loweredAt < ROUND_MS) return current
  const least = Math.min(
    limits.perSecond,
    Math.max(limits.perSecond * LEAST_SHARE, LEAST_PER_SECOND),
  )
  return {
    ...current,
    perSecond: Math.max(least, current.perSecond * DECREASE),
    loweredAt: now,
  }
}

/** With the tokens of the time since the last count. A clock that went back gives none. */
function counted(pace: Pace, limits: PaceLimits, now: number): Pace {
  const { perSecond, tokens, countedAt } = pace
  const more = (Math.max(0, now - countedAt) / 1000) * perSecond
  const most = Math.max(1, limits.burst * (perSecond / limits.perSecond))
  return { ...pace, tokens: Math.min(most, tokens + more), countedAt: now }
}
