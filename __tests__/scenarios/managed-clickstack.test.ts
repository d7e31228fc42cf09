/** ClickHouse Observability, the managed service: OTLP over HTTP with `Bearer`, proof by SQL; and a ClickHouse that sleeps. */

import { describe, expect, test } from '@jest/globals'
import { fastTime } from '../../local/runner/fast-time'
import { ACCESS_KEY, inStack, INGESTION_KEY } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const MANAGED = {
  protocol: 'http',
  clickStack: { managed: true, ingestionKey: { scheme: 'bearer', key: INGESTION_KEY } },
} as const

const AUTO = { functions: 'orders', protocol: 'auto', 'api-key-scheme': 'auto', headers: '' }

describe('the managed service', () => {
  test.concurrent('is found by `auto`, planned without the key, and proven by SQL', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      expect(statusesOf(await main({ ...AUTO, mode: 'plan' }))).toEqual(['orders: planned'])
      expect(clickStack.received.flatMap(({ headers }) => headers['authorization'] ?? [])).toEqual(
        [],
      )
      const result = await main({ ...AUTO, 'hyperdx-url': clickStack.hyperDxUrl })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(aws.lambda.get('orders').variables).toMatchObject({
        ROTEL_OTLP_EXPORTER_ENDPOINT: clickStack.httpEndpoint,
        ROTEL_OTLP_EXPORTER_PROTOCOL: 'http',
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=Bearer ${INGESTION_KEY}`,
      })
      expect(result.log.join('\n')).toContain('answers and accepts the key with `Bearer`')
      expect(result.summary).toContain(`${clickStack.hyperDxUrl}/search?`)
    }, MANAGED),
  )

  test.concurrent('has no API of HyperDX, which is told by name before anything is written', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const through = { verify: 'hyperdx', 'hyperdx-api-key': ACCESS_KEY }
      const named = await main({
        ...AUTO,
        ...through,
        'hyperdx-url': 'https://console.clickhouse.cloud',
      })
      expect(named.annotations).toMatchObject([
        { title: 'Input hyperdx-url', message: expect.stringContaining('`clickhouse-url`') },
      ])
      const asked = await main({ ...AUTO, ...through, 'hyperdx-url': clickStack.hyperDxUrl })
      expect(statusesOf(asked)).toEqual(['orders: blocked verifier-failed'])
      expect(functionsOf(asked)[0]?.detail).toContain('ClickHouse Observability')
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }, MANAGED),
  )
})

/** Ten times as fast: 70 s take seven. */
const SLEEPS = { kind: 'asleep', ms: 7_000 } as const

describe('a ClickHouse that takes 70 s to wake up', () => {
  test.concurrent('is waited for, and its client prints nothing of its own', () => {
    const time = fastTime(10)
    return inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        clickStack.clickHouse.faults.inject(SLEEPS)
        const result = await main(
          {
            functions: 'orders',
            'verify-timeout': '180',
            // A path, which the client would take for a database, and warn of it.
            'clickhouse-url': `${clickStack.clickHouseUrl}/default`,
          },
          { env: time.env },
        )
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        const log = result.log.join('\n')
        expect(log).toContain('Verifier  not ready: ')
        expect(log).not.toContain('[WARN]')
      },
      { aws: { clock: time.clock } },
    )
  })

  test.concurrent('is waited for no longer than `verify-timeout`, and nothing is written', () => {
    const time = fastTime(10)
    return inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        clickStack.clickHouse.faults.inject({ kind: 'asleep', ms: 600_000 })
        const result = await main(
          { functions: 'orders', 'verify-timeout': '20' },
          { env: time.env },
        )
        expect(statusesOf(result)).toEqual(['orders: blocked verifier-failed'])
        expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      },
      { aws: { clock: time.clock } },
    )
  })

  test.concurrent('is waited for where Rotel writes into it, and its columns are found', () => {
    const time = fastTime(10)
    return inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        clickStack.clickHouse.faults.inject(SLEEPS)
        const result = await main(
          {
            functions: 'orders',
            exporter: 'clickhouse',
            endpoint: clickStack.clickHouseUrl,
            'exporter-user': 'api',
            'exporter-password': 'api',
            ...{ protocol: '', 'api-key': '', 'api-key-scheme': '', headers: '' },
            'endpoint-check': 'require',
            'verify-timeout': '180',
          },
          { env: time.env },
        )
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(aws.lambda.get('orders').variables).toMatchObject({
          ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: 'true',
        })
      },
      { aws: { clock: time.clock }, clickStack: { layout: 'json-152' } },
    )
  })
})
