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
