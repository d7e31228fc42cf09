/** The pace of calls: never faster than allowed, slower when throttled, and as fast as before in the end. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  called,
  type Pace,
  type PaceLimits,
  served,
  startPace,
  throttled,
  waitMs,
} from '../../src/model/pace'

const limits = fc.record({
  perSecond: fc.double({ min: 0.1, max: 200, noNaN: true }),
  burst: fc.double({ min: 1, max: 200, noNaN: true }),
})

/** What happens between two calls: so many milliseconds pass, and so the call before is answered. */
const turn = fc.record({
  pauseMs: fc.integer({ min: 0, max: 3_000 }),
  isThrottled: fc.boolean(),
})

interface Sent {
  readonly atMs: number
  readonly pace: Pace
}

/** Calls as soon as the pace lets it, after each pause. */
function send(
  given: PaceLimits,
  turns: readonly { readonly pauseMs: number; readonly isThrottled: boolean }[],
): readonly Sent[] {
  let now = 0
  let pace = startPace(given, now)
  return turns.map(({ pauseMs, isThrottled }) => {
    now += pauseMs
    now += waitMs(pace, given, now)
    expect(waitMs(pace, given, now)).toBe(0)
    pace = called(pace, given, now)
    const sent = { atMs: now, pace }
    pace = isThrottled ? throttled(pace, given, now) : served(pace, given, now)
    return sent
  })
}

/** A service with a token bucket that holds one second's worth, as Lambda's quotas are modelled. */
function aService(perSecond: number) {
  let tokens = perSecond
  let at = 0
  return (now: number): boolean => {
    tokens = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond)
    at = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** Calls without a pause for so long. @returns how many were answered, and how */
function callFor(
  seconds: number,
  given: PaceLimits,
  isServed: (now: number) => boolean,
  first = startPace(given, 0),
) {
  let pace = first
  const answers = { served: 0, throttled: 0 }
  for (let now = 0; now < seconds * 1000;) {
    const wait = waitMs(pace, given, now)
    if (wait > 0) {
      now += wait
      continue
    }
    pace = called(pace, given, now)
    if (isServed(now)) {
      answers.served += 1
      pace = served(pace, given, now)
    } else {
      answers.throttled += 1
      pace = throttled(pace, given, now)
    }
  }
  return { ...answers, pace }
}

test('in no span of time more calls are made than the burst and the rate allow', () => {
  fc.assert(
    fc.property(limits, fc.array(turn, { maxLength: 60 }), (given, turns) => {
      const sent = send(given, turns)
      sent.forEach(({ atMs: from }, i) => {
        sent.slice(i).forEach(({ atMs: to }, more) => {
          const allowed = given.burst + ((to - from) / 1000) * given.perSecond
          expect(more + 1).toBeLessThanOrEqual(allowed + 1e-6)
        })
      })
    }),
  )
})

test('the rate stays between its least and its most, whatever is answered', () => {
  fc.assert(
    fc.property(limits, fc.array(turn, { maxLength: 100 }), (given, turns) => {
      for (const { pace } of send(given, turns)) {
        expect(pace.perSecond).toBeLessThanOrEqual(given.perSecond)
        expect(pace.perSecond).toBeGreaterThanOrEqual(Math.min(given.perSecond, 0.5))
      }
    }),
  )
})

test('after a throttle the next call waits for a token of the lower rate', () => {
  const given = { perSecond: 10, burst: 10 }
  const pace = throttled(startPace(given, 0), given, 0)
  expect(pace.perSecond).toBe(7)
  expect(waitMs(pace, given, 0)).toBeCloseTo(1000 / 7)
})

test('after a pause, so many go at once as the burst allows, and the next waits for what is left of its token', () => {
  const given = { perSecond: 10, burst: 4 }
  let pace = startPace(given, 0)
  for (let call = 0; call < 4; call++) {
    expect(waitMs(pace, given, 0)).toBe(0)
    pace = called(pace, given, 0)
  }
  expect(waitMs(pace, given, 0)).toBeCloseTo(100)
  expect(waitMs(pace, given, 25)).toBeCloseTo(75)
})

test('throttles of the same second count once', () => {
  const given = { perSecond: 10, burst: 10 }
  const once = throttled(startPace(given, 0), given, 0)
  expect(throttled(once, given, 999).perSecond).toBe(once.perSecond)
  expect(throttled(once, given, 1_000).perSecond).toBeCloseTo(4.9)
})

test('whatever has happened, twenty good seconds bring the full rate back', () => {
  fc.assert(
    fc.property(
      fc.record({
        perSecond: fc.double({ min: 2, max: 100, noNaN: true }),
        burst: fc.double({ min: 1, max: 100, noNaN: true }),
      }),
      fc.integer({ min: 1, max: 40 }),
      (given, seconds) => {
        let pace = startPace(given, -seconds * 1000)
        for (let second = -seconds; second < 0; second++) {
          pace = throttled(pace, given, second * 1000)
        }
        const end = callFor(20, given, () => true, pace)
        expect(end.pace.perSecond).toBe(given.perSecond)
      },
    ),
  )
})

test('a clock that goes back gives no calls, and takes none away', () => {
  const given = { perSecond: 10, burst: 1 }
  const pace = called(startPace(given, 5_000), given, 5_000)
  const back = called({ ...pace, tokens: 1 }, given, 0)
  expect(waitMs(back, given, 0)).toBeCloseTo(100)
})

describe('beside a service', () => {
  test('a user alone with nine tenths of the quota is never throttled, and uses them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 100 }), (quota) => {
        const given = { perSecond: quota * 0.9, burst: quota * 0.9 }
        const end = callFor(10, given, aService(quota))
        expect(end.throttled).toBe(0)
        expect(end.served).toBeGreaterThanOrEqual(Math.floor(10 * given.perSecond))
      }),
      { numRuns: 20 },
    )
  })

  test('with half of the quota left, most of it is used, and few calls are throttled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 100 }), (quota) => {
        const given = { perSecond: quota * 0.9, burst: quota * 0.9 }
        const end = callFor(60, given, aService(quota / 2))
        expect(end.served).toBeGreaterThan(60 * (quota / 2) * 0.9)
        expect(end.throttled).toBeLessThan(end.served * 0.15)
      }),
      { numRuns: 10 },
    )
  })

  test('that throttles half of all calls whatever their rate, a tenth of the rate is left', () => {
    const given = { perSecond: 13.5, burst: 13.5 }
    let calls = 0
    const end = callFor(300, given, () => ++calls % 2 === 0)
    expect(end.served).toBeGreaterThan((300 * given.perSecond) / 12)
  })

  test('that answers nothing but throttles is asked once in two seconds', () => {
    const given = { perSecond: 13.5, burst: 13.5 }
    const { pace } = callFor(60, given, () => false)
    const later = callFor(60, given, () => false, { ...pace, countedAt: 0, loweredAt: 0 })
    expect(later.throttled).toBeLessThan(60)
    expect(later.throttled).toBeGreaterThan(20)
  })
})
