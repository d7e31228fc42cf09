/** What the report tells of telemetry that arrived: the guide's attributes, latency, traces, metrics, links. */

import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { inStack } from './stack-world'

interface ReportFile {
  readonly functions: readonly {
    readonly telemetry: {
      readonly latencyMs?: number
      readonly traces?: { spans: number; correlatedLogs: number; metricPoints: number }
      readonly attributes: readonly { name: string; value: string; why: string }[]
      readonly links: { search?: string; trace?: string }
    }
  }[]
}

test('attributes with the reasons for those that are absent, latency, traces, correlated logs, metrics and links', () =>
  inStack(async ({ aws, clickStack, main }) => {
    aws.lambda.createFunction({
      name: 'orders',
      handler: {
        logs: ['order accepted'],
        sdk: { spans: ['POST /orders', 'insert'], logs: ['from the SDK'], gauges: { stock: 3 } },
      },
    })
    const result = await main({
      functions: 'orders',
      'verify-traces': 'true',
      'service-name': '{function}',
      'hyperdx-url': clickStack.hyperDxUrl,
    })
    expect(result.exitCode).toBe(0)
    const file = readFileSync(result.outputs['report-path'] ?? '', 'utf8')
    const [orders] = (JSON.parse(file) as ReportFile).functions
    const telemetry = orders?.telemetry

    expect(telemetry?.latencyMs).toBeGreaterThanOrEqual(0)
    expect(telemetry?.traces).toEqual({ spans: 2, correlatedLogs: 1, metricPoints: 1 })
    const attributes = Object.fromEntries(
      (telemetry?.attributes ?? []).map(({ name, value, why }) => [
        name,
        value === '' ? why : value,
      ]),
    )
    expect(attributes).toEqual({
      'service.name': 'orders',
      'faas.name': 'orders',
      'faas.invocation_id': expect.stringContaining('log-format: json'),
      'cloud.provider': expect.stringContaining('does not set it on log records'),
      'cloud.platform': expect.stringContaining('does not set it on log records'),
      'cloud.account.id': '123456789012',
    })
    const traceId = aws.lambda.invocations('orders')[0]?.traceId
    expect(telemetry?.links.trace).toBe(`${clickStack.hyperDxUrl}/trace/${String(traceId)}`)
    expect(result.summary).toContain(telemetry?.links.trace ?? 'no link')
    expect(result.summary).toContain('2 spans')
  }))
