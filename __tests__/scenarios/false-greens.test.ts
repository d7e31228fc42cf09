/**
 * Proofs that would be false, tried one by one. In each the function's own new telemetry never arrives, and something
 * else that looks like it does: none may pass for it.
 */

import { LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda'
import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { inStack, type StackWorld } from './stack-world'
import {
  ACCEPT,
  pretend,
  type PretendedRow,
  proofBegun,
  START_LINE,
  withOlderRotel,
} from './telemetry-rows'
import { configurationOf, FOREIGN, statusesOf } from './world'

const SHORT = { functions: 'orders', 'verify-timeout': '2' }
const STRANGE_ID = '0e2d5fbc-3d9a-4a4e-9d3c-6f1f7f6f0a11'
const OWN_LINE = { raw: 'charged a card of a customer' }
const HOUR_MS = 3_600_000

/** Nothing was proven: exit 1, and the function is as it was found. */
function expectPutBack(
  { aws }: StackWorld,
  before: ReturnType<typeof configurationOf>,
  result: StepResult,
): void {
  expect(result.exitCode).toBe(1)
  expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: rolled-back /)])
  expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
}

interface Case {
  readonly what: string
  /** There when the function is invoked, and again after each invocation. */
  readonly rows: (requestId: string) => readonly PretendedRow[]
  readonly hadRotel: boolean
  readonly seed?: Partial<FunctionSeed>
  readonly inputs?: Readonly<Record<string, string>>
}

const CASES: readonly Case[] = [
  {
    what: 'old rows, the start of an environment among them',
    hadRotel: false,
    rows: () => [
      { body: START_LINE, type: 'extension', at: Date.now() - 60_000 },
      { body: `hello ${STRANGE_ID}`, at: Date.now() - 60_000 },
    ],
  },
  {
    what: 'old rows of a function that had Rotel before',
    hadRotel: true,
    rows: () => [{ body: START_LINE, type: 'extension', at: Date.now() - 60_000 }],
  },
  {
    what: 'fresh rows of an old environment',
    hadRotel: true,
    rows: () => [{ body: 'hello' }, { body: `hello ${STRANGE_ID}`, invocationId: STRANGE_ID }],
  },
  {
    what: 'fresh rows of an old environment, with verify-level: function',
    hadRotel: true,
    inputs: { 'verify-level': 'function' },
    rows: () => [{ body: 'hello' }],
  },
  {
    what: 'a start line that the function itself prints',
    hadRotel: true,
    rows: () => [{ body: `INFO ${START_LINE}`, type: 'function' }],
  },
  {
    what: 'its own line, which an old environment prints too',
    hadRotel: true,
    seed: { handler: { logs: [OWN_LINE] } },
    rows: () => [{ body: `${OWN_LINE.raw}\n` }],
  },
  {
    what: 'a published version of it that starts',
    hadRotel: false,
    rows: (id) => [
      { body: START_LINE, type: 'extension', version: '7' },
      { body: `hello ${id}`, version: '7' },
    ],
  },
  {
    what: 'its own line, printed by a published version',
    hadRotel: false,
    seed: { handler: { logs: [OWN_LINE] } },
    inputs: { 'verify-level': 'function' },
    rows: () => [{ body: `${OWN_LINE.raw}\n`, version: '7' }],
  },
  {
    what: 'another function under the same service.name',
    hadRotel: false,
    inputs: { 'service-name': 'shop', 'verify-level': 'function' },
    rows: (id) => [
      { functionName: 'refunds', serviceName: 'shop', body: START_LINE, type: 'extension' },
      { functionName: 'refunds', serviceName: 'shop', body: `asked by ${id}` },
    ],
  },
  {
    what: 'functions whose names hold its name',
    hadRotel: false,
    inputs: { 'verify-level': 'function' },
    rows: () => [
      { functionName: 'orders-2', serviceName: 'orders', body: START_LINE, type: 'extension' },
      { functionName: 'Orders', serviceName: 'orders', body: START_LINE, type: 'extension' },
      {
        functionName: 'x/$LATEST/orders',
        serviceName: 'orders',
        body: START_LINE,
        type: 'extension',
      },
    ],
  },
  {
    what: 'a function of its name in another region',
    hadRotel: false,
    inputs: { 'verify-level': 'function' },
    rows: (id) => [
      { region: 'eu-west-1', body: START_LINE, type: 'extension' },
      { region: 'eu-west-1', body: `hello ${id}` },
    ],
  },
  {
    what: 'rows of another run: other request ids',
    hadRotel: true,
    inputs: { 'verify-level': 'invocation' },
    rows: () => [
      { body: START_LINE, type: 'extension' },
      { body: 'hello', invocationId: STRANGE_ID },
      { body: `${STRANGE_ID}\tINFO\thello` },
    ],
  },
  {
    what: 'a part of its request id',
    hadRotel: true,
    rows: (id) => [{ body: `hello ${id.slice(0, 30)}` }, { body: 'x', invocationId: id.slice(1) }],
  },
  {
    what: 'rows without any of the attributes',
    hadRotel: false,
    inputs: { 'verify-level': 'function' },
    rows: () => [
      { functionName: '', region: '', version: '', serviceName: 'orders', body: START_LINE },
      { functionName: '', serviceName: 'orders', body: START_LINE, type: 'extension' },
    ],
  },
]

