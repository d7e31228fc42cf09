/** Telemetry that arrives is proven, whatever layout, format, protocol and key scheme. */

import { describe, expect, test } from '@jest/globals'
import type { LogLine } from '../../local/aws/lambda/handler'
import { inStack } from './stack-world'
import { ACCEPT, BEARER_KEY, proofBegun, RAW_KEY, until, withOlderRotel } from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const SOON = { 'verify-timeout': '6' }

describe('telemetry that arrives is proven', () => {
  test.concurrent.each(['map', 'legacy', 'json', 'rotel', 'rotel-json'] as const)(
    'in the %s layout',
    (layout) =>
      inStack(
        async ({ aws, main }) => {
          aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
          const result = await main({ functions: 'orders' })
          expect(statusesOf(result)).toEqual(['orders: instrumented'])
          expect(result.exitCode).toBe(0)
        },
        { clickStack: { ...RAW_KEY, layout } },
      ),
  )

  test.concurrent.each([
    ['Text', 'grpc', RAW_KEY, 'map'],
    ['Text', 'http', BEARER_KEY, 'json'],
    ['JSON', 'grpc', BEARER_KEY, 'map'],
    ['JSON', 'http', RAW_KEY, 'json'],
  ] as const)(
    'with %s logs, by %s, with the key %o, in the %s layout',
    (logFormat, protocol, key, layout) =>
      inStack(
        async ({ aws, main }) => {
          const logs = ['charged a card', { level: 'WARN', message: 'slow bank' }] as const
          const seed = { variables: FOREIGN, logFormat, handler: { logs } }
          for (const name of ['orders', 'refunds']) aws.lambda.createFunction({ name, ...seed })
          // The strongest level: only this very invocation counts.
          const result = await main({ functions: 'orders\nrefunds', 'verify-level': 'invocation' })
          expect(statusesOf(result)).toEqual(['orders: instrumented', 'refunds: instrumented'])
          expect(result.exitCode).toBe(0)
          expect(aws.lambda.invocations()).toHaveLength(2)
        },
        { protocol, clickStack: { ...key, layout } },
      ),
  )
})

describe('functions that make it hard', () => {
  test.concurrent.each(['Text', 'JSON'] as const)(
    'one that logs nothing, with log format %s',
    (logFormat) =>
      inStack(async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', logFormat, variables: FOREIGN })
        expect(statusesOf(await main({ functions: 'orders', ...SOON }))).toEqual([
          'orders: instrumented',
        ])
      }),
  )

  test.concurrent('one that logs nothing and had Rotel before', () =>
    inStack(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders', ...withOlderRotel(world) })
      await world.aws.lambda.traffic('orders')
      const result = await world.main({ functions: 'orders', ...ACCEPT, ...SOON })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
    }),
  )

  test.concurrent.each<[string, LogLine, 'Text' | 'JSON']>([
    ['plain text', { raw: 'charged a card of a customer' }, 'Text'],
    ['plain text where JSON is the format', { raw: 'charged a card of a customer' }, 'JSON'],
    ['text with braces', { raw: 'charged {"card": "visa"} of a customer' }, 'Text'],
    ['trailing blanks', { raw: 'charged a card of a customer  \t ' }, 'Text'],
    ['letters of all sorts', { raw: `bezahlt: 'ü€' "quotes" \\back\\slash \`tick\` %s` }, 'Text'],
  ])('one that prints without its request id: %s', (_, line, logFormat) =>
    inStack(async ({ aws, main }) => {
      const handler = { logs: [line] }
      // By the lines that this invocation printed, and nothing else: Rotel's own are silenced.
      const variables = { ...FOREIGN, RUST_LOG: 'warn' }
      aws.lambda.createFunction({ name: 'orders', variables, handler, logFormat })
      const result = await main({ functions: 'orders', ...SOON })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
    }),
  )

  test.concurrent('one whose rows arrive late, and in time', () =>
    inStack(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: { logs: ['hi'] } })
        const result = await main({ functions: 'orders', 'verify-timeout': '8' })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
      },
      { clickStack: { ...RAW_KEY, collector: { delayMs: 2_000 } } },
    ),
  )

  test.concurrent('one whose first flush loses the race, by a second invocation', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        flush: 'holds-first',
        handler: { logs: ['hello'] },
      })
      const result = await main({ functions: 'orders', ...SOON })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(aws.lambda.invocations('orders')).toHaveLength(2)
    }),
  )

  test.concurrent(
    'one whose own lines lose the race each time, by the id of the first invocation',
    () =>
      inStack(async ({ aws, main }) => {
        aws.lambda.createFunction({
          name: 'orders',
          variables: FOREIGN,
          flush: 'loses-race',
          handler: { logs: ['hello'] },
        })
        const result = await main({ functions: 'orders', 'verify-level': 'invocation', ...SOON })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(aws.lambda.invocations('orders')).toHaveLength(2)
      }),
  )
})

