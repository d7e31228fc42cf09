/** Lambda's clock from the dates of its answers: how exactly it is known, whatever the clocks do. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { observedLambdaClock } from '../../src/edges/lambda-clock'
import type { LambdaTime, RunnerTime } from '../../src/model/time'
import { untilPast } from '../../src/systems/lambda/lambda-clock'

type Handler = (given: unknown) => Promise<{ readonly response: unknown }>
type Middleware = (next: Handler) => Handler

const START = 1_700_000_000_123

/** A client whose answers bear the time of a Lambda that is so many ms ahead, and a clock that passes only as told. */
function observed(aheadMs: number) {
  let now = START
  let ahead = aheadMs
  const clock = {
    now: () => now,
    sleep(ms: number) {
      now += ms
      return Promise.resolve()
    },
  }
  const lambdaClock = observedLambdaClock(clock)
  let middleware: Middleware = (next) => next
  lambdaClock.observe({
    middlewareStack: { add: (added: Middleware) => void (middleware = added) },
  })
  const lambdaNow = () => now + ahead
  /** @param before ms until Lambda answers @param after ms until the answer is here */
  const ask = (before: number, after: number, headers?: Readonly<Record<string, string>>) =>
    middleware(() => {
      now += before
      const date = new Date(lambdaNow()).toUTCString()
      now += after
      return Promise.resolve({ response: { headers: headers ?? { date } } })
    })({})
  return {
    clock,
    lambdaClock,
    ask,
    lambdaNow,
    pass: (ms: number) => void (now += ms),
    setBy: (ms: number) => void (ahead += ms),
  }
}

const anAnswer = fc.record({
  pause: fc.integer({ min: 0, max: 5_000 }),
  before: fc.integer({ min: 0, max: 800 }),
  after: fc.integer({ min: 0, max: 800 }),
})

test('a time by one clock is not taken for one by another', () => {
  const ofThisMachine: RunnerTime = START
  // @ts-expect-error The clocks differ: the type check refuses it, and fails here should it ever pass.
  const ofLambda: LambdaTime = ofThisMachine
  expect(ofLambda).toBe(START)
})

describe('Lambda’s clock', () => {
  test('is never outside of what is told, and told ever more exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -7_200_000, max: 7_200_000 }),
        fc.array(anAnswer, { minLength: 1, maxLength: 12 }),
        async (aheadMs, answers) => {
          const { lambdaClock, ask, lambdaNow, pass } = observed(aheadMs)
          let width = Infinity
          for (const { pause, before, after } of answers) {
            pass(pause)
            await ask(before, after)
            const { earliest, latest } = lambdaClock.now()
            expect(earliest).toBeLessThanOrEqual(lambdaNow())
            expect(latest).toBeGreaterThanOrEqual(lambdaNow())
            expect(latest - earliest).toBeLessThanOrEqual(Math.min(width, 1_000 + before + after))
            width = latest - earliest
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('is told anew when one of the clocks was set in between', async () => {
    const { lambdaClock, ask, lambdaNow, pass, setBy } = observed(0)
    for (let answer = 0; answer < 5; answer++) {
      pass(317)
      await ask(20, 20)
    }
    setBy(-120_000)
    await ask(20, 20)
    const { earliest, latest } = lambdaClock.now()
    expect(earliest).toBeLessThanOrEqual(lambdaNow())
    expect(latest).toBeGreaterThanOrEqual(lambdaNow())
    expect(latest - earliest).toBeLessThanOrEqual(1_040)
  })

  test.each([{}, { date: 'today' }, { date: '' }])(
    'is this machine’s own as long as no answer tells it: %o',
    async (headers) => {
      const { lambdaClock, ask, clock } = observed(120_000)
      await ask(20, 20, headers)
      expect(lambdaClock.now()).toEqual({ earliest: clock.now(), latest: clock.now() })
    },
  )

  test('has passed a time for certain after a wait of at most a second and an answer', async () => {
    const { lambdaClock, ask, lambdaNow, clock } = observed(-120_000)
    await ask(20, 20)
    const { latest } = lambdaClock.now()
    const began = clock.now()
    await untilPast(latest, { lambdaClock, clock })
    expect(lambdaNow()).toBeGreaterThan(latest)
    expect(clock.now() - began).toBeLessThanOrEqual(1_041)
    await untilPast(latest, { lambdaClock, clock })
    expect(clock.now() - began).toBeLessThanOrEqual(1_041)
  })
})
