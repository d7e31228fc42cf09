/** The table layouts in which ClickStack is found in the field, each read as a verifier would read it. */

import { describe, expect, test } from '@jest/globals'
import { startClickStack } from '../../local/clickstack'
import type { Layout } from '../../local/clickstack/schema'
import { exportTelemetry } from '../../local/otlp/exporter'
import { logsOf, spanOf } from './telemetry-samples'

const layouts: readonly {
  readonly layout: Layout
  readonly type: string
  readonly timestampTime: boolean
  readonly eventName: boolean
}[] = [
  {
    layout: 'map',
    type: 'Map(LowCardinality(String), String)',
    timestampTime: false,
    eventName: true,
  },
  {
    layout: 'legacy',
    type: 'Map(LowCardinality(String), String)',
    timestampTime: true,
    eventName: true,
  },
  {
    layout: 'legacy-152',
    type: 'Map(LowCardinality(String), String)',
    timestampTime: false,
    eventName: true,
  },
  { layout: 'json', type: 'JSON', timestampTime: false, eventName: true },
  { layout: 'json-152', type: 'JSON', timestampTime: false, eventName: true },
  {
    layout: 'rotel',
    type: 'Map(LowCardinality(String), String)',
    timestampTime: true,
    eventName: false,
  },
  { layout: 'rotel-json', type: 'JSON', timestampTime: false, eventName: true },
]

describe.each(layouts)('The $layout layout', ({ layout, type, timestampTime, eventName }) => {
  test('has its columns, and holds logs and spans under any database name', async () => {
    const database = 'tele`metry"x'
    const stack = await startClickStack({ layout, database })
    try {
      const columns = await stack.rows(
        `SELECT name, type FROM system.columns WHERE database = {db:String} AND table = 'otel_logs'`,
        { db: database },
      )
      const names = columns.map(({ name }) => name)
      expect(columns).toContainEqual({ name: 'LogAttributes', type })
      expect(names.includes('TimestampTime')).toBe(timestampTime)
      expect(names.includes('EventName')).toBe(eventName)

      const target = {
        endpoint: stack.grpcEndpoint,
        protocol: 'grpc',
        headers: { authorization: stack.authorization ?? '' },
      } as const
      await exportTelemetry(
        target,
        logsOf('orders', [
          {
            body: 'hello',
            severityText: 'SEVERITY_NUMBER_INFO',
            attributes: { type: 'function', 'faas.invocation_id': 'request-1' },
          },
        ]),
      )
      await exportTelemetry(target, spanOf('orders', 'a'.repeat(32), 'b'.repeat(16)))
      await stack.settled()
      expect(stack.collector.insertErrors).toEqual([])

      const at = (column: string, key: string) =>
        type === 'JSON' ? `toString(${column}.\`${key}\`)` : `${column}['${key}']`
      expect(
        await stack.rows(
          `SELECT ${at('ResourceAttributes', 'faas.name')} AS name, ${at('LogAttributes', 'faas.invocation_id')} AS invocation, SeverityText
           FROM otel_logs WHERE Timestamp > now() - INTERVAL 1 MINUTE AND ServiceName = 'orders'`,
        ),
      ).toEqual([{ name: 'orders', invocation: 'request-1', SeverityText: 'severity_number_info' }])
      expect(
        await stack.rows(
          `SELECT ${at('SpanAttributes', 'faas.invocation_id')} AS invocation, ${at('ResourceAttributes', 'cloud.provider')} AS cloud FROM otel_traces`,
        ),
      ).toEqual([{ invocation: 'request-1', cloud: 'aws' }])
      expect(await stack.count('otel_logs', `${at('LogAttributes', 'absent')} = ''`)).toBe(1)
    } finally {
      await stack.close()
    }
  })
})

test('Rows of any time, version and function can be laid down beforehand', async () => {
  const stack = await startClickStack()
  try {
    const yesterday = BigInt(Date.now() - 86_400_000) * 1_000_000n
    await stack.seed(logsOf('orders', [{ time: yesterday, body: 'old' }]))
    await stack.seed(logsOf('orders', [{ body: 'version 7' }], { 'faas.version': '7' }))
    await stack.seed(logsOf('other', [{ body: 'namesake' }], { 'service.name': 'orders' }))
    await stack.insertRows('otel_logs', [
      {
        Timestamp: '2026-11-20 10:00:00.000000001',
        Body: 'by hand',
        ResourceAttributes: { a: 'b' },
      },
    ])
    expect(await stack.count('otel_logs')).toBe(4)
    expect(await stack.count('otel_logs', `ServiceName = 'orders'`)).toBe(3)
    expect(await stack.count('otel_logs', 'Timestamp < now() - INTERVAL 23 HOUR')).toBe(2)
    await stack.clear()
    expect(await stack.count('otel_logs')).toBe(0)
  } finally {
    await stack.close()
  }
})

test('Two ClickStacks at once know nothing of each other', async () => {
  const [one, two] = await Promise.all([startClickStack(), startClickStack({ layout: 'json' })])
  try {
    await one.seed(logsOf('orders', [{ body: 'x' }]))
    expect([await one.count('otel_logs'), await two.count('otel_logs')]).toEqual([1, 0])
  } finally {
    await Promise.all([one.close(), two.close()])
  }
})
