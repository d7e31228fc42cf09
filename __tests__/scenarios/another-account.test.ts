/**
 * Staging beside production on one ClickStack: a function of the same name and region in another account, with rows that
 * differ in nothing but `cloud.account.id`, never proves this one.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { inStack, type StackWorld } from './stack-world'
import { ACCEPT, proofBegun, withOlderRotel } from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const STAGING = '210987654321'
const SHORT = { 'verify-timeout': '3' }
const LINE = { raw: 'charged a card of a customer' }
const HANDLER = { logs: [LINE], sdk: { spans: ['handler'] } }
const BOTH = 'orders\nrefunds'

/** The same functions in staging, set up by a run of its own there. */
async function staging(world: StackWorld): Promise<LocalAws> {
  const other = await world.anotherAccount(STAGING)
  for (const name of ['orders', 'refunds']) {
    other.lambda.createFunction({ name, variables: FOREIGN, handler: HANDLER })
  }
  const result = await world.main({ functions: BOTH }, { env: other.env })
  expect(statusesOf(result)).toEqual(['orders: instrumented', 'refunds: instrumented'])
  world.clickStack.clickHouse.queries.length = 0
  return other
}

/** They start anew, print and trace. */
async function startAgain(other: LocalAws): Promise<void> {
  for (const name of ['orders', 'refunds']) {
    other.lambda.retireEnvironments(name)
    await other.lambda.traffic(name)
  }
}

describe('functions of the same name and region in another account do not prove', () => {
  test.concurrent.each([
    ['environment', 'always'],
    ['function', 'always'],
    ['invocation', 'always'],
    ['environment', 'never'],
    ['function', 'never'],
  ] as const)(
    'functions that are written, without Rotel before and with it, at verify-level: %s, smoke-test: %s',
    (level, smokeTest) =>
      inStack(async (world) => {
        const { aws, main } = world
        const seed = { egressBlocked: true, handler: HANDLER }
        aws.lambda.createFunction({ name: 'orders', ...seed, variables: FOREIGN })
        aws.lambda.createFunction({ name: 'refunds', ...seed, ...withOlderRotel(world) })
        const found = () =>
          ['orders', 'refunds'].map((name) => configurationOf(aws.lambda.get(name)))
        const before = found()
        const other = await staging(world)
        const running = main({
          ...SHORT,
          ...ACCEPT,
          functions: BOTH,
          'verify-level': level,
          'smoke-test': smokeTest,
          'verify-traces': String(level === 'function'),
        })
        await proofBegun(world)
        await startAgain(other)
        expect(statusesOf(await running)).toEqual([
          expect.stringMatching(/^orders: rolled-back /),
          expect.stringMatching(/^refunds: rolled-back /),
        ])
        expect(found()).toEqual(before)
      }),
  )

  test.concurrent('functions that are configured already, invoked and not invoked', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      for (const name of ['orders', 'refunds']) {
        aws.lambda.createFunction({ name, variables: FOREIGN, handler: HANDLER })
      }
      await main({ functions: BOTH })
      aws.lambda.blockEgress()
      await clickStack.clear()
      const other = await staging(world)
      const inputs = { functions: BOTH, mode: 'verify', payloads: 'refunds=none' }
      const running = main({ ...SHORT, ...inputs })
      await proofBegun(world)
      await startAgain(other)
      expect(statusesOf(await running)).toEqual([
        expect.stringMatching(/^orders: unproven /),
        'refunds: unproven no-traffic',
      ])
    }),
  )

  test.concurrent('through HyperDX, with more rows than an answer holds', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const hyperDx = {
        functions: 'orders',
        verify: 'hyperdx',
        'hyperdx-url': clickStack.hyperDxApiUrl,
        'hyperdx-api-key': clickStack.accessKey,
      }
      const other = await staging(world)
      other.lambda.setHandler('orders', {
        logs: Array.from({ length: 2_200 }, () => LINE),
        sdk: { spans: Array.from({ length: 2_200 }, (_, index) => `span ${String(index)}`) },
      })
      aws.onWorkDone(async ({ operation }) => {
        if (operation === 'Invoke') await startAgain(other)
      })
      // Our own arrives, is older, and is found all the same.
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: HANDLER })
      const first = await main({ ...hyperDx, 'verify-traces': 'true' })
      expect(statusesOf(first)).toEqual(['orders: instrumented'])
      aws.lambda.blockEgress('orders')
      aws.lambda.retireEnvironments('orders')
      const result = await main({ ...SHORT, ...hyperDx })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven /)])
    }),
  )
})