describe('functions that are configured already', () => {
  test.concurrent('by rows of the last 24 hours, without an invocation', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders' })
      const { writes, invocations } = aws.lambda.get('orders')
      const result = await main({ functions: 'orders', 'smoke-test': 'changed', ...SOON })
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders')).toMatchObject({ writes, invocations })
    }),
  )

  test.concurrent('by the request id, where there are no older rows', () =>
    inStack(async ({ aws, clickStack, main }) => {
      const handler = { logs: ['hello'] }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
      await main({ functions: 'orders' })
      const { writes } = aws.lambda.get('orders')
      await clickStack.clear()
      const result = await main({ functions: 'orders', ...SOON })
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      expect(aws.lambda.get('orders').writes).toBe(writes)
    }),
  )

  test.concurrent('none is proven where nothing is seen of it, and it stays as it is', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders' })
      const before = aws.lambda.get('orders')
      await clickStack.clear()
      const result = await main({
        functions: 'orders',
        'smoke-test': 'changed',
        'verify-timeout': '2',
      })
      expect(statusesOf(result)).toEqual(['orders: unproven no-traffic'])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders')).toMatchObject(configurationOf(before))
    }),
  )
})

describe('mode: verify', () => {
  const DENIED = ['lambda:Update*', 'lambda:Publish*', 'lambda:Create*', 'iam:*', 'logs:*']

  test.concurrent('needs no write permission, writes nothing, and proves', () =>
    inStack(async ({ aws, main }) => {
      const handler = { logs: ['hello'] }
      for (const name of ['orders', 'refunds'])
        aws.lambda.createFunction({ name, variables: FOREIGN, handler })
      await main({ functions: 'orders\nrefunds' })
      for (const action of DENIED) aws.caller.deny(action)
      aws.calls.clear()
      const result = await main({ functions: 'orders\nrefunds', mode: 'verify', ...SOON })
      expect(statusesOf(result)).toEqual(['orders: unchanged', 'refunds: unchanged'])
      expect(result.exitCode).toBe(0)
      const called = new Set(aws.calls.all().map(({ operation }) => operation))
      expect([...called].sort()).toEqual(['GetFunction', 'Invoke', 'ListFunctions'])
    }),
  )

  test.concurrent('fails what is not configured, and still proves the others', () =>
    inStack(async ({ aws, main }) => {
      for (const name of ['orders', 'refunds', 'ledger'])
        aws.lambda.createFunction({ name, variables: FOREIGN })
      await main({ functions: 'orders\nrefunds' })
      aws.lambda.changeAsSomebodyElse('refunds', { variables: FOREIGN })
      aws.caller.deny('lambda:Update*')
      const result = await main({ functions: 'orders\nrefunds\nledger', mode: 'verify', ...SOON })
      expect(statusesOf(result)).toEqual([
        'ledger: blocked not-configured',
        'orders: unchanged',
        'refunds: blocked not-configured',
      ])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('ledger').invocations).toBe(0)
    }),
  )
})

