/** How long a store is waited for that does not answer: until it does, until waiting cannot help, or until the time is over. */

import { expect, test } from '@jest/globals'
import { whenAwake } from '../../src/pipeline/preflight/endpoint/when-awake'
import type { Result } from '../../src/model/result'
import type { StoreFault } from '../../src/systems/clickstack/telemetry-store'

const ASLEEP: StoreFault = { kind: 'unreachable', text: 'no answer' }

/** Asks at a clock that only waiting moves; the n-th answer counts from 0. */
async function asked(
  answerAt: (ms: number) => Result<string, StoreFault>,
  { timeoutMs = 180_000, abortAtMs = Infinity } = {},
) {
  let now = 0
  let questions = 0
  const told: StoreFault[] = []
  const stop = new AbortController()
  const answer = await whenAwake(
    () => {
      questions += 1
      return Promise.resolve(answerAt(now))
    },
    {
      clock: {
        now: () => now,
        sleep: (ms) => {
          now += ms
          if (now >= abortAtMs) stop.abort()
          return Promise.resolve()
        },
      },
      timeoutMs,
      signal: stop.signal,
      onWait: (fault) => told.push(fault),
    },
  )
  return { answer, now, questions, told }
}

const fails = (fault: StoreFault): Result<string, StoreFault> => ({ ok: false, fault })
const ready: Result<string, StoreFault> = { ok: true, value: 'ready' }

test('one that wakes up after 70 s is there soon after, and the wait is told once', async () => {
  const { answer, now, told } = await asked((ms) => (ms < 70_000 ? fails(ASLEEP) : ready))
  expect(answer).toEqual(ready)
  expect(now).toBeLessThanOrEqual(75_000)
  expect(told).toEqual([ASLEEP])
})

test('one that never wakes up is asked until the time is over, and a last time then', async () => {
  const { answer, now, questions } = await asked(() => fails(ASLEEP), { timeoutMs: 20_000 })
  expect(answer).toEqual(fails(ASLEEP))
  expect(now).toBe(20_000)
  expect(questions).toBeLessThan(10)
})

test.each<StoreFault>([
  { kind: 'unauthenticated', text: 'no' },
  { kind: 'missing', text: 'no' },
  { kind: 'refused', text: 'no' },
  { kind: 'unreachable', text: 'no such host', lasts: true },
])('where it is %j nothing is waited for', async (fault) => {
  const { answer, now, questions, told } = await asked(() => fails(fault))
  expect([answer, now, questions, told]).toEqual([fails(fault), 0, 1, []])
})

test('the end of the run ends the wait', async () => {
  const { now } = await asked(() => fails(ASLEEP), { abortAtMs: 12_000 })
  expect(now).toBeLessThan(20_000)
})
