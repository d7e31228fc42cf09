/**
 * Staging beside production on one ClickStack: a function of the same name and region in another account, with rows that
 * differ in nothing but `cloud.account.id`, never proves this one.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { inStack, type StackWorld } from './stack-world'
import { ACCEPT, proofBegun, until, withOlderRotel } from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const STAGING = '210987654321'
const SHORT = { functions: 'orders', 'verify-timeout': '3' }
const LINE = { raw: 'charged a card of a customer' }
const HANDLER = { logs: [LINE], sdk: { spans: ['handler'] } }

/** The same function in staging, set up by a run of its own there; it starts anew, prints and traces at each call. */
async function staging(world: StackWorld): Promise<LocalAws> {
  const other = await world.anotherAccount(STAGING)
  other.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: HANDLER })
  const result = await world.main({ functions: 'orders' }, { env: other.env })
  expect(statusesOf(result)).toEqual(['orders: instrumented'])
  return other
}

async function startsAgain(other: LocalAws): Promise<void> {
  other.lambda.retireEnvironments('orders')
  await other.lambda.traffic('orders')
}

describe('a function of the same name and region in another account does not prove', () => {
  const WRITTEN = [
    ['environment', false, 'always'],
    ['function', false, 'always'],
    ['invocation', false, 'always'],
    ['environment', true, 'always'],
    ['environment', false, 'never'],
    ['function', true, 'never'],
  ] as const

  test.concurrent.each(WRITTEN)(
    'one that is written, at verify-level: %s, with Rotel before: %s, smoke-test: %s',
    (level, hadRotel, smokeTest) =>
      inStack(async (world) => {
        const { aws, main, clickStack } = world
        const owned = hadRotel ? withOlderRotel(world) : { variables: FOREIGN }
        aws.lambda.createFunction({
          name: 'orders',
          egressBlocked: true,
          handler: HANDLER,
          ...owned,
        })
        const before = configurationOf(aws.lambda.get('orders'))
        const other = await staging(world)
        clickStack.clickHouse.queries.length = 0
        const running = main({
          ...SHORT,
          ...(hadRotel && ACCEPT),
          'verify-level': level,
          'smoke-test': smokeTest,
          'verify-traces': String(level === 'function'),
        })
        await proofBegun(world)
        await startsAgain(other)
        const result = await running
        expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: rolled-back /)])
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
      }),
  )

  test.concurrent.each(['always', 'changed'] as const)(
    'one that is configured already, smoke-test: %s',
    (smokeTest) =>
      inStack(async (world) => {
        const { aws, main, clickStack } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: HANDLER })
        await main({ functions: 'orders' })
        aws.lambda.blockEgress('orders')
        await clickStack.clear()
        const other = await staging(world)
        clickStack.clickHouse.queries.length = 0
        const running = main({ ...SHORT, mode: 'verify', 'smoke-test': smokeTest })
        await proofBegun(world)
        await startsAgain(other)
        expect(statusesOf(await running)).toEqual([expect.stringMatching(/^orders: unproven /)])
      }),
  )

  test.concurrent('through HyperDX, with more rows of its own than an answer holds', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const hyperDx = {
        verify: 'hyperdx',
        'hyperdx-url': clickStack.hyperDxApiUrl,
        'hyperdx-api-key': clickStack.accessKey,
      }
      const other = await staging(world)
      other.lambda.setHandler('orders', {
        logs: Array.from({ length: 2_200 }, () => LINE),
        sdk: { spans: Array.from({ length: 2_200 }, (_, index) => `span ${String(index)}`) },
      })
      // Our own arrives, is older, and is found all the same.
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: HANDLER })
      const first = await main({ functions: 'orders', ...hyperDx, 'verify-traces': 'true' })
      expect(statusesOf(first)).toEqual(['orders: instrumented'])
      aws.lambda.blockEgress('orders')
      aws.lambda.retireEnvironments('orders')
      aws.onCall(async ({ operation }) => {
        if (operation === 'Invoke') await startsAgain(other)
      })
      const result = await main({ ...SHORT, ...hyperDx })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven /)])
    }),
  )
})