describe('rows of something else do not pass for the function’s own', () => {
  test.concurrent.each(CASES)('$what', ({ rows, hadRotel, seed, inputs }) =>
    inStack(async (world) => {
      const { aws, main } = world
      const owned = hadRotel ? withOlderRotel(world) : { variables: FOREIGN }
      aws.lambda.createFunction({ name: 'orders', egressBlocked: true, ...owned, ...seed })
      const before = configurationOf(aws.lambda.get('orders'))
      aws.onWorkDone(async ({ operation }) => {
        if (operation !== 'Invoke') return
        const { requestId = '' } = aws.lambda.invocations('orders').at(-1) ?? {}
        await pretend(world, ...rows(requestId))
      })
      const result = await main({ ...SHORT, ...(hadRotel && ACCEPT), ...inputs })
      expectPutBack(world, before, result)
    }),
  )

  test.concurrent('a real old environment that still runs after the update', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const handler = { logs: ['hello', OWN_LINE] }
      aws.lambda.createFunction({ name: 'orders', handler, ...withOlderRotel(world) })
      const before = configurationOf(aws.lambda.get('orders'))
      const busy = await Promise.all([1, 2].map(() => aws.lambda.beginInvocation('orders')))
      aws.onCall(async ({ operation }) => {
        if (operation !== 'Invoke') return
        // Its rows leave after the change; then the way is closed for the new one.
        aws.lambda.allowEgress('orders')
        await busy.shift()?.finish()
        aws.lambda.blockEgress('orders')
      })
      const result = await main({ ...SHORT, ...ACCEPT, 'verify-level': 'function' })
      expectPutBack(world, before, result)
      expect(await world.clickStack.count('otel_logs', "Body LIKE '%charged a card%'")).toBe(2)
    }),
  )

  test.concurrent('a real published version behind an alias that goes on', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', ...withOlderRotel(world) })
      const before = configurationOf(aws.lambda.get('orders'))
      const { requestId: old } = await publishedTraffic(world)
      aws.onCall(async ({ operation }) => {
        if (operation !== 'Invoke') return
        aws.lambda.allowEgress('orders')
        await aws.lambda.traffic('orders', { qualifier: '1', cold: true })
        aws.lambda.blockEgress('orders')
      })
      const result = await main({ ...SHORT, ...ACCEPT, 'verify-level': 'function' })
      expect(old).not.toBe('')
      expectPutBack(world, before, result)
    }),
  )

  test.concurrent('traffic of an old environment, where the run itself does not invoke', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const handler = { logs: ['hello'] }
      aws.lambda.createFunction({ name: 'orders', handler, ...withOlderRotel(world) })
      const before = configurationOf(aws.lambda.get('orders'))
      const busy = await aws.lambda.beginInvocation('orders')
      const running = main({ ...SHORT, ...ACCEPT, 'smoke-test': 'never' })
      await proofBegun(world)
      await busy.finish()
      expectPutBack(world, before, await running)
    }),
  )
})

/** A version 1 with Rotel that users call. */
async function publishedTraffic({ aws }: StackWorld) {
  const client = new LambdaClient({
    endpoint: aws.url,
    region: aws.region,
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' },
  })
  await client.send(new PublishVersionCommand({ FunctionName: 'orders' }))
  client.destroy()
  const [record] = await aws.lambda.traffic('orders', { qualifier: '1' })
  return { requestId: record?.requestId ?? '' }
}

describe('somebody else’s control record does not pass for ours', () => {
  test.concurrent('nothing is written where only others’ come through', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      clickStack.collector.behaviour.drop = true
      await clickStack.seed({
        signal: 'logs',
        batches: [
          {
            resource: { 'service.name': 'clickstack-lambda-action' },
            records: [
              {
                time: BigInt(Date.now()) * 1_000_000n,
                body: 'ClickStack for AWS Lambda: control record',
                attributes: { 'clickstack.control_id': STRANGE_ID },
              },
            ],
          },
        ],
      })
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual(['orders: blocked control-record-lost'])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders')).toMatchObject({ ...configurationOf(before), writes: 0 })
    }),
  )
})

