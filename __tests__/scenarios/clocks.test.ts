/**
 * Clocks that differ: of the runner, of the store and of Lambda. Rows bear Lambda's time, so what started before a change
 * does not count, and what started after it does, whatever the other two tell.
 */

import { describe, expect, test } from '@jest/globals'
import { skewedClock } from '../../local/aws/account/clock'
import { skewedRunner } from '../../local/runner/fast-time'
import { inStack, type StackWorld } from './stack-world'
import { ACCEPT, pretend, RAW_KEY, START_LINE, withOlderRotel } from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const MINUTES = 60_000
const SHORT = { functions: 'orders', 'verify-timeout': '4', ...ACCEPT }

const CLOCKS = [
  { what: 'runner and store 2 minutes behind', lambda: 0, runner: -2, store: -2 },
  { what: 'runner and store 2 minutes ahead', lambda: 0, runner: 2, store: 2 },
  { what: 'Lambda 2 minutes ahead', lambda: 2, runner: 0, store: 0 },
  { what: 'Lambda 2 minutes behind', lambda: -2, runner: 0, store: 0 },
  { what: 'the store 2 minutes ahead, the runner 2 behind', lambda: 0, runner: -2, store: 2 },
  { what: 'all of one mind', lambda: 0, runner: 0, store: 0 },
] as const

type Clocks = (typeof CLOCKS)[number]

function withClocks(
  { lambda, store, runner }: Clocks,
  scenario: (
    world: StackWorld & {
      readonly lambdaNow: () => number
      readonly env: Readonly<Record<string, string>>
    },
  ) => Promise<void>,
): Promise<void> {
  const clock = skewedClock(lambda * MINUTES)
  return inStack(
    (world) =>
      scenario({ ...world, lambdaNow: () => clock.now(), env: skewedRunner(runner * MINUTES) }),
    { aws: { clock }, clickStack: { ...RAW_KEY, clockAheadMs: store * MINUTES } },
  )
}

describe.each(CLOCKS)('$what', (clocks) => {
  test.concurrent('an environment that started before the change does not prove it', () =>
    withClocks(clocks, async (world) => {
      const { aws, main, lambdaNow, env } = world
      aws.lambda.createFunction({ name: 'orders', egressBlocked: true, ...withOlderRotel(world) })
      const before = configurationOf(aws.lambda.get('orders'))
      for (const secondsAgo of [110, 60, 5]) {
        const at = lambdaNow() - secondsAgo * 1_000
        await pretend(world, { body: START_LINE, type: 'extension', at })
      }
      // And one that starts while the update is on its way, with the old configuration.
      aws.onWorkDone(async ({ operation }) => {
        if (operation !== 'UpdateFunctionConfiguration') return
        await pretend(world, { body: START_LINE, type: 'extension', at: lambdaNow() })
      })
      const result = await main(SHORT, { env })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: rolled-back /)])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
    }),
  )

  test.concurrent('one that starts after it does', () =>
    withClocks(clocks, async (world) => {
      const { aws, main, env } = world
      // It logs nothing: its start is all that there is.
      aws.lambda.createFunction({ name: 'orders', ...withOlderRotel(world) })
      aws.lambda.createFunction({ name: 'refunds', variables: FOREIGN })
      const result = await main({ ...SHORT, functions: 'orders\nrefunds' }, { env })
      expect(statusesOf(result)).toEqual(['orders: instrumented', 'refunds: instrumented'])
    }),
  )

  test.concurrent('a configured function is proven by its own rows, and not by those before', () =>
    withClocks(clocks, async (world) => {
      const { aws, clickStack, main, env } = world
      const handler = { logs: [{ raw: 'charged a card of a customer' }] }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
      await main({ functions: 'orders' }, { env })
      await clickStack.clear()
      const proven = await main({ ...SHORT, mode: 'verify' }, { env })
      expect(statusesOf(proven)).toEqual(['orders: unchanged'])
      aws.lambda.blockEgress('orders')
      const lost = await main({ ...SHORT, mode: 'verify', 'verify-timeout': '2' }, { env })
      expect(statusesOf(lost)).toEqual([expect.stringMatching(/^orders: unproven /)])
    }),
  )
})