describe('a function whose variables a template carries, without its account', () => {
  /** The variables of our own run, as a template of before would set them: no marker, no account. */
  async function carried(world: StackWorld): Promise<void> {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    await main({ functions: 'orders' })
    const { variables } = aws.lambda.get('orders')
    const { CLICKSTACK_LAMBDA: _marker, ROTEL_OTEL_RESOURCE_ATTRIBUTES: _, ...template } = variables
    aws.lambda.changeAsSomebodyElse('orders', { variables: template })
    await world.clickStack.clear()
  }

  test.concurrent('is not written, and is proven by the request ID alone', () =>
    inStack(async (world) => {
      const { aws, main } = world
      await carried(world)
      const { writes } = aws.lambda.get('orders')
      aws.lambda.setHandler('orders', { logs: ['hello'] })
      const plan = await main({ functions: 'orders', mode: 'plan' })
      expect(plan.outputs['changed']).toBe('false')
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      // Its start lines and a line without the ID tell nothing that the function of another account would not tell too.
      aws.lambda.setHandler('orders', { logs: [LINE] })
      aws.lambda.retireEnvironments('orders')
      const second = await main(SHORT)
      expect(statusesOf(second)).toEqual(['orders: unproven proof-too-weak'])
      expect(aws.lambda.get('orders').writes).toBe(writes)
    }),
  )

  test.concurrent('is not proven where it is not invoked, and nobody waits for it', () =>
    inStack(async (world) => {
      const { aws, main } = world
      await carried(world)
      await aws.lambda.traffic('orders')
      const began = Date.now()
      const inputs = { functions: 'orders', 'smoke-test': 'changed', 'verify-timeout': '60' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: unproven proof-needs-invocation'])
      expect(Date.now() - began).toBeLessThan(30_000)
    }),
  )
})

describe('a function whose env file may set another account', () => {
  const PATH = '/var/task/rotel.env'
  const files = { [PATH]: 'ROTEL_OTEL_RESOURCE_ATTRIBUTES=deployment.environment=production\n' }

  test.concurrent('is proven by the request ID alone', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const seed = { variables: FOREIGN, files }
      aws.lambda.createFunction({ name: 'orders', ...seed, handler: { logs: ['hello'] } })
      aws.lambda.createFunction({ name: 'refunds', ...seed, handler: { logs: [LINE] } })
      const result = await main({
        functions: 'orders\nrefunds',
        'rotel-env-file': PATH,
        'verify-timeout': '6',
      })
      expect(statusesOf(result)).toEqual([
        'orders: instrumented',
        'refunds: rolled-back proof-too-weak',
      ])
    }),
  )

  test.concurrent('is not written where it is not invoked', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, files })
      const result = await main({ ...SHORT, 'rotel-env-file': PATH, 'smoke-test': 'never' })
      expect(statusesOf(result)).toEqual(['orders: blocked proof-needs-invocation'])
      expect(aws.lambda.get('orders').writes).toBe(0)
    }),
  )
})

describe('verify-level: invocation', () => {
  test.concurrent('a line that the invocation printed does not prove it, without Rotel before', () =>
    inStack(async ({ aws, main }) => {
      // Start lines are silenced, so that nothing but the line could prove it.
      const variables = { ...FOREIGN, RUST_LOG: 'warn' }
      aws.lambda.createFunction({ name: 'orders', variables, handler: { logs: [LINE] } })
      const result = await main({ ...SHORT, 'verify-level': 'invocation' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back proof-too-weak'])
      expect(statusesOf(await main(SHORT))).toEqual(['orders: instrumented'])
    }),
  )

  test.concurrent('a function that is not invoked is not written for it', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const inputs = { ...SHORT, 'verify-level': 'invocation', payloads: 'orders=none' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: blocked proof-needs-invocation'])
      expect(aws.lambda.get('orders').writes).toBe(0)
    }),
  )
})

test('what is written names the account of the function', () =>
  inStack(async ({ aws, clickStack, main }) => {
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: { logs: ['hello'] } })
    await main({ functions: 'orders', 'service-name': '{function}-api' })
    expect(aws.lambda.get('orders').variables['ROTEL_OTEL_RESOURCE_ATTRIBUTES']).toBe(
      'service.name=orders-api,cloud.account.id=123456789012',
    )
    await until(async () => (await clickStack.count('otel_logs')) > 1)
    const rows = await clickStack.rows(
      `SELECT DISTINCT ResourceAttributes['cloud.account.id'] AS account FROM otel_logs
       WHERE ServiceName = 'orders-api'`,
    )
    expect(rows).toEqual([{ account: '123456789012' }])
  }))
