/** Telemetry on its way in: exported as Rotel exports it, received as ClickStack's collector receives it. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { exportTelemetry } from '../../local/otlp/exporter'
import type { Protocol, Target } from '../../local/otlp/target'
import { logsOf, metricsOf, spanOf } from './telemetry-samples'

const protocols = ['grpc', 'http'] as const

function targetOf(stack: LocalClickStack, protocol: Protocol, more: Partial<Target> = {}): Target {
  return {
    endpoint: protocol === 'grpc' ? stack.grpcEndpoint : stack.httpEndpoint,
    protocol,
    headers: stack.authorization === undefined ? {} : { Authorization: stack.authorization },
    ...more,
  }
}

describe('A ClickStack with a team', () => {
  let stack: LocalClickStack
  beforeAll(async () => {
    stack = await startClickStack()
  })
  afterEach(() => stack.clear())
  afterAll(() => stack.close())

  test.each(protocols)('stores logs that come over %s', async (protocol) => {
    const logs = logsOf('orders', [{ body: 'hello\n' }, { body: 'ERROR it broke' }])
    expect(await exportTelemetry(targetOf(stack, protocol), logs)).toEqual({ kind: 'ok' })
    await stack.settled()
    const rows = await stack.rows(
      `SELECT ServiceName, Body, SeverityText, ResourceAttributes['faas.version'] AS version, LogAttributes['type'] AS type
       FROM otel_logs ORDER BY Body`,
    )
    expect(rows).toEqual([
      {
        ServiceName: 'orders',
        Body: 'ERROR it broke',
        SeverityText: 'error',
        version: '$LATEST',
        type: 'function',
      },
      {
        ServiceName: 'orders',
        Body: 'hello\n',
        SeverityText: 'info',
        version: '$LATEST',
        type: 'function',
      },
    ])
  })

  test.each(protocols)('keeps the nanoseconds of a record that comes over %s', async (protocol) => {
    const seconds = BigInt(Math.floor(Date.now() / 1000))
    const logs = logsOf('orders', [{ time: seconds * 1_000_000_000n + 123_456_789n }])
    await exportTelemetry(targetOf(stack, protocol), logs)
    await stack.settled()
    expect(
      await stack.rows('SELECT toUnixTimestamp64Nano(Timestamp) AS time FROM otel_logs'),
    ).toEqual([{ time: `${seconds}123456789` }])
  })

  test.each(protocols)('stores spans that come over %s', async (protocol) => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const spans = spanOf('orders', traceId, 'b7ad6b7169203331')
    expect(await exportTelemetry(targetOf(stack, protocol), spans)).toEqual({ kind: 'ok' })
    await stack.settled()
    expect(
      await stack.rows(
        `SELECT TraceId, SpanId, SpanKind, StatusCode, Duration, Events.Name AS events,
                SpanAttributes['faas.invocation_id'] AS invocation, SpanAttributes['faas.coldstart'] AS cold
         FROM otel_traces`,
      ),
    ).toEqual([
      {
        TraceId: traceId,
        SpanId: 'b7ad6b7169203331',
        SpanKind: 'Server',
        StatusCode: 'Ok',
        Duration: '1500000',
        events: ['started'],
        invocation: 'request-1',
        cold: 'true',
      },
    ])
  })

  test.each(protocols)('stores metrics that come over %s', async (protocol) => {
    expect(await exportTelemetry(targetOf(stack, protocol), metricsOf('orders'))).toEqual({
      kind: 'ok',
    })
    await stack.settled()
    expect(await stack.rows('SELECT MetricName, Value FROM otel_metrics_gauge')).toEqual([
      { MetricName: 'memory', Value: 64.5 },
    ])
    expect(await stack.rows('SELECT MetricName, Value, IsMonotonic FROM otel_metrics_sum')).toEqual(
      [{ MetricName: 'invocations', Value: 3, IsMonotonic: true }],
    )
    expect(
      await stack.rows('SELECT MetricName, Count, Sum, BucketCounts FROM otel_metrics_histogram'),
    ).toEqual([{ MetricName: 'duration', Count: '2', Sum: 12.5, BucketCounts: ['1', '1'] }])
  })

  test.each(protocols)('takes an uncompressed export over %s', async (protocol) => {
    const target = targetOf(stack, protocol, { compression: 'none' })
    expect(await exportTelemetry(target, logsOf('orders', [{ body: 'x' }]))).toEqual({ kind: 'ok' })
    await stack.settled()
    expect(await stack.count('otel_logs')).toBe(1)
  })

  test.each(protocols)('accepts an empty export over %s and stores nothing', async (protocol) => {
    const empty = { signal: 'logs', batches: [] } as const
    expect(await exportTelemetry(targetOf(stack, protocol), empty)).toEqual({ kind: 'ok' })
    await stack.settled()
    expect(await stack.count('otel_logs')).toBe(0)
    expect(stack.received).toMatchObject([{ protocol, signal: 'logs', telemetry: empty }])
  })

  test('refuses a wrong key, Bearer before the right one, and no key at all, over both protocols', async () => {
    const refused = [
      { Authorization: 'wrong' },
      { Authorization: 'Bearer local-ingestion-key' },
      { Authorization: 'local-ingestion-key ' + 'x' },
      {},
    ]
    for (const headers of refused) {
      const logs = logsOf('orders', [{ body: 'x' }])
      expect(await exportTelemetry(targetOf(stack, 'grpc', { headers }), logs)).toMatchObject({
        kind: 'grpc-status',
        code: 16,
      })
      expect(await exportTelemetry(targetOf(stack, 'http', { headers }), logs)).toMatchObject({
        kind: 'http-status',
        status: 401,
      })
    }
    await stack.settled()
    expect(await stack.count('otel_logs')).toBe(0)
    expect(stack.received.every(({ refusal }) => refusal !== undefined)).toBe(true)
  })

  test('does not understand gRPC at its HTTP port, nor HTTP at its gRPC port', async () => {
    const logs = logsOf('orders', [{ body: 'x' }])
    const crossed = { http: stack.grpcEndpoint, grpc: stack.httpEndpoint }
    for (const protocol of protocols) {
      const result = await exportTelemetry(
        targetOf(stack, protocol, { endpoint: crossed[protocol], timeoutMs: 2000 }),
        logs,
      )
      expect(result.kind).toBe('protocol-error')
    }
  })

  test('answers what is no OTLP request as the collector does', async () => {
    const authorization = 'local-ingestion-key'
    const answers = await Promise.all([
      fetch(`${stack.httpEndpoint}/v1/other`, { method: 'POST', headers: { authorization } }),
      fetch(`${stack.httpEndpoint}/v1/logs`, { headers: { authorization } }),
      fetch(`${stack.httpEndpoint}/v1/logs`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'text/plain' },
        body: 'x',
      }),
      fetch(`${stack.httpEndpoint}/v1/logs`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-protobuf' },
        body: 'not a protobuf',
      }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 405, 415, 400])
  })

  test('takes OTLP/JSON, ids in hexadecimal and integers as text', async () => {
    const response = await fetch(`${stack.httpEndpoint}/v1/logs`, {
      method: 'POST',
      headers: { authorization: 'local-ingestion-key', 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceLogs: [
          {
            resource: {
              attributes: [{ key: 'service.name', value: { stringValue: 'json-service' } }],
            },
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano: `${Date.now()}000000`,
                    severityNumber: 13,
                    severityText: 'Warning',
                    body: { stringValue: 'traceId' },
                    traceId: '0AF7651916CD43DD8448EB211C80319C',
                    spanId: 'b7ad6b7169203331',
                    attributes: [{ key: 'traceId', value: { intValue: '7' } }],
                  },
                ],
              },
            ],
          },
        ],
      }),
    })
    expect([response.status, await response.json()]).toEqual([200, { partialSuccess: {} }])
    await stack.settled()
    expect(
      await stack.rows(
        `SELECT ServiceName, SeverityText, SeverityNumber, TraceId, LogAttributes['traceId'] AS seven FROM otel_logs`,
      ),
    ).toEqual([
      {
        ServiceName: 'json-service',
        SeverityText: 'warning',
        SeverityNumber: 13,
        TraceId: '0af7651916cd43dd8448eb211c80319c',
        seven: '7',
      },
    ])
  })

  test('may ingest late, drop, fail to insert or write to another table, and the exporter sees none of it', async () => {
    const send = async (body: string) =>
      exportTelemetry(targetOf(stack, 'grpc'), logsOf('orders', [{ body }]))

    stack.collector.behaviour.delayMs = 300
    expect(await send('late')).toEqual({ kind: 'ok' })
    expect(await stack.count('otel_logs')).toBe(0)
    await stack.settled()
    expect(await stack.count('otel_logs')).toBe(1)

    Object.assign(stack.collector.behaviour, { delayMs: 0, drop: true })
    expect(await send('dropped')).toEqual({ kind: 'ok' })

    Object.assign(stack.collector.behaviour, { drop: false, failInserts: true })
    expect(await send('failed')).toEqual({ kind: 'ok' })

    await stack.createLogsTable('lambda_logs')
    Object.assign(stack.collector.behaviour, { failInserts: false, logsTable: 'lambda_logs' })
    expect(await send('elsewhere')).toEqual({ kind: 'ok' })

    stack.collector.behaviour.logsTable = 'no_such_table'
    expect(await send('nowhere')).toEqual({ kind: 'ok' })

    await stack.settled()
    expect(await stack.rows('SELECT Body FROM otel_logs')).toEqual([{ Body: 'late' }])
    expect(await stack.rows('SELECT Body FROM lambda_logs')).toEqual([{ Body: 'elsewhere' }])
    expect(stack.collector.insertErrors.map(({ message }) => message)).toEqual([
      'ClickHouse refused the insert',
      expect.stringContaining('no_such_table'),
    ])
  })

  test('can be made to hang, refuse and reset, and the exporter tells these apart', async () => {
    const logs = logsOf('orders', [{ body: 'x' }])
    const outcome = async (protocol: Protocol) =>
      (await exportTelemetry(targetOf(stack, protocol, { timeoutMs: 300 }), logs)).kind

    stack.receiverFaults.inject({ kind: 'hang' }, { times: 2 })
    expect([await outcome('grpc'), await outcome('http')]).toEqual(['timeout', 'timeout'])

    stack.receiverFaults.inject({ kind: 'status', status: 503 }, { times: 2 })
    expect(await exportTelemetry(targetOf(stack, 'grpc'), logs)).toMatchObject({ code: 14 })
    expect(await exportTelemetry(targetOf(stack, 'http'), logs)).toMatchObject({ status: 503 })

    stack.receiverFaults.inject({ kind: 'reset' }, { times: 1 })
    expect(await exportTelemetry(targetOf(stack, 'http'), logs)).toMatchObject({
      kind: 'unreachable',
      code: 'ECONNRESET',
    })
    stack.receiverFaults.inject({ kind: 'slow', ms: 50 }, { times: 2 })
    expect([await outcome('grpc'), await outcome('http')]).toEqual(['ok', 'ok'])
  })
})

describe('A ClickStack with TLS before its receivers', () => {
  let stack: LocalClickStack
  beforeAll(async () => {
    stack = await startClickStack({
      tls: true,
      ingestionKey: { scheme: 'bearer', key: 'managed-key' },
    })
  })
  afterAll(() => stack.close())

  test.each(protocols)('is reached over %s by who trusts its certificate', async (protocol) => {
    const { certificate = '' } = stack
    const logs = logsOf('orders', [{ body: 'secure' }])
    const trusting = targetOf(stack, protocol, { ca: certificate })
    expect(await exportTelemetry(trusting, logs)).toEqual({ kind: 'ok' })
    const careless = targetOf(stack, protocol, { skipTlsVerification: true })
    expect(await exportTelemetry(careless, logs)).toEqual({ kind: 'ok' })
    await stack.settled()
    expect(await stack.count('otel_logs', `Body = 'secure'`)).toBeGreaterThanOrEqual(2)
  })

  test.each(protocols)('is a TLS error over %s to who does not', async (protocol) => {
    expect(await exportTelemetry(targetOf(stack, protocol), logsOf('orders', []))).toMatchObject({
      kind: 'tls-error',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })

  test('is not reached in clear', async () => {
    const inClear = async (protocol: Protocol) => {
      const { endpoint } = targetOf(stack, protocol)
      const clear = targetOf(stack, protocol, { endpoint: endpoint.replace('https:', 'http:') })
      return exportTelemetry(clear, logsOf('orders', []))
    }
    expect(await inClear('http')).toEqual({
      kind: 'http-status',
      status: 400,
      body: 'Client sent an HTTP request to an HTTPS server.\n',
    })
    expect((await inClear('grpc')).kind).toBe('unreachable')
  })

  test('wants Bearer before the key', async () => {
    const ca = { ca: stack.certificate ?? '' }
    const raw = targetOf(stack, 'http', { ...ca, headers: { Authorization: 'managed-key' } })
    expect(await exportTelemetry(raw, logsOf('orders', []))).toMatchObject({ status: 401 })
  })

  test('answers gRPC at its HTTP port with an HTTP status', async () => {
    const crossed = targetOf(stack, 'grpc', {
      endpoint: stack.httpEndpoint,
      ca: stack.certificate ?? '',
    })
    expect(await exportTelemetry(crossed, logsOf('orders', []))).toMatchObject({
      kind: 'grpc-status',
      code: 12,
    })
  })
})

describe('A plain ClickStack', () => {
  test('is a TLS error to who speaks TLS', async () => {
    const stack = await startClickStack({ ingestionKey: { scheme: 'none' } })
    try {
      for (const protocol of protocols) {
        const { endpoint } = targetOf(stack, protocol)
        const secure = targetOf(stack, protocol, { endpoint: endpoint.replace('http:', 'https:') })
        expect(await exportTelemetry(secure, logsOf('orders', []))).toMatchObject({
          kind: 'tls-error',
        })
        expect(await exportTelemetry(targetOf(stack, protocol), logsOf('orders', []))).toEqual({
          kind: 'ok',
        })
      }
    } finally {
      await stack.close()
    }
  })

  test('without a team has no receivers, but all the rest', async () => {
    const stack = await startClickStack({ noTeam: true })
    try {
      for (const protocol of protocols) {
        const result = await exportTelemetry(targetOf(stack, protocol), logsOf('orders', []))
        expect(result).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' })
      }
      expect(await (await fetch(`${stack.clickHouseUrl}/ping`)).text()).toBe('Ok.\n')
    } finally {
      await stack.close()
    }
  })
})