describe('from a function’s own traffic', () => {
  test.concurrent.each([
    ['smoke-test: never', { 'smoke-test': 'never' }],
    ['a payload of none', { payloads: 'orders=none' }],
  ])('with %s', (_, inputs) =>
    inStack(async (world) => {
      const { aws, main } = world
      const handler = { logs: ['hello'] }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
      const running = main({ functions: 'orders', ...inputs, ...SOON })
      await proofBegun(world)
      await aws.lambda.traffic('orders')
      expect(statusesOf(await running)).toEqual(['orders: instrumented'])
      expect(aws.lambda.get('orders').invocations).toBe(0)
    }),
  )

  test.concurrent('of a function that had Rotel before, by a new environment', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', ...withOlderRotel(world) })
      const run = { isOver: false }
      const running = main({ functions: 'orders', 'smoke-test': 'never', ...ACCEPT, ...SOON })
      const over = running.finally(() => (run.isOver = true))
      await proofBegun(world)
      // Which of them started after the change was certainly effective, Lambda's clock tells to about a second.
      while (!run.isOver) {
        aws.lambda.retireEnvironments('orders')
        await aws.lambda.traffic('orders')
        await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 250))])
      }
      expect(statusesOf(await running)).toEqual(['orders: instrumented'])
    }),
  )

  test.concurrent('no traffic is a failure, and the function is rolled back', () =>
    inStack(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const result = await main({
        functions: 'orders',
        'smoke-test': 'never',
        'verify-timeout': '2',
      })
      expect(statusesOf(result)).toEqual(['orders: rolled-back no-traffic'])
      expect(result.exitCode).toBe(1)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )

  test.concurrent('on-no-traffic: keep leaves it as written, unproven', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const result = await main({
        functions: 'orders',
        'smoke-test': 'never',
        'on-no-traffic': 'keep',
        'verify-timeout': '2',
      })
      expect(statusesOf(result)).toEqual(['orders: unproven no-traffic'])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }),
  )

  test.concurrent('a run that is stopped by functions it has kept blames no failure', () =>
    inStack(async ({ aws, main }) => {
      for (const name of ['fa', 'fb', 'fc']) aws.lambda.createFunction({ name })
      const result = await main({
        functions: 'f*',
        'smoke-test': 'never',
        'on-no-traffic': 'keep',
        'max-unproven': '1',
        'verify-timeout': '2',
      })
      expect([...statusesOf(result)].sort()).toEqual([
        'fa: unproven no-traffic',
        'fb: skipped stopped',
        'fc: skipped stopped',
      ])
      expect(result.summary).toContain('as many functions as <code>max-unproven</code> allows')
      expect(result.summary).not.toContain('failed before it')
    }),
  )
})

describe('verify-level', () => {
  test.concurrent('invocation: a start line alone does not do', () =>
    inStack(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const inputs = { functions: 'orders', 'verify-timeout': '3' }
      const result = await main({ ...inputs, 'verify-level': 'invocation' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back proof-too-weak'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )

  test.concurrent('function: any row after the change does, where there was no Rotel before', () =>
    inStack(async ({ aws, main }) => {
      // Rotel’s own lines are silenced, and the line is too short to tell anything.
      const handler = { logs: [{ raw: 'ok' }] }
      const variables = { ...FOREIGN, RUST_LOG: 'warn' }
      aws.lambda.createFunction({ name: 'orders', variables, handler })
      const silenced = { functions: 'orders', 'verify-timeout': '3' }
      const environment = await main(silenced)
      const result = await main({ ...silenced, 'verify-level': 'function' })
      expect(statusesOf(environment)).toEqual(['orders: rolled-back start-lines-hidden'])
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
    }),
  )
})

describe('verify-traces', () => {
  const sdk = { spans: ['handler', 'db'], logs: ['from the SDK'], gauges: { depth: 3 } }

  test.concurrent.each(['map', 'json'] as const)(
    'spans of the invocation are proven in the %s layout',
    (layout) =>
      inStack(
        async ({ aws, main }) => {
          aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler: { sdk } })
          const result = await main({ functions: 'orders', 'verify-traces': 'true', ...SOON })
          expect(statusesOf(result)).toEqual(['orders: instrumented'])
        },
        { clickStack: { ...RAW_KEY, layout } },
      ),
  )

  test.concurrent('without spans the function is rolled back', () =>
    inStack(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const inputs = { functions: 'orders', 'verify-traces': 'true', 'verify-timeout': '3' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: rolled-back traces-missing'])
      expect(result.exitCode).toBe(1)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )

  test.concurrent('spans of its own traffic do where it is not invoked', () =>
    inStack(async (world) => {
      const { aws, main } = world
      // The one span carries the id of an invocation that is not this run's.
      const handler = { sdk: { spans: ['handler'] } }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
      const running = main({
        functions: 'orders',
        'smoke-test': 'never',
        'verify-traces': 'true',
        ...SOON,
      })
      await proofBegun(world)
      await aws.lambda.traffic('orders')
      expect(statusesOf(await running)).toEqual(['orders: instrumented'])
    }),
  )
})

describe('a run that is cancelled while it waits', () => {
  test.concurrent('puts back, also when a second invocation is under way', () =>
    inStack(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        egressBlocked: true,
        handler: ({ count }) => ({ realMs: count === 2 ? 4_000 : 0 }),
      })
      let kill: (() => void) | undefined
      aws.onCall(({ operation }) => {
        if (operation === 'Invoke' && aws.calls.count('Invoke') > 1) setTimeout(() => kill?.(), 300)
      })
      const result = await main(
        { functions: 'orders', ...SOON },
        { onStart: (child) => (kill = () => child.kill('SIGINT')) },
      )
      await until(() => aws.lambda.get('orders').lastUpdateStatus === 'Successful')
      expect(statusesOf(result)).toEqual(['orders: rolled-back cancelled'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )
})
