/** Proof through HyperDX's API, for teams whose ClickHouse the runner does not reach; and links into its pages. */

import { describe, expect, test } from '@jest/globals'
import { ACCESS_KEY, inStack, type StackWorld } from './stack-world'
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
