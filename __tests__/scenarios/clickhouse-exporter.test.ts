/** `exporter: clickhouse`: past the collector, into tables that must be there, proven like any other export. */

import { describe, expect, test } from '@jest/globals'
import { inStack, type StackWorld, WRITER_PASSWORD } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const WRITER = { name: 'writer', password: WRITER_PASSWORD }

/** Inputs that send straight to the stack's ClickHouse. */
function straight({ clickStack }: StackWorld): Readonly<Record<string, string>> {
  return {
    exporter: 'clickhouse',
    endpoint: clickStack.clickHouseUrl,
    'exporter-user': WRITER.name,
    'exporter-password': WRITER_PASSWORD,
    // The collector's.
    protocol: '',
    'api-key': '',
    'api-key-scheme': '',
    headers: '',
  }
}

const CLICKSTACK = { users: [WRITER] }

describe('what would never arrive is refused before anything is written:', () => {
  test.each([
    ['Rotel’s own database', { 'exporter-database': 'otel' }, 'tables-missing', 'otel.otel_logs'],
    ['a prefix of no table', { 'exporter-table-prefix': 'shop' }, 'tables-missing', 'shop_logs'],
    ['JSON to Map columns', { 'exporter-json': 'true' }, 'tables-mismatch', 'needs JSON'],
    ['a wrong password', { 'exporter-password': 'canary-wrong-1' }, 'endpoint-user-refused', '516'],
  ] as const)('%s', (_, inputs, reason, detail) =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const result = await world.main({ functions: 'orders', ...straight(world), ...inputs })
        expect(result.exitCode).toBe(1)
        expect(statusesOf(result)).toEqual([`orders: blocked ${reason}`])
        expect(functionsOf(result)[0]?.detail).toContain(detail)
        expect(result.log.join('\n')).not.toMatch(/canary-w/)
        expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      },
      { clickStack: CLICKSTACK },
    ),
  )

  test('a user that may not insert', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({ functions: 'orders', ...straight(world) })
        expect(statusesOf(result)).toEqual(['orders: blocked control-record-lost'])
        expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      },
      { clickStack: { users: [{ ...WRITER, denied: /INSERT/i }] } },
    ))

  test('something that is no ClickHouse', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({
          functions: 'orders',
          ...straight(world),
          endpoint: world.clickStack.httpEndpoint,
        })
        expect(statusesOf(result)[0]).toMatch(/^orders: blocked endpoint-/)
        expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      },
      { clickStack: CLICKSTACK },
    ))
})

describe('an endpoint that the runner does not reach', () => {
  const unreachable = { endpoint: 'http://127.0.0.1:9', 'verify-timeout': '2' }

  test('leaves the tables to the verifier, who knows that one is not there', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({
          functions: 'orders',
          ...straight(world),
          ...unreachable,
          'exporter-database': 'otel',
        })
        expect(statusesOf(result)).toEqual(['orders: blocked tables-missing'])
      },
      { clickStack: CLICKSTACK },
    ))

  test('shows them as not checked where nobody can be asked, never as passed', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({
          functions: 'orders',
          ...straight(world),
          ...unreachable,
          verify: 'none',
          'clickhouse-url': '',
        })
        expect(result.log.join('\n')).toContain('Tables    not checked')
        expect(result.summary).toContain('The exporter’s tables were not checked')
      },
      { clickStack: CLICKSTACK },
    ))

  test('blocks where endpoint-check: require says so', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({
          functions: 'orders',
          ...straight(world),
          ...unreachable,
          'endpoint-check': 'require',
        })
        expect(statusesOf(result)).toEqual(['orders: blocked endpoint-unreachable'])
      },
      { clickStack: CLICKSTACK },
    ))
})

test('a verifier that looks elsewhere finds no control record, and nothing is written', () =>
  inStack(
    async (world) => {
      await world.clickStack.run('CREATE DATABASE telemetry')
      await world.clickStack.run('CREATE TABLE telemetry.otel_logs AS default.otel_logs')
      await world.clickStack.run('CREATE TABLE telemetry.otel_traces AS default.otel_traces')
      world.aws.lambda.createFunction({ name: 'orders' })
      const result = await world.main({
        functions: 'orders',
        ...straight(world),
        'exporter-database': 'telemetry',
        'verify-timeout': '3',
      })
      expect(statusesOf(result)).toEqual(['orders: blocked control-record-lost'])
    },
    { clickStack: CLICKSTACK },
  ))