describe('a verifier that answers something else', () => {
  const ANSWERS = [
    ['an HTML page', '<!doctype html><html><body>Sign in</body></html>', 'text/html'],
    ['nothing', '', 'application/json'],
    ['an empty object', '{}', 'application/json'],
    ['null', 'null', 'application/json'],
    ['data that is no list', '{"data": {"key": "us-east-1/$LATEST/orders"}}', 'application/json'],
    ['a list of nothing', '{"data": [null, 1, "x", []]}', 'application/json'],
    ['no rows, always', '{"meta": [], "data": [], "rows": 0}', 'application/json'],
    [
      'half of an answer',
      '{"data": [{"key": "us-east-1/$LATEST/orders", "fresh_st',
      'application/json',
    ],
  ] as const

  test.concurrent.each(ANSWERS)('from the start, %s: nothing is written', (_, body, type) =>
    inStack(async ({ aws, clickStack, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      clickStack.clickHouse.faults.inject({ kind: 'answer', body, type })
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual(['orders: blocked verifier-failed'])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders')).toMatchObject({ ...configurationOf(before), writes: 0 })
    }),
  )

  test.concurrent.each(ANSWERS)('when it is asked for the function, %s', (_, body, type) =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const fault = { kind: 'answer', body, type } as const
      clickStack.clickHouse.faults.inject(fault, { matching: /fresh_rows/ })
      const result = await main(SHORT)
      expectPutBack(world, configurationOf(before), result)
    }),
  )

  test.concurrent.each([
    ['breaks every connection', { kind: 'reset' }],
    ['has no memory left', { kind: 'status', status: 503, body: 'overloaded' }],
    ['breaks off in the middle', { kind: 'cut', body: '{"data": [' }],
  ] as const)('a ClickHouse that %s during the wait', (_, fault) =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      clickStack.clickHouse.faults.inject(fault, { matching: /fresh_rows/ })
      const result = await main(SHORT)
      expectPutBack(world, configurationOf(before), result)
      expect(statusesOf(result)).toEqual(['orders: rolled-back verifier-failed'])
    }),
  )

  test.concurrent('the same for functions that are as asked: unproven', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders' })
      clickStack.clickHouse.faults.inject({ kind: 'reset' }, { matching: /fresh_rows/ })
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual(['orders: unproven verifier-failed'])
      expect(result.exitCode).toBe(1)
    }),
  )
})

describe('a ClickHouse whose clock is off', () => {
  /** What ClickHouse answers to the first question, with another time. */
  async function shiftClock({ clickStack }: StackWorld, byMs: number): Promise<void> {
    const data = await clickStack.rows(`
      SELECT table, name, type, version() AS version,
        toUnixTimestamp64Milli(now64(3)) + ${String(byMs)} AS ms
      FROM system.columns WHERE database = 'default'`)
    const body = JSON.stringify({ meta: [], data, rows: data.length })
    clickStack.clickHouse.faults.inject(
      { kind: 'answer', body, type: 'application/json' },
      { matching: /system\.columns/ },
    )
  }

  test.concurrent('two hours behind: environments that started since then do not count', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', egressBlocked: true, ...withOlderRotel(world) })
      const before = configurationOf(aws.lambda.get('orders'))
      await pretend(world, { body: START_LINE, type: 'extension', at: Date.now() - HOUR_MS })
      await shiftClock(world, -2 * HOUR_MS)
      expectPutBack(world, before, await main({ ...SHORT, ...ACCEPT }))
    }),
  )

  test.concurrent('two hours behind: nor do those of a function that had no Rotel', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', egressBlocked: true, variables: FOREIGN })
      const before = configurationOf(aws.lambda.get('orders'))
      // Of an attempt that was undone.
      await pretend(world, { body: START_LINE, type: 'extension', at: Date.now() - HOUR_MS })
      await shiftClock(world, -2 * HOUR_MS)
      expectPutBack(world, before, await main(SHORT))
    }),
  )

  test.concurrent.each([
    ['ahead', 2 * HOUR_MS],
    ['behind', -2 * HOUR_MS],
  ])('two hours %s: what arrives is still proven by its request id', (_, byMs) =>
    inStack(async (world) => {
      const { aws, main } = world
      const handler = { logs: ['hello'] }
      aws.lambda.createFunction({ name: 'orders', handler, ...withOlderRotel(world) })
      await shiftClock(world, byMs)
      const result = await main({ ...SHORT, ...ACCEPT })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
    }),
  )
})

describe('a function that is configured, and has not worked since', () => {
  test.concurrent('rows of the day that its former configuration sent do not prove it', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', ...withOlderRotel(world) })
      await aws.lambda.traffic('orders')
      // A run that wrote, and died before it could prove or undo.
      await main({ ...SHORT, ...ACCEPT, verify: 'none', 'smoke-test': 'never' })
      aws.lambda.blockEgress('orders')
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven /)])
      expect(result.exitCode).toBe(1)
    }),
  )
})
