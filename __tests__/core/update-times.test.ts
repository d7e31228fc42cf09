/** When updates are looked at: seen soon after they are over, and with few calls of GetFunction. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { converge } from '../../src/pipeline/configure/converge'
import { type UpdateTimes, updateTimes } from '../../src/pipeline/configure/update-times'
import { RESTART } from '../../src/systems/lambda/change'
import { succeeded } from '../../src/model/result'
import { aFunction } from './support/functions'
import { aClock, aLambda, ENDLESS } from './support/lambda'

const FOUND = aFunction({})

/** One update that is over after so many ms: how late that was seen, and with how many calls. */
async function updated(durationMs: number, updates?: UpdateTimes) {
  const clock = aClock()
  const lambda = aLambda([FOUND], { readsUntilSettled: Infinity })
  let overAt = Infinity
  let isWritten = false
  const end = await converge(
    FOUND,
    () => (isWritten ? { kind: 'unchanged' } : { kind: 'change', change: RESTART }),
    {
      lambda: {
        ...lambda,
        async update(...given) {
          const answer = await lambda.update(...given)
          overAt = clock.now() + durationMs
          return answer
        },
        async get(...given) {
          const answer = await lambda.get(...given)
          if (!answer.ok || clock.now() < overAt) return answer
          return succeeded({ ...answer.value, lastUpdateStatus: 'Successful' as const })
        },
      },
      clock,
      signal: ENDLESS,
      beforeWrite: () => {
        isWritten = true
        return undefined
      },
      notWritten: () => undefined,
      updates,
    },
  )
  expect(end.kind).toBe('reached')
  const looks = lambda.calls.filter((call) => call === 'get').length
  return { lateMs: clock.now() - overAt, looks }
}

test('an update as AWS takes it is seen at most 0.3 s late, though nothing is known of others', async () => {
  for (let duration = 0; duration <= 2_000; duration += 50) {
    const { lateMs, looks } = await updated(duration)
    expect(lateMs).toBeLessThanOrEqual(300)
    expect(looks).toBeLessThanOrEqual(1 + duration / 300)
  }
})

test('what others took tells when to look first: two to three looks at each of many', async () => {
  const durations = fc.array(fc.integer({ min: 1_000, max: 2_000 }), {
    minLength: 40,
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(durations, async (all) => {
      const updates = updateTimes()
      let looks = 0
      for (const duration of all) looks += (await updated(duration, updates)).looks
      expect(looks / all.length).toBeLessThanOrEqual(4)
    }),
    { numRuns: 30 },
  )
})

test('updates that all take as long are seen with at most two looks', async () => {
  for (const duration of [600, 1_200, 1_500, 2_000]) {
    const updates = updateTimes()
    for (let i = 0; i < 5; i++) await updated(duration, updates)
    for (let i = 0; i < 20; i++) {
      const { looks, lateMs } = await updated(duration, updates)
      expect(looks).toBeLessThanOrEqual(2)
      expect(lateMs).toBeLessThanOrEqual(300)
    }
  }
})

test('when updates get faster, they are seen sooner', async () => {
  const updates = updateTimes()
  for (let i = 0; i < 10; i++) await updated(3_000, updates)
  for (let i = 0; i < 20; i++) await updated(500, updates)
  expect((await updated(500, updates)).lateMs).toBeLessThanOrEqual(300)
})

test('a function in a VPC, which takes minutes, is looked at every three seconds and delays no other', async () => {
  const updates = updateTimes()
  for (let i = 0; i < 5; i++) await updated(1_200, updates)
  const slow = await updated(120_000, updates)
  expect(slow.lateMs).toBeLessThanOrEqual(3_000)
  expect(slow.looks).toBeLessThanOrEqual(50)
  expect((await updated(1_200, updates)).lateMs).toBeLessThanOrEqual(300)
})

test('the quickest of the last five updates tells when to look first', () => {
  const updates = updateTimes()
  expect(updates.firstLookMs()).toBe(300)
  updates.took(1_000)
  for (let i = 0; i < 4; i++) updates.took(2_000)
  expect(updates.firstLookMs()).toBe(850)
  updates.took(2_000)
  expect(updates.firstLookMs()).toBe(1_700)
})