describe('rows that Rotel writes itself', () => {
  test.each([
    ['Map', 'map', 'false'],
    ['JSON', 'json', 'true'],
  ] as const)('land in %s columns, and prove the function', (_, layout, json) =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const inputs = { functions: 'orders', ...straight(world), 'exporter-json': json }
        const result = await world.main(inputs)
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(result.exitCode).toBe(0)
        expect(world.clickStack.received).toEqual([])
        expect(await world.clickStack.count('otel_logs', `ServiceName = 'orders'`)).toBeGreaterThan(
          0,
        )
        expect(world.aws.lambda.get('orders').variables).toMatchObject({
          ...FOREIGN,
          ROTEL_EXPORTER: 'clickhouse',
          ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'default',
          ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: json,
        })

        expect(statusesOf(await world.main(inputs))).toEqual(['orders: unchanged'])
        expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(1)
        await world.main({ mode: 'remove', functions: 'orders' })
        expect(world.aws.lambda.get('orders').variables).toEqual(FOREIGN)
      },
      { clickStack: { ...CLICKSTACK, layout } },
    ),
  )

  test('a function moves from the collector to ClickHouse, and nothing of the old way stays', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        expect(statusesOf(await world.main({ functions: 'orders' }))).toEqual([
          'orders: instrumented',
        ])
        const result = await world.main({ functions: 'orders', ...straight(world) })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        const names = Object.keys(world.aws.lambda.get('orders').variables)
        expect(names.filter((name) => name.startsWith('ROTEL_OTLP_EXPORTER_'))).toEqual([])
        expect(names).toContain('ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT')
      },
      { clickStack: CLICKSTACK },
    ))
})

describe('exporter-json: auto', () => {
  const JSON_VARIABLE = 'ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON'
  const auto = (world: StackWorld) => ({
    functions: 'orders',
    ...straight(world),
    'exporter-json': 'auto',
  })
  const DOWN = { endpoint: 'http://127.0.0.1:9', 'smoke-test': 'never' }
  const UNVERIFIED = { verify: 'none', 'clickhouse-url': '' }

  test.each([
    ['map', 'false'],
    ['json', 'true'],
  ] as const)('is as the tables are: %s, %s', (layout, json) =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        expect(statusesOf(await world.main(auto(world)))).toEqual(['orders: instrumented'])
        expect(world.aws.lambda.get('orders').variables[JSON_VARIABLE]).toBe(json)
        expect(statusesOf(await world.main(auto(world)))).toEqual(['orders: unchanged'])
        expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(1)
      },
      { clickStack: { ...CLICKSTACK, layout } },
    ),
  )

  test('follows tables that were made anew with other columns', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const unproven = { ...UNVERIFIED, 'endpoint-check': 'off', 'smoke-test': 'never' }
        await world.main({ ...auto(world), ...unproven, 'exporter-json': 'false' })
        expect(statusesOf(await world.main(auto(world)))).toEqual(['orders: instrumented'])
        expect(world.aws.lambda.get('orders').variables[JSON_VARIABLE]).toBe('true')
      },
      { clickStack: { ...CLICKSTACK, layout: 'json' } },
    ))

  test('is what the verifier sees where the endpoint is out of reach', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        await world.main({
          ...auto(world),
          ...DOWN,
          'verify-timeout': '1',
          'on-failure': 'keep',
        })
        expect(world.aws.lambda.get('orders').variables[JSON_VARIABLE]).toBe('true')
      },
      { clickStack: { ...CLICKSTACK, layout: 'json' } },
    ))

  test('changes nothing on a function where nobody can be asked, and is false on a new one', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        world.aws.lambda.createFunction({ name: 'cart' })
        const inputs = { ...auto(world), ...DOWN, ...UNVERIFIED }
        await world.main({ ...inputs, 'exporter-json': 'true' })
        const before = world.aws.lambda.get('orders')
        const result = await world.main({ ...inputs, functions: 'orders\ncart' })
        expect(statusesOf(result)).toEqual([
          'cart: written no-verifier',
          'orders: unproven not-invoked',
        ])
        expect(world.aws.lambda.get('orders')).toEqual(before)
        expect(world.aws.lambda.get('cart').variables[JSON_VARIABLE]).toBe('false')
      },
      { clickStack: CLICKSTACK },
    ))

  test('asks nobody in a plan, which sends no credential', () =>
    inStack(
      async (world) => {
        world.aws.lambda.createFunction({ name: 'orders' })
        const result = await world.main({ ...auto(world), mode: 'plan' })
        expect(statusesOf(result)).toEqual(['orders: planned'])
        expect(world.clickStack.clickHouse.queries).toEqual([])
      },
      { clickStack: CLICKSTACK },
    ))
})
