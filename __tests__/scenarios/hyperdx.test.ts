/** Proof through HyperDX's API, for teams whose ClickHouse the runner does not reach; and links into its pages. */

import { describe, expect, test } from '@jest/globals'
import { fastTime } from '../../local/runner/fast-time'
import { ACCESS_KEY, inStack, type StackWorld } from './stack-world'
import { RAW_KEY } from './telemetry-rows'
import { FOREIGN, functionsOf, statusesOf } from './world'

const throughHyperDx = ({ clickStack }: StackWorld) => ({
  'clickhouse-url': '',
  'clickhouse-password': '',
  'hyperdx-url': clickStack.hyperDxUrl,
  'hyperdx-api-key': ACCESS_KEY,
})

describe('verify: hyperdx', () => {
  test.each(['map', 'json'] as const)(
    'proves arrival in the %s layout, without ClickHouse',
    (layout) =>
      inStack(
        async (world) => {
          world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
          const result = await world.main({ functions: 'orders', ...throughHyperDx(world) })
          expect(statusesOf(result)).toEqual(['orders: instrumented'])
          expect(world.clickStack.clickHouse.queries).toEqual([])
          expect(world.clickStack.hyperDx.requests.length).toBeGreaterThan(0)
        },
        { clickStack: { layout, ingestionKey: { scheme: 'raw', key: 'canary-ingestion-5b8e' } } },
      ),
  )

  test('finds the one of several log sources that has the rows, and links into it', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      const [logs] = clickStack.hyperDx.sources
      if (logs === undefined) throw new Error('no log source')
      await clickStack.createLogsTable('otel_logs_old')
      const elsewhere = { databaseName: 'default', tableName: 'otel_logs_old' }
      const gone = { databaseName: 'gone', tableName: 'otel_logs' }
      clickStack.hyperDx.sources.splice(
        0,
        1,
        { ...logs, id: '6'.repeat(23) + '1', from: elsewhere },
        { ...logs, id: '6'.repeat(23) + '2', disabled: true },
        { ...logs, id: '6'.repeat(23) + '3', from: gone },
        { ...logs, id: '6'.repeat(23) + '4', name: 'Production' },
      )
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.lambda.createFunction({ name: 'cart', variables: FOREIGN })
      // The API's own address: links lead to the pages all the same.
      const through = { ...throughHyperDx(world), 'hyperdx-url': clickStack.hyperDxApiUrl }
      for (const [name, source] of [
        ['orders', 'auto'],
        ['cart', 'Production'],
      ] as const) {
        const result = await main({ functions: name, ...through, 'hyperdx-source': source })
        expect(statusesOf(result)).toEqual([`${name}: instrumented`])
        const [one] = functionsOf(result) as readonly { links?: { search?: string } }[]
        const link = new URL(one?.links?.search ?? '')
        expect(link.origin).toBe(clickStack.hyperDxUrl)
        expect(link.searchParams.get('source')).toBe('6'.repeat(23) + '4')
      }
      const wrong = await main({ functions: 'cart', ...through, 'hyperdx-source': 'Staging' })
      expect(statusesOf(wrong)).toEqual(['cart: blocked verifier-failed'])
      expect(functionsOf(wrong)[0]?.detail).toContain('Production (default.otel_logs)')
    }))

  test('is asked again as long as it cannot query its ClickHouse, for the control record too', () => {
    const time = fastTime(10)
    return inStack(
      async (world) => {
        const { aws, clickStack } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const body = '{"message":"Query execution failed"}'
        const down = { kind: 'status', status: 500, body } as const
        // Each attempt counts: those of the preparation, and then of the look for the record.
        clickStack.hyperDx.faults.inject(down, { times: 14, matching: /search/ })
        const result = await world.main(
          { functions: 'orders', ...throughHyperDx(world), 'verify-timeout': '120' },
          { env: time.env },
        )
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(result.log.join('\n')).toContain('cannot query its ClickHouse (500)')
        clickStack.hyperDx.faults.inject(down, { matching: /search/ })
        const lost = await world.main(
          { functions: 'orders', ...throughHyperDx(world), 'verify-timeout': '20' },
          { env: time.env },
        )
        expect(statusesOf(lost)).toEqual(['orders: blocked verifier-failed'])
        expect(functionsOf(lost)[0]?.detail).toContain('cannot query its ClickHouse')
      },
      {
        aws: { clock: time.clock },
        // Requests come ten times as fast, too.
        clickStack: { ...RAW_KEY, rateLimit: { requests: 1_000, windowMs: 60_000 } },
      },
    )
  })

  test('a function whose telemetry never arrives is rolled back', () =>
    inStack(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, egressBlocked: true })
      const result = await world.main({
        functions: 'orders',
        'verify-timeout': '4',
        ...throughHyperDx(world),
      })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: rolled-back export-unreachable'])
      expect(world.aws.lambda.get('orders').variables).toEqual(FOREIGN)
    }))

  test('a key that HyperDX refuses blocks before anything is written', () =>
    inStack(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      const result = await world.main({
        functions: 'orders',
        ...throughHyperDx(world),
        'hyperdx-api-key': 'wrong-access-key',
      })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: blocked verifier-failed'])
      expect(world.aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))
})

describe('links', () => {
  test('lead to the function’s logs in the window of the run, in summary and outputs', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders', 'hyperdx-url': clickStack.hyperDxUrl })
      const [orders] = functionsOf(result) as readonly { links?: { search?: string } }[]
      const link = new URL(orders?.links?.search ?? '')
      expect(link.pathname).toBe('/search')
      expect(link.searchParams.get('where')).toContain('"orders"')
      expect(link.searchParams.get('isLive')).toBe('false')
      expect(Number(link.searchParams.get('from'))).toBeLessThan(
        Number(link.searchParams.get('to')),
      )
      expect(result.summary).toContain(orders?.links?.search ?? 'none')
    }))
})
