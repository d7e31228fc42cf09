/** `api-key-scheme: auto`: what the function has, else what the endpoint takes; an endpoint that is down changes nothing. */

import { describe, expect, test } from '@jest/globals'
import { inStack, INGESTION_KEY, type StackWorld } from './stack-world'
import { BEARER_KEY, RAW_KEY } from './telemetry-rows'
import { API_KEY, functionsOf, inWorld, statusesOf } from './world'

const AUTO = { functions: 'orders', 'api-key-scheme': 'auto' }

const HEADERS = 'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS'

/** The values of `Authorization` that reached the stack. */
function sentTo({ clickStack }: StackWorld): readonly string[] {
  return clickStack.received.flatMap(({ headers }) => headers['authorization'] ?? [])
}

describe('an endpoint that takes the key', () => {
  test.concurrent.each([
    ['raw', 'grpc', RAW_KEY, INGESTION_KEY],
    ['raw', 'http', RAW_KEY, INGESTION_KEY],
    ['with Bearer', 'grpc', BEARER_KEY, `Bearer ${INGESTION_KEY}`],
    ['with Bearer', 'http', BEARER_KEY, `Bearer ${INGESTION_KEY}`],
  ] as const)('%s, by %s: is found, proven, and not asked again', (_, protocol, key, sent) =>
    inStack(
      async (world) => {
        const { aws, clickStack, main } = world
        aws.lambda.createFunction({ name: 'orders' })
        const result = await main(AUTO)
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(aws.lambda.get('orders').variables[HEADERS]).toContain(`Authorization=${sent},`)

        clickStack.received.length = 0
        expect(statusesOf(await main(AUTO))).toEqual(['orders: unchanged'])
        expect(new Set(sentTo(world))).toEqual(new Set([sent]))
        expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(1)
      },
      { protocol, clickStack: key },
    ),
  )
})

test.concurrent(
  'an endpoint that refuses the key in both forms blocks, and the detail names both',
  () =>
    inStack(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      const result = await world.main({ ...AUTO, 'api-key': 'canary-wrong-key' })
      expect(statusesOf(result)).toEqual(['orders: blocked endpoint-key-refused'])
      expect(functionsOf(result)[0]?.detail).toContain('sent with and without `Bearer`')
      expect(result.log.join('\n')).not.toContain('canary-wrong-key')
      expect(new Set(sentTo(world))).toEqual(
        new Set(['canary-wrong-key', 'Bearer canary-wrong-key']),
      )
      expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }),
)

test.concurrent(
  'a function whose scheme the endpoint does not take any more gets the other one',
  () =>
    inStack(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const unproven = { verify: 'none', 'endpoint-check': 'off', 'smoke-test': 'never' }
        await main({ ...AUTO, ...unproven, 'api-key-scheme': 'raw' })
        expect(statusesOf(await main(AUTO))).toEqual(['orders: instrumented'])
        expect(aws.lambda.get('orders').variables[HEADERS]).toContain('Authorization=Bearer ')
      },
      { clickStack: BEARER_KEY },
    ),
)

test.concurrent('a function that others configured with the scheme stays as it is', () =>
  inStack(
    async ({ aws, main, rotelVariables }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        layers: [aws.lambda.layers.rotelArn()],
        variables: rotelVariables,
        // Rows that do not name the account prove it by their request IDs only.
        logFormat: 'JSON',
        handler: { logs: ['charged'] },
      })
      const result = await main({ ...AUTO, protocol: 'auto', headers: '' })
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      expect(aws.lambda.get('orders').revisionId).toBe(before.revisionId)
    },
    { clickStack: BEARER_KEY },
  ),
)

test.concurrent(
  'functions that have different schemes keep them where the endpoint takes both',
  () =>
    inStack(
      async ({ aws, main }) => {
        const key = { 'api-key': INGESTION_KEY }
        for (const scheme of ['raw', 'bearer']) {
          aws.lambda.createFunction({ name: scheme })
          const result = await main({ ...key, functions: scheme, 'api-key-scheme': scheme })
          expect(statusesOf(result)).toEqual([`${scheme}: instrumented`])
        }
        const result = await main({ ...key, functions: 'raw\nbearer', 'api-key-scheme': 'auto' })
        expect(statusesOf(result)).toEqual(['bearer: unchanged', 'raw: unchanged'])
        expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(2)
      },
      { clickStack: { ingestionKey: { scheme: 'none' } } },
    ),
)

test.concurrent('plan sends the key nowhere', () =>
  inStack(
    async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      const result = await world.main({ ...AUTO, mode: 'plan', protocol: 'auto' })
      expect(statusesOf(result)).toEqual(['orders: planned'])
      // The protocol is asked for, without a key.
      expect(world.clickStack.received.length).toBeGreaterThan(0)
      expect(sentTo(world)).toEqual([])
    },
    { clickStack: BEARER_KEY },
  ),
)

describe('an endpoint that is down', () => {
  const DOWN = {
    functions: 'orders',
    endpoint: 'http://127.0.0.1:9',
    'endpoint-check': 'warn',
    'smoke-test': 'never',
  }

  test.concurrent.each([
    ['bearer', 'http'],
    ['bearer', 'grpc'],
    ['raw', 'http'],
  ])('changes nothing on a function with %s and %s, whatever the mode', (scheme, protocol) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      await main({ ...DOWN, 'api-key-scheme': scheme, protocol })
      const before = aws.lambda.get('orders')
      expect(before.variables[HEADERS]).toContain(API_KEY)
      const planned = await main({ ...DOWN, mode: 'plan' })
      expect(statusesOf(planned)).toEqual(['orders: planned no-change'])
      const verified = await main({ ...DOWN, mode: 'verify' })
      expect(statusesOf(verified)).toEqual(['orders: unproven not-invoked'])
      const applied = await main({ ...DOWN, mode: 'apply' })
      expect(statusesOf(applied)).toEqual(['orders: unproven not-invoked'])
      expect(aws.lambda.get('orders')).toEqual(before)
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(1)
    }),
  )

  test.concurrent('keeps the scheme when the key is rotated', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const inputs = { ...DOWN, protocol: 'http' }
      await main({ ...inputs, 'api-key-scheme': 'bearer', 'api-key': 'canary-old-key' })
      await main(inputs)
      expect(aws.lambda.get('orders').variables[HEADERS]).toContain(
        `Authorization=Bearer ${API_KEY},`,
      )
    }),
  )

  test.concurrent('gives a new function the raw key', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ ...DOWN, protocol: 'http' })
      expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
      expect(aws.lambda.get('orders').variables[HEADERS]).toContain(`Authorization=${API_KEY},`)
    }),
  )
})
