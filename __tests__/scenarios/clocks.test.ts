/**
 * Clocks that differ: of the runner, of the store and of Lambda. Rows bear Lambda's time, so what started before a change
 * does not count, and what started after it does, whatever the other two tell.
 */

import { describe, expect, test } from '@jest/globals'
import { skewedClock } from '../../local/aws/account/clock'
import { skewedRunner } from '../../local/runner/fast-time'
import { inStack } from './stack-world'
import { ACCEPT, pretend, RAW_KEY, START_LINE, withOlderRotel } from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const MINUTES = 60_000
const SHORT = { 'verify-timeout': '4', ...ACCEPT }

/** In minutes ahead of the real time. */
const CLOCKS = [
  { what: 'runner and store 2 minutes behind', lambda: 0, runner: -2, store: -2 },
  { what: 'Lambda 2 minutes ahead', lambda: 2, runner: 0, store: 0 },
  { what: 'Lambda 2 minutes behind', lambda: -2, runner: 0, store: 0 },
  { what: 'the store 2 minutes ahead, the runner 2 behind', lambda: 0, runner: -2, store: 2 },
  { what: 'all in agreement', lambda: 0, runner: 0, store: 0 },
] as const

describe('starts before a change are old, and starts after it are new', () => {
  test.concurrent.each(CLOCKS)('with $what', ({ lambda, runner, store }) => {
    const clock = skewedClock(lambda * MINUTES)
    const env = skewedRunner(runner * MINUTES)
    return inStack(
      async (world) => {
        const { aws, main } = world
        const handler = { logs: [{ raw: 'charged a card of a customer' }] }
        aws.lambda.createFunction({ name: 'fresh', variables: FOREIGN, handler })
        // They log nothing: that an environment starts is all that there is of them.
        aws.lambda.createFunction({ name: 'quiet', ...withOlderRotel(world) })
        const owned = withOlderRotel(world)
        aws.lambda.createFunction({ name: 'stuck', egressBlocked: true, ...owned })
        const before = configurationOf(aws.lambda.get('stuck'))
        const starts = (secondsAgo: number) =>
          pretend(world, {
            functionName: 'stuck',
            body: START_LINE,
            type: 'extension',
            at: clock.now() - secondsAgo * 1_000,
          })
        for (const secondsAgo of [110, 60, 5]) await starts(secondsAgo)
        // And while the update is on its way, with the configuration of before.
        aws.onWorkDone(async ({ operation, functionName }) => {
          const isUpdate = operation === 'UpdateFunctionConfiguration'
          if (isUpdate && functionName === 'stuck') await starts(0)
        })
        const written = await main({ ...SHORT, functions: 'fresh\nquiet\nstuck' }, { env })
        expect(statusesOf(written)).toEqual([
          'fresh: instrumented',
          'quiet: instrumented',
          expect.stringMatching(/^stuck: rolled-back /),
        ])
        expect(configurationOf(aws.lambda.get('stuck'))).toEqual(before)

        // Configured functions: by rows since this run's invocation, and not by those before.
        aws.lambda.retireEnvironments('quiet')
        aws.lambda.blockEgress('quiet')
        const inputs = { ...SHORT, functions: 'fresh\nquiet', mode: 'verify' }
        expect(statusesOf(await main(inputs, { env }))).toEqual([
          'fresh: unchanged',
          expect.stringMatching(/^quiet: unproven /),
        ])
      },
      { aws: { clock }, clickStack: { ...RAW_KEY, clockAheadMs: store * MINUTES } },
    )
  })
})

describe('a runner whose signatures AWS refuses until its clock is corrected', () => {
  test.concurrent.each([-10, 10])('%i minutes ahead: verify proves all functions', (runner) =>
    inStack(
      async (world) => {
        const { aws, main } = world
        const handler = { logs: [{ raw: 'charged a card of a customer' }] }
        for (const name of ['one', 'two', 'three']) {
          aws.lambda.createFunction({ name, handler })
        }
        const inputs = { ...SHORT, functions: 'one\nthree\ntwo' }
        await main(inputs)
        const env = skewedRunner(runner * MINUTES)
        const verified = await main({ ...inputs, mode: 'verify' }, { env })
        expect(statusesOf(verified)).toEqual([
          'one: unchanged',
          'three: unchanged',
          'two: unchanged',
        ])
        const refused = aws.calls
          .all()
          .filter(({ errorName }) => errorName === 'InvalidSignatureException')
        expect(refused.map(({ operation }) => operation)).toContain('Invoke')
      },
      { clickStack: RAW_KEY },
    ),
  )

  test.concurrent('10 minutes ahead: CloudWatch Logs are disabled with proof', () =>
    inStack(
      async (world) => {
        const { aws, main } = world
        aws.lambda.createFunction({ name: 'fn', variables: FOREIGN })
        const env = skewedRunner(10 * MINUTES)
        const denied = await main({ ...SHORT, functions: 'fn', 'cloudwatch-logs': 'deny' }, { env })
        expect(statusesOf(denied)).toEqual(['fn: instrumented'])
      },
      { clickStack: RAW_KEY },
    ),
  )
})
