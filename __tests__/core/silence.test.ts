/** Watching that nothing is written to CloudWatch Logs: seen early, with few calls, and never believed too early. */

import { describe, expect, test } from '@jest/globals'
import { watch, type Watches } from '../../src/pipeline/disable-logs/silence'
import { RunEnded } from '../../src/model/run-signal'
import { succeeded } from '../../src/model/result'
import { aClock, aFault, ENDLESS } from './support/lambda'

const QUIET_MS = 60_000

/** One watch of a log group in which an event can be found after so many ms, or a new stream. */
async function watched(
  given: {
    readonly eventAfterMs?: number
    readonly streamAfterMs?: number
    readonly watches?: Watches
    readonly abortAfterMs?: number
    readonly failing?: boolean
  } = {},
) {
  const { eventAfterMs = Infinity, streamAfterMs = Infinity, abortAfterMs = Infinity } = given
  const clock = aClock()
  const begunAt = clock.now()
  const end = new AbortController()
  const looks: number[] = []
  const elapsed = () => clock.now() - begunAt
  const seen = await watch(
    {
      group: { name: '/aws/lambda/fn', region: 'us-east-1' },
      isOurs: (name) => name === 'new',
      requestId: 'r',
      since: 0,
      before: new Set(['old']),
      quietMs: QUIET_MS,
    },
    {
      clock: {
        ...clock,
        async sleep(ms, signal) {
          await clock.sleep(ms, signal)
          if (elapsed() >= abortAfterMs) {
            end.abort(new RunEnded({ reason: 'cancelled', detail: 'enough' }))
          }
        },
      },
      signal: abortAfterMs === Infinity ? ENDLESS : end.signal,
      watches: given.watches ?? { count: 0 },
      groups: {
        facts: () => Promise.resolve(succeeded(undefined)),
        ingestedBytes: () => Promise.resolve(succeeded(0)),
        newestEvents: () => Promise.resolve(succeeded([])),
        eventsWith() {
          looks.push(elapsed())
          return Promise.resolve(
            given.failing === true
              ? { ok: false, fault: aFault('denied') }
              : succeeded(elapsed() >= eventAfterMs ? 1 : 0),
          )
        },
        streamsSince: () =>
          Promise.resolve(
            succeeded(
              ['old', ...(elapsed() >= streamAfterMs ? ['new'] : [])].map((name) => ({
                name,
                createdAt: 0,
              })),
            ),
          ),
      },
    },
  )
  return { seen, looks }
}

describe('silence', () => {
  test('is believed after the whole quiet time, with three looks, the last one at its end', async () => {
    const { seen, looks } = await watched()
    expect(seen).toEqual({ kind: 'silent' })
    expect(looks).toHaveLength(3)
    expect(looks.at(-1)).toBeGreaterThanOrEqual(QUIET_MS)
  })

  test('is not believed when anything comes within the quiet time, to the last millisecond', async () => {
    for (let ms = 0; ms <= QUIET_MS; ms += 1_000) {
      expect((await watched({ eventAfterMs: ms })).seen.kind).toBe('written')
      expect((await watched({ streamAfterMs: ms })).seen.kind).toBe('written')
    }
  })

  test('is not believed where the group cannot be read, or the run ends before', async () => {
    expect((await watched({ failing: true })).seen).toMatchObject({
      kind: 'not-seen',
      reason: 'log-group-unreadable',
    })
    for (const abortAfterMs of [1, 20_000, QUIET_MS - 1]) {
      const { seen } = await watched({ abortAfterMs })
      expect(seen).toMatchObject({ kind: 'not-seen', reason: 'cancelled' })
    }
  })
})

test('what is written is seen when events are there as a rule, not only at the end', async () => {
  const { looks } = await watched({ eventAfterMs: 5_000 })
  expect(looks).toHaveLength(1)
  expect(looks[0]).toBeLessThanOrEqual(15_000)
})

describe('of functions that are watched side by side', () => {
  test('all looks fit into the rate of five a second', async () => {
    for (const others of [10, 50, 100, 200, 400, 5_000]) {
      const watches = { count: others - 1 }
      const { seen, looks } = await watched({ watches })
      expect(seen.kind).toBe('silent')
      for (const [index, at] of looks.slice(0, -1).entries()) {
        expect(((looks[index + 1] ?? 0) - at) * (5 / 1_000)).toBeGreaterThanOrEqual(others)
      }
    }
  })

  test('none counts any more when it has ended, however it ended', async () => {
    const watches = { count: 0 }
    await watched({ watches })
    await watched({ watches, eventAfterMs: 0 })
    await watched({ watches, abortAfterMs: 1 })
    await watched({ watches, failing: true })
    expect(watches.count).toBe(0)
  })
})
