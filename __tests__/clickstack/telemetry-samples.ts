/** Telemetry of a Lambda function as Rotel and an OpenTelemetry layer send it, for the tests of this folder. */

import {
  nanoseconds,
  type Attributes,
  type LogRecord,
  type Telemetry,
} from '../../local/otlp/telemetry'

export function resourceOf(name: string, more: Attributes = {}): Attributes {
  return {
    'service.name': name,
    'faas.name': name,
    'faas.version': '$LATEST',
    'faas.max_memory': '128',
    ...more,
  }
}

export function logsOf(
  name: string,
  records: readonly Partial<LogRecord>[],
  resource: Attributes = {},
): Telemetry {
  return {
    signal: 'logs',
    batches: [
      {
        resource: resourceOf(name, resource),
        scope: { name: 'github.com/streamfold/rotel-lambda-extension' },
        records: records.map((record) => ({
          time: nanoseconds(new Date()),
          attributes: { type: 'function' },
          ...record,
        })),
      },
    ],
  }
}

export function spanOf(name: string, traceId: string, spanId: string): Telemetry {
  const start = nanoseconds(new Date())
  return {
    signal: 'traces',
    batches: [
      {
        resource: resourceOf(name, {
          'cloud.provider': 'aws',
          'cloud.account.id': '123456789012',
        }),
        scope: { name: '@opentelemetry/instrumentation-aws-lambda', version: '0.50.0' },
        spans: [
          {
            traceId,
            spanId,
            name,
            kind: 'server',
            start,
            end: start + 1_500_000n,
            attributes: { 'faas.invocation_id': 'request-1', 'faas.coldstart': true },
            events: [{ time: start, name: 'started', attributes: { attempt: 1 } }],
            status: { code: 'ok' },
          },
        ],
      },
    ],
  }
}

export function metricsOf(name: string): Telemetry {
  const time = nanoseconds(new Date())
  return {
    signal: 'metrics',
    batches: [
      {
        resource: resourceOf(name),
        metrics: [
          { kind: 'gauge', name: 'memory', unit: 'By', points: [{ time, value: 64.5 }] },
          {
            kind: 'sum',
            name: 'invocations',
            points: [{ time, value: 3 }],
            temporality: 2,
            monotonic: true,
          },
          {
            kind: 'histogram',
            name: 'duration',
            points: [{ time, count: 2, sum: 12.5, bucketCounts: [1, 1], explicitBounds: [10] }],
            temporality: 1,
          },
        ],
      },
    ],
  }
}
