/** The question for cold starts before the change: nothing waits for its answer, or not for long. */

import { describe, expect, test } from '@jest/globals'
import type { Clock } from '../../src/model/clock'
import { type Result, succeeded } from '../../src/model/result'
import type { LogEvent } from '../../src/systems/cloudwatch/log-groups'
import { coldStartsBefore } from '../../src/pipeline/rollout/cold-starts'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import { aFunction, REGION } from './support/functions'
import { aClock, aFault, ENDLESS } from './support/lambda'
import { anOutcome } from './support/outcomes'

const EVENT: LogEvent = {
  stream: '2026/11/25/[$LATEST]0123',
  at: 1,
  text: 'REPORT RequestId: 8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab\tDuration: 20.00 ms\tBilled Duration: 20 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 100.00 ms\t\n',
}

type Answer = Result<readonly LogEvent[]>

/** @param answer of the nth question, from 0 */
function asking(
  answer: (index: number) => Promise<Answer>,
  clock: Clock = aClock(),
  signal: AbortSignal = ENDLESS,
) {
  const groups: string[] = []
  const newestEvents = ({ name }: { readonly name: string }) => {
    groups.push(name)
    return answer(groups.length - 1)
  }
  const coldStarts = coldStartsBefore({ newestEvents }, clock, signal)
  const ask = (name: string) => coldStarts.ask(aFunction({ name }), 1_700_000_000_000)
  const costOf = async (name: string, given: Partial<Outcome> = {}) => {
    // Answers that are there have been heard.
    await new Promise(setImmediate)
    const withCost = await coldStarts.end()
    const { extensionCost: cost } = withCost(anOutcome({ name, region: REGION, ...given }))
    return cost?.kind === 'not-checked' ? cost.why : cost?.kind
  }
  return { groups, ask, costOf }
}

const answered = () => Promise.resolve<Answer>(succeeded([EVENT]))
const never = () => new Promise<Answer>(() => undefined)
const denied = () => Promise.resolve<Answer>({ ok: false, fault: aFault('denied') })

describe('a function that was written and invoked', () => {
  test('is compared by what was answered', async () => {
    const { ask, costOf } = asking(answered)
    ask('orders')
    expect(await costOf('orders')).toBe('compared')
  })

  test('is asked about once, however often it is written', async () => {
    const { groups, ask, costOf } = asking(answered)
    ask('orders')
    await Promise.resolve()
    ask('orders')
    expect(await costOf('orders')).toBe('compared')
    expect(groups).toEqual(['/aws/lambda/orders'])
  })

  test.each([
    ['was rolled back', { change: undefined }],
    ['was not invoked', { smoke: undefined }],
  ] as const)('and %s is not compared', async (_, given) => {
    const { ask, costOf } = asking(answered)
    ask('orders')
    expect(await costOf('orders', given)).toBeUndefined()
  })

  test('and was never asked about is not compared', async () => {
    expect(await asking(answered).costOf('orders')).toBeUndefined()
  })
})

describe('an answer that does not come', () => {
  test('is waited for at the end two seconds, for a few functions', async () => {
    const clock = aClock()
    const { ask, costOf } = asking(never, clock)
    ask('orders')
    expect(await costOf('orders')).toContain('did not answer')
    expect(clock.slept).toEqual([2_000])
  })

  test('is not waited for where many are missing', async () => {
    const clock = aClock()
    const { ask, costOf } = asking((index) => (index === 0 ? answered() : never()), clock)
    ask('first')
    await new Promise(setImmediate)
    for (let index = 0; index < 20; index += 1) ask(`f${String(index)}`)
    expect(await costOf('first')).toBe('compared')
    expect(clock.slept).toEqual([])
  })

  test('as the run has ended, is none', async () => {
    const run = new AbortController()
    const { ask, costOf } = asking(
      () => {
        run.abort()
        return Promise.resolve({ ok: false, fault: aFault('aborted') })
      },
      aClock(),
      run.signal,
    )
    ask('orders')
    expect(await costOf('orders')).toContain('did not answer')
  })

  test('but an error is none that breaks anything', async () => {
    const { ask, costOf } = asking(() => Promise.reject(new Error('a fault of this action')))
    ask('orders')
    expect(await costOf('orders')).toContain('did not answer')
  })
})

describe('a caller without the right', () => {
  test('is refused three times at most', async () => {
    const { groups, ask, costOf } = asking(denied)
    for (let index = 0; index < 20; index += 1) ask(`f${String(index)}`)
    expect(await costOf('f19')).toContain('logs:FilterLogEvents')
    expect(groups).toHaveLength(3)
  })

  test('for some groups only is asked about all others', async () => {
    const { groups, ask, costOf } = asking((index) => (index % 2 === 0 ? denied() : answered()))
    for (let index = 0; index < 20; index += 1) ask(`f${String(index)}`)
    expect(await costOf('f19')).toBe('compared')
    expect(groups).toHaveLength(20)
  })
})