describe('where the rows do not tell the account, only the request ID proves', () => {
  test.concurrent(
    'a function whose variables a template carries, which is not written for it',
    () =>
      inStack(async (world) => {
        const { aws, clickStack, main } = world
        aws.lambda.createFunction({
          name: 'orders',
          variables: FOREIGN,
          handler: { logs: ['hello'] },
        })
        await main({ functions: 'orders' })
        // As a template of before sets them: no marker, no account.
        const { variables } = aws.lambda.get('orders')
        const ofTemplate = new Map(Object.entries(variables))
        for (const name of ['CLICKSTACK_LAMBDA', 'ROTEL_OTEL_RESOURCE_ATTRIBUTES']) {
          expect(ofTemplate.delete(name)).toBe(true)
        }
        const template = Object.fromEntries(ofTemplate)
        aws.lambda.changeAsSomebodyElse('orders', { variables: template })
        await clickStack.clear()
        const { writes } = aws.lambda.get('orders')
        const plan = await main({ functions: 'orders', mode: 'plan' })
        expect(plan.outputs['changed']).toBe('false')
        expect(statusesOf(await main({ ...SHORT, functions: 'orders' }))).toEqual([
          'orders: unchanged',
        ])
        // Nobody waits where nothing could prove it.
        const began = Date.now()
        const inputs = { functions: 'orders', 'smoke-test': 'changed', 'verify-timeout': '60' }
        expect(statusesOf(await main(inputs))).toEqual(['orders: unproven proof-needs-invocation'])
        expect(Date.now() - began).toBeLessThan(30_000)
        // Its starts, and a line without the ID, tell nothing that the function of another account would not tell too.
        aws.lambda.setHandler('orders', { logs: [LINE] })
        aws.lambda.retireEnvironments('orders')
        expect(statusesOf(await main({ ...SHORT, functions: 'orders' }))).toEqual([
          'orders: unproven proof-too-weak',
        ])
        expect(aws.lambda.get('orders').writes).toBe(writes)
      }),
  )

  test.concurrent('functions whose env file may set another account', () =>
    inStack(async ({ aws, main }) => {
      const path = '/var/task/rotel.env'
      const files = { [path]: 'ROTEL_OTEL_RESOURCE_ATTRIBUTES=deployment.environment=test\n' }
      const seed = { variables: FOREIGN, files }
      aws.lambda.createFunction({ name: 'orders', ...seed, handler: { logs: ['hello'] } })
      aws.lambda.createFunction({ name: 'refunds', ...seed, handler: { logs: [LINE] } })
      aws.lambda.createFunction({ name: 'ledger', ...seed })
      const result = await main({
        functions: 'orders\nrefunds\nledger',
        'rotel-env-file': path,
        payloads: 'ledger=none',
        'verify-timeout': '6',
      })
      expect(statusesOf(result)).toEqual([
        'ledger: blocked proof-needs-invocation',
        'orders: instrumented',
        'refunds: rolled-back proof-too-weak',
      ])
      expect(aws.lambda.get('ledger').writes).toBe(0)
    }),
  )

  test.concurrent('any function at verify-level: invocation, and no line that it printed', () =>
    inStack(async ({ aws, main }) => {
      // Start lines are silenced, so that nothing but the line could prove it.
      const variables = { ...FOREIGN, RUST_LOG: 'warn' }
      aws.lambda.createFunction({ name: 'orders', variables, handler: { logs: [LINE] } })
      aws.lambda.createFunction({ name: 'ledger', variables: FOREIGN })
      const result = await main({
        ...SHORT,
        functions: 'orders\nledger',
        'verify-level': 'invocation',
        payloads: 'ledger=none',
      })
      expect(statusesOf(result)).toEqual([
        'ledger: blocked proof-needs-invocation',
        'orders: rolled-back proof-too-weak',
      ])
      expect(aws.lambda.get('ledger').writes).toBe(0)
      expect(statusesOf(await main({ ...SHORT, functions: 'orders' }))).toEqual([
        'orders: instrumented',
      ])
    }),
  )
})

test('what is written names the account of the function, and so do its rows', () =>
  inStack(async ({ aws, clickStack, main }) => {
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: { logs: ['hello'] } })
    await main({ functions: 'orders', 'service-name': '{function}-api' })
    expect(aws.lambda.get('orders').variables['ROTEL_OTEL_RESOURCE_ATTRIBUTES']).toBe(
      'service.name=orders-api,cloud.account.id=123456789012',
    )
    const rows = await clickStack.rows(
      `SELECT DISTINCT ResourceAttributes['cloud.account.id'] AS account FROM otel_logs
       WHERE ServiceName = 'orders-api'`,
    )
    expect(rows).toEqual([{ account: '123456789012' }])
  }))
