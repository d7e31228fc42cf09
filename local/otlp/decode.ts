/** From an OTLP request to the plain form. */

import { spanKinds, statusCodes } from './encode'
import type {
  AttributeValue,
  Attributes,
  HistogramPoint,
  LogRecord,
  Metric,
  NumberPoint,
  Origin,
  Signal,
  Span,
  Telemetry,
  Temporality,
} from './telemetry'
import {
  decodeJsonRequest,
  decodeRequest,
  type WireHistogramPoint,
  type WireKeyValue,
  type WireLogRecord,
  type WireMetric,
  type WireNumberPoint,
  type WireRequests,
  type WireResource,
  type WireScope,
  type WireSpan,
  type WireValue,
} from './wire'

/** Throws where the bytes are no export request of that signal. */
export function decodeTelemetry(signal: Signal, bytes: Uint8Array): Telemetry {
  return plainTelemetry(signal, (of) => decodeRequest(of, bytes))
}

/** Throws where the text is no export request of that signal. */
export function decodeJsonTelemetry(signal: Signal, text: string): Telemetry {
  return plainTelemetry(signal, (of) => decodeJsonRequest(of, text))
}

function plainTelemetry(
  signal: Signal,
  read: <S extends Signal>(signal: S) => WireRequests[S],
): Telemetry {
  switch (signal) {
    case 'logs':
      return {
        signal,
        batches: read(signal).resourceLogs.flatMap((resource) =>
          resource.scopeLogs.map((scope) => ({
            ...origin(resource, scope),
            records: scope.logRecords.map(logRecord),
          })),
        ),
      }
    case 'traces':
      return {
        signal,
        batches: read(signal).resourceSpans.flatMap((resource) =>
          resource.scopeSpans.map((scope) => ({
            ...origin(resource, scope),
            spans: scope.spans.map(span),
          })),
        ),
      }
    case 'metrics':
      return {
        signal,
        batches: read(signal).resourceMetrics.flatMap((resource) =>
          resource.scopeMetrics.map((scope) => ({
            ...origin(resource, scope),
            metrics: scope.metrics.flatMap(metric),
          })),
        ),
      }
  }
}

function origin(
  resource: { readonly resource?: WireResource | null; readonly schemaUrl: string },
  scope: { readonly scope?: WireScope | null; readonly schemaUrl: string },
): Origin {
  return {
    resource: attributes(resource.resource?.attributes ?? []),
    resourceSchemaUrl: resource.schemaUrl,
    scope: {
      name: scope.scope?.name ?? '',
      version: scope.scope?.version ?? '',
      attributes: attributes(scope.scope?.attributes ?? []),
      schemaUrl: scope.schemaUrl,
    },
  }
}

function logRecord(wire: WireLogRecord): LogRecord {
  return {
    time: BigInt(wire.timeUnixNano),
    observedTime: BigInt(wire.observedTimeUnixNano),
    severityNumber: wire.severityNumber,
    severityText: wire.severityText,
    ...(wire.body ? { body: value(wire.body) } : {}),
    attributes: attributes(wire.attributes),
    traceId: id(wire.traceId),
    spanId: id(wire.spanId),
    flags: wire.flags,
    eventName: wire.eventName,
  }
}

function span(wire: WireSpan): Span {
  return {
    traceId: id(wire.traceId),
    spanId: id(wire.spanId),
    parentSpanId: id(wire.parentSpanId),
    traceState: wire.traceState,
    name: wire.name,
    kind: spanKinds[wire.kind] ?? 'unspecified',
    start: BigInt(wire.startTimeUnixNano),
    end: BigInt(wire.endTimeUnixNano),
    attributes: attributes(wire.attributes),
    events: wire.events.map((event) => ({
      time: BigInt(event.timeUnixNano),
      name: event.name,
      attributes: attributes(event.attributes),
    })),
    links: wire.links.map((link) => ({
      traceId: id(link.traceId),
      spanId: id(link.spanId),
      traceState: link.traceState,
      attributes: attributes(link.attributes),
    })),
    status: {
      code: statusCodes[wire.status?.code ?? 0] ?? 'unset',
      message: wire.status?.message ?? '',
    },
  }
}

/** Exponential histograms and summaries are not modelled: such a metric is left out. */
function metric(wire: WireMetric): Metric[] {
  const facts = { name: wire.name, description: wire.description, unit: wire.unit }
  if (wire.gauge) {
    return [{ ...facts, kind: 'gauge', points: wire.gauge.dataPoints.map(numberPoint) }]
  }
  if (wire.sum) {
    const { dataPoints, aggregationTemporality, isMonotonic } = wire.sum
    return [
      {
        ...facts,
        kind: 'sum',
        points: dataPoints.map(numberPoint),
        temporality: temporality(aggregationTemporality),
        monotonic: isMonotonic,
      },
    ]
  }
  if (wire.histogram) {
    const { dataPoints, aggregationTemporality } = wire.histogram
    return [
      {
        ...facts,
        kind: 'histogram',
        points: dataPoints.map(histogramPoint),
        temporality: temporality(aggregationTemporality),
      },
    ]
  }
  return []
}

function temporality(wire: number): Temporality {
  return wire === 1 || wire === 2 ? wire : 0
}

function numberPoint(wire: WireNumberPoint): NumberPoint {
  return {
    start: BigInt(wire.startTimeUnixNano),
    time: BigInt(wire.timeUnixNano),
    value: wire.asDouble ?? Number(wire.asInt ?? 0),
    attributes: attributes(wire.attributes),
  }
}

function histogramPoint(wire: WireHistogramPoint): HistogramPoint {
  return {
    start: BigInt(wire.startTimeUnixNano),
    time: BigInt(wire.timeUnixNano),
    count: Number(wire.count),
    ...(wire.sum === undefined ? {} : { sum: wire.sum }),
    ...(wire.min === undefined ? {} : { min: wire.min }),
    ...(wire.max === undefined ? {} : { max: wire.max }),
    bucketCounts: wire.bucketCounts.map(Number),
    explicitBounds: wire.explicitBounds,
    attributes: attributes(wire.attributes),
  }
}

function attributes(wire: readonly WireKeyValue[]): Attributes {
  return Object.fromEntries(wire.map((entry) => [entry.key, value(entry.value ?? {})]))
}

function value(wire: WireValue): AttributeValue {
  if (wire.stringValue !== undefined) return wire.stringValue
  if (wire.boolValue !== undefined) return wire.boolValue
  if (wire.intValue !== undefined) {
    const exact = BigInt(wire.intValue)
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact
  }
  if (wire.doubleValue !== undefined) return wire.doubleValue
  if (wire.arrayValue) return (wire.arrayValue.values ?? []).map(value)
  if (wire.kvlistValue) return attributes(wire.kvlistValue.values ?? [])
  if (wire.bytesValue) return Buffer.from(wire.bytesValue).toString('base64')
  return null
}

function id(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
