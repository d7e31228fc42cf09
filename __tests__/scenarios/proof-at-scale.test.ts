/** The proof of thousands of functions asks few questions; names that try to be SQL stay names. */

import { describe, expect, test } from '@jest/globals'
import type { LogBatch } from '../../local/otlp/telemetry'
import { inStack, type StackWorld } from './stack-world'
import { ACCOUNT, proofBegun, RAW_KEY, until } from './telemetry-rows'
import { FOREIGN, functionsOf, statusesOf } from './world'

const COUNT = 2_000
const ALL = {
  functions: 'shop-*',
  'max-functions': '5000',
  mode: 'verify',
  'smoke-test': 'never',
}
const FAST = { aws: { quotas: { scale: 100 }, updateMs: 10 }, clickStack: RAW_KEY }

const nameOf = (index: number) => `shop-${String(index)}`

/** As asked already, all of them: with the variables that a run wrote. */
async function manyConfigured({ aws, main }: StackWorld): Promise<void> {
  aws.lambda.createFunction({ name: 'model', variables: FOREIGN })
  await main({ functions: 'model' })
  const { variables, layers } = aws.lambda.get('model')
  for (let i = 0; i < COUNT; i++) {
    aws.lambda.createFunction({ name: nameOf(i), variables, layers, state: 'Active' })
  }
}

function rowsOfAll(): readonly LogBatch[] {
  return Array.from({ length: COUNT }, (_, index) => ({
    resource: {
      'service.name': nameOf(index),
      'faas.name': nameOf(index),
      'faas.version': '$LATEST',
      'faas.invoked_region': 'us-east-1',
      'cloud.account.id': ACCOUNT,
    },
    records: [{ time: BigInt(Date.now()) * 1_000_000n, body: 'hello' }],
  }))
}

const asked = ({ clickStack }: StackWorld, what: string) =>
  clickStack.clickHouse.queries.filter(({ sql }) => sql.includes(what))

describe('2,000 functions', () => {
  test('are proven with two queries a poll', () =>
    inStack(async (world) => {
      const { clickStack, main } = world
      await manyConfigured(world)
      clickStack.clickHouse.queries.length = 0
      const began = Date.now()
      const running = main({ ...ALL, 'verify-timeout': '60' })
      await proofBegun(world)
      // A few polls see nothing; then all is there at once.
      await until(() => asked(world, 'fresh_rows').length >= 5)
      await clickStack.seed({ signal: 'logs', batches: rowsOfAll() })
      const result = await running
      expect(result.exitCode).toBe(0)
      expect(result.outputs['summary-json']).toMatch(/"unchanged":\s*2000\b/)

      const polls = asked(world, 'fresh_rows')
      const sizes = polls.map(({ parameters }) => parameters['keys']?.split(',').length ?? 0)
      // The first function does not wait for the others to be read; then all of them take two queries.
      expect(Math.max(...sizes)).toBe(1_000)
      expect(sizes.filter((size) => size === 1_000).length).toBeGreaterThanOrEqual(2)
      expect(sizes.filter((size) => size < 999).length).toBeLessThanOrEqual(1)
      expect(clickStack.clickHouse.queries.length - polls.length).toBeLessThanOrEqual(4)
      expect(Date.now() - began).toBeLessThan(30_000)
    }, FAST))

  test('of which nothing is seen are not looked for one by one', () =>
    inStack(async (world) => {
      const { clickStack, main } = world
      await manyConfigured(world)
      clickStack.clickHouse.queries.length = 0
      const result = await main({ ...ALL, 'verify-timeout': '2' })
      expect(result.exitCode).toBe(1)
      expect(functionsOf(result)[0]).toMatchObject({ status: 'unproven', reason: 'no-traffic' })
      expect(clickStack.clickHouse.queries.length).toBeLessThanOrEqual(40)
    }, FAST))
})

describe('names that try to be SQL', () => {
  const DATABASES = [
    'd`; DROP TABLE default.otel_logs; --',
    "d'; DROP TABLE default.otel_logs; --",
    'd\\`.x; DROP TABLE default.otel_logs --',
    'default`.`otel_logs` UNION ALL SELECT * FROM `default',
    "{database:String}') OR 1=1 --",
  ]

  test.concurrent.each(DATABASES)('as the database that there is: %s', (database) =>
    inStack(
      async ({ aws, clickStack, main }) => {
        const handler = { logs: ['hello'] }
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
        const result = await main({ functions: 'orders', 'verify-timeout': '4' })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(await clickStack.count('otel_logs')).toBeGreaterThan(1)
      },
      { clickStack: { ...RAW_KEY, database } },
    ),
  )

  test.concurrent.each(DATABASES)('as a database that there is not: %s', (database) =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      // A user who may drop tables, if only a name let him.
      const result = await main({
        functions: 'orders',
        'clickhouse-database': database,
        'clickhouse-user': 'api',
        'clickhouse-password': 'api',
      })
      expect(statusesOf(result)).toEqual(['orders: blocked verifier-failed'])
      expect(aws.lambda.get('orders').writes).toBe(0)
      expect(await clickStack.count('otel_logs')).toBe(0)
    }),
  )

  test.concurrent.each([
    "o'); DROP TABLE otel_logs; --",
    "o' OR '1'='1",
    'o\\',
    "\\'",
    'o`"${x}{keys:Array(String)}',
    'ÖÄ 漢字 🚀',
  ])('as service-name: %s', (serviceName) =>
    inStack(async ({ aws, clickStack, main }) => {
      const handler = { logs: ['hello', { raw: `it's \\ "quoted" ' OR 1=1 -- of a customer` }] }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, handler })
      const result = await main({
        functions: 'orders',
        'service-name': serviceName,
        'clickhouse-user': 'api',
        'clickhouse-password': 'api',
        'verify-level': 'invocation',
        'verify-timeout': '4',
      })
      // Refused as an input, or proven under that very name.
      if (functionsOf(result).length > 0) {
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        const services = await clickStack.rows('SELECT DISTINCT ServiceName AS name FROM otel_logs')
        expect(services).toContainEqual({ name: serviceName })
      } else {
        expect(result.exitCode).toBe(1)
        expect(result.stdout).toContain('service-name')
      }
      await clickStack.count('otel_logs')
    }),
  )
})
