/** Waiting: how often is looked, when it ends, and what it ends with; with a clock that only sleeping moves. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Clock } from '../../src/model/clock'
import { type Backoff, done, lastFound, notYet, poll } from '../../src/model/poll'

const START = 1_000_000

interface Told extends Clock {
  readonly sleeps: readonly number[]
  pass(ms: number): void
}

function manualClock(onSleep: () => void = () => undefined): Told {
  let now = START
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => now,
    pass: (ms) => {
      now += ms
    },
    sleep: (ms) => {
      sleeps.push(ms)
      now += ms
      onSleep()
      return Promise.resolve()
    },
  }
}

describe('a wait that succeeds', () => {
  test('ends with what the look found, without a pause when it is there at once', async () => {
    const clock = manualClock()
    const end = await poll(() => Promise.resolve(done('it')), { firstMs: 100 }, { clock })
    expect(end).toEqual({ kind: 'done', value: 'it' })
    expect(clock.sleeps).toEqual([])
  })

  test('waits longer each time, up to the longest wait', async () => {
    const clock = manualClock()
    let looks = 0
    const look = () => Promise.resolve(++looks > 5 ? done(looks) : notYet(looks))
    const end = await poll(look, { firstMs: 100, longestMs: 500, factor: 2 }, { clock })
    expect(end).toEqual({ kind: 'done', value: 6 })
    expect(clock.sleeps).toEqual([100, 200, 400, 500, 500])
  })

  test('waits as long each time when no longest wait is given', async () => {
    const clock = manualClock()
    let looks = 0
    const look = () => Promise.resolve(++looks > 3 ? done(looks) : notYet(looks))
    await poll(look, { firstMs: 100 }, { clock })
    expect(clock.sleeps).toEqual([100, 100, 100])
  })

  test('looks again when what was found says so, and keeps its own pace for afterwards', async () => {
    const clock = manualClock()
    const given = [notYet('', undefined), notYet('', 7_000), notYet('', undefined), done('it')]
    const look = () => Promise.resolve(given.shift() ?? done('late'))
    await poll(look, { firstMs: 100, longestMs: 10_000 }, { clock })
    expect(clock.sleeps).toEqual([100, 7_000, 200])
  })
})

describe('a wait that comes to its deadline', () => {
  test('looks a last time at the deadline, and ends with what is there instead', async () => {
    const clock = manualClock()
    const look = () => Promise.resolve(notYet(clock.now() - START))
    const backoff = { firstMs: 400, longestMs: 5_000, deadline: START + 1_000 }
    expect(await poll(look, backoff, { clock })).toEqual({ kind: 'timed-out', last: 1_000 })
    expect(clock.sleeps).toEqual([400, 600])
  })

  test('sees what comes at the last moment', async () => {
    const clock = manualClock()
    const look = () =>
      Promise.resolve(clock.now() === START + 1_000 ? done('it') : notYet('nothing'))
    const backoff = { firstMs: 700, deadline: START + 1_000 }
    expect(await poll(look, backoff, { clock })).toEqual({ kind: 'done', value: 'it' })
  })

  test('looks once when the deadline has passed already', async () => {
    const clock = manualClock()
    let looks = 0
    const look = () => Promise.resolve(notYet(++looks))
    const end = await poll(look, { firstMs: 100, deadline: START - 1 }, { clock })
    expect(end).toEqual({ kind: 'timed-out', last: 1 })
    expect(clock.sleeps).toEqual([])
  })

  test('looks once more after a look that was under way when the time was over', async () => {
    const clock = manualClock()
    let looks = 0
    const look = () => {
      clock.pass(5_000)
      return Promise.resolve(notYet(++looks))
    }
    const end = await poll(look, { firstMs: 100, deadline: START + 1_000 }, { clock })
    expect(end).toEqual({ kind: 'timed-out', last: 2 })
  })
})

describe('a wait whose signal fires', () => {
  test('ends after the pause, without another look', async () => {
    const controller = new AbortController()
    const clock = manualClock(() => controller.abort())
    let looks = 0
    const look = () => Promise.resolve(notYet(++looks))
    const end = await poll(look, { firstMs: 100 }, { clock, signal: controller.signal })
    expect(end).toEqual({ kind: 'aborted', last: 1 })
  })

  test('ends after the look during which it fired, without a pause', async () => {
    const controller = new AbortController()
    const clock = manualClock()
    const look = () => {
      controller.abort()
      return Promise.resolve(notYet('nothing'))
    }
    const end = await poll(look, { firstMs: 100 }, { clock, signal: controller.signal })
    expect(end).toEqual({ kind: 'aborted', last: 'nothing' })
    expect(clock.sleeps).toEqual([])
  })

  test('still ends well when that look found it', async () => {
    const look = () => Promise.resolve(done('it'))
    const waiting = { clock: manualClock(), signal: AbortSignal.abort() }
    expect(await poll(look, { firstMs: 100 }, waiting)).toEqual({ kind: 'done', value: 'it' })
  })

  test('hands the signal to the clock, so that a long pause ends early', async () => {
    const given: unknown[] = []
    const { signal } = new AbortController()
    let looks = 0
    const clock: Clock = {
      now: () => START,
      sleep: (_ms, until) => {
        given.push(until)
        return Promise.resolve()
      },
    }
    await poll(
      () => Promise.resolve(++looks > 1 ? done(looks) : notYet(looks)),
      { firstMs: 100 },
      { clock, signal },
    )
    expect(given).toEqual([signal])
  })
})

test('what was found last is there whichever way the wait ended', () => {
  expect(lastFound({ kind: 'done', value: 'it' })).toBe('it')
  expect(lastFound({ kind: 'timed-out', last: 'nothing' })).toBe('nothing')
  expect(lastFound({ kind: 'aborted', last: 'nothing' })).toBe('nothing')
})

test('what a look throws is not caught', async () => {
  const look = () => Promise.reject(new Error('a defect'))
  await expect(poll(look, { firstMs: 1 }, { clock: manualClock() })).rejects.toThrow('a defect')
})

test('whatever the backoff, no pause is longer than allowed, none passes the deadline, and pauses never shrink before it', async () => {
  const backoffs = fc.record({
    firstMs: fc.integer({ min: 1, max: 1_000 }),
    longestMs: fc.integer({ min: 1_000, max: 10_000 }),
    factor: fc.double({ min: 1, max: 4, noNaN: true }),
    forMs: fc.integer({ min: 0, max: 100_000 }),
    lookMs: fc.integer({ min: 0, max: 3_000 }),
  })
  await fc.assert(
    fc.asyncProperty(backoffs, async ({ forMs, lookMs, ...given }) => {
      const clock = manualClock()
      const deadline = START + forMs
      const backoff: Backoff = { ...given, deadline }
      const starts: number[] = []
      const look = () => {
        starts.push(clock.now())
        clock.pass(lookMs)
        return Promise.resolve(notYet(starts.length))
      }
      const end = await poll(look, backoff, { clock })
      expect(end).toEqual({ kind: 'timed-out', last: starts.length })
      expect(clock.sleeps.every((ms) => ms >= 0 && ms <= given.longestMs)).toBe(true)
      const full = clock.sleeps.slice(0, -1)
      expect(full).toEqual([...full].sort((a, b) => a - b))
      const last = starts.at(-1) ?? 0
      expect(last).toBeGreaterThanOrEqual(deadline)
      // At the deadline itself, unless a look was under way then.
      expect(last).toBeLessThanOrEqual(deadline + lookMs)
      expect(starts.slice(0, -1).every((at) => at < deadline)).toBe(true)
    }),
  )
})
