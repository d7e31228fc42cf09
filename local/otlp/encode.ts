/** From the plain form to an OTLP request. */

import type {
  AttributeValue,
  Attributes,
  HistogramPoint,
  LogRecord,
  Metric,
  NumberPoint,
  Origin,
  Span,
  Telemetry,
} from './telemetry'
import {
  encodeRequest,
  type WireHistogramPoint,
  type WireKeyValue,
  type WireLogRecord,
  type WireMetric,
  type WireNumberPoint,
  type WireSpan,
  type WireValue,
} from './wire'

/** OTLP's enumeration, in order. */
export const spanKinds = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
] as const
export const statusCodes = ['unset', 'ok', 'error'] as const

export function encodeTelemetry(telemetry: Telemetry): Buffer {
  switch (telemetry.signal) {
    case 'logs':
      return encodeRequest('logs', {
        resourceLogs: telemetry.batches.map((batch) => ({
          ...wireResource(batch),
          scopeLogs: [{ ...wireScope(batch), logRecords: batch.records.map(wireLogRecord) }],
        })),
      })
    case 'traces':
      return encodeRequest('traces', {
        resourceSpans: telemetry.batches.map((batch) => ({
          ...wireResource(batch),
          scopeSpans: [{ ...wireScope(batch), spans: batch.spans.map(wireSpan) }],
        })),
      })
    case 'metrics':
      return encodeRequest('metrics', {
        resourceMetrics: telemetry.batches.map((batch) => ({
          ...wireResource(batch),
          scopeMetrics: [{ ...wireScope(batch), metrics: batch.metrics.map(wireMetric) }],
        })),
      })
  }
}

function wireResource({ resource, resourceSchemaUrl }: Origin) {
  return {
    resource: { attributes: wireAttributes(resource) },
    schemaUrl: resourceSchemaUrl ?? '',
  }
}

function wireScope({ scope }: Origin) {
  return {
    scope: {
      name: scope?.name ?? '',
      version: scope?.version ?? '',
      attributes: wireAttributes(scope?.attributes),
    },
    schemaUrl: scope?.schemaUrl ?? '',
  }
}

function wireLogRecord(record: LogRecord): WireLogRecord {
  return {
    timeUnixNano: String(record.time),
    observedTimeUnixNano: String(record.observedTime ?? record.time),
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? '',
    ...(record.body === undefined ? {} : { body: wireValue(record.body) }),
    attributes: wireAttributes(record.attributes),
    flags: record.flags ?? 0,
    traceId: wireId(record.traceId),
    spanId: wireId(record.spanId),
    eventName: record.eventName ?? '',
  }
}

function wireSpan(span: Span): WireSpan {
  return {
    traceId: wireId(span.traceId),
    spanId: wireId(span.spanId),
    parentSpanId: wireId(span.parentSpanId),
    traceState: span.traceState ?? '',
    name: span.name,
    kind: spanKinds.indexOf(span.kind ?? 'unspecified'),
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: wireAttributes(span.attributes),
    events: (span.events ?? []).map((event) => ({
      timeUnixNano: String(event.time),
      name: event.name,
      attributes: wireAttributes(event.attributes),
    })),
    links: (span.links ?? []).map((link) => ({
      traceId: wireId(link.traceId),
      spanId: wireId(link.spanId),
      traceState: link.traceState ?? '',
      attributes: wireAttributes(link.attributes),
    })),
    status: {
      code: statusCodes.indexOf(span.status?.code ?? 'unset'),
      message: span.status?.message ?? '',
    },
  }
}

function wireMetric(metric: Metric): WireMetric {
  const facts = {
    name: metric.name,
    description: metric.description ?? '',
    unit: metric.unit ?? '',
  }
  switch (metric.kind) {
    case 'gauge':
      return { ...facts, gauge: { dataPoints: metric.points.map(wireNumberPoint) } }
    case 'sum':
      return {
        ...facts,
        sum: {
          dataPoints: metric.points.map(wireNumberPoint),
          aggregationTemporality: metric.temporality,
          isMonotonic: metric.monotonic,
        },
      }
    case 'histogram':
      return {
        ...facts,
        histogram: {
          dataPoints: metric.points.map(wireHistogramPoint),
          aggregationTemporality: metric.temporality,
        },
      }
  }
}

function wireNumberPoint(point: NumberPoint): WireNumberPoint {
  return {
    startTimeUnixNano: String(point.start ?? 0n),
    timeUnixNano: String(point.time),
    asDouble: point.value,
    attributes: wireAttributes(point.attributes),
  }
}

function wireHistogramPoint(point: HistogramPoint): WireHistogramPoint {
  return {
    startTimeUnixNano: String(point.start ?? 0n),
    timeUnixNano: String(point.time),
    count: String(point.count),
    ...(point.sum === undefined ? {} : { sum: point.sum }),
    bucketCounts: point.bucketCounts.map(String),
    explicitBounds: point.explicitBounds,
    attributes: wireAttributes(point.attributes),
    ...(point.min === undefined ? {} : { min: point.min }),
    ...(point.max === undefined ? {} : { max: point.max }),
  }
}

function wireAttributes(attributes: Attributes = {}): WireKeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: wireValue(value) }))
}

function wireValue(value: AttributeValue): WireValue {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (isList(value)) return { arrayValue: { values: value.map(wireValue) } }
  return { kvlistValue: { values: wireAttributes(value) } }
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

function wireId(hex = ''): Uint8Array {
  return Buffer.from(hex, 'hex')
}
