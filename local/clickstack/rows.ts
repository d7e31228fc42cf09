/** Telemetry as rows of ClickStack's tables, as the ClickHouse exporter of its collector writes them. */

import type {
  AttributeValue,
  Attributes,
  LogRecord,
  Metric,
  Origin,
  Span,
  Telemetry,
} from '../otlp/telemetry'
import { isJson, logsTable, metricTables, tracesTable, type Layout } from './schema'

type Cell = string | number | boolean | readonly Cell[] | { readonly [key: string]: Cell }
export type Row = Readonly<Record<string, Cell>>

export interface TableRows {
  readonly table: string
  readonly rows: readonly Row[]
}

export function tableRows(telemetry: Telemetry, layout: Layout): TableRows[] {
  const json = isJson(layout)
  switch (telemetry.signal) {
    case 'logs':
      return [
        {
          table: logsTable,
          rows: telemetry.batches.flatMap((batch) =>
            batch.records.map((record) => logRow(batch, record, json)),
          ),
        },
      ]
    case 'traces':
      return [
        {
          table: tracesTable,
          rows: telemetry.batches.flatMap((batch) =>
            batch.spans.map((span) => spanRow(batch, span, json)),
          ),
        },
      ]
    case 'metrics':
      return (['gauge', 'sum', 'histogram'] as const).map((kind) => ({
        table: metricTables[kind],
        rows: telemetry.batches.flatMap((batch) =>
          batch.metrics
            .filter((metric) => metric.kind === kind)
            .flatMap((metric) => metricRows(batch, metric, json)),
        ),
      }))
  }
}

function logRow(origin: Origin, record: LogRecord, json: boolean): Row {
  return {
    Timestamp: timestamp(record.time === 0n ? (record.observedTime ?? 0n) : record.time),
    TraceId: record.traceId ?? '',
    SpanId: record.spanId ?? '',
    TraceFlags: (record.flags ?? 0) & 0xff,
    SeverityText: record.severityText ?? '',
    SeverityNumber: record.severityNumber ?? 0,
    ServiceName: serviceName(origin),
    Body: text(record.body ?? ''),
    ResourceSchemaUrl: origin.resourceSchemaUrl ?? '',
    ...attributes('ResourceAttributes', origin.resource, json),
    ScopeSchemaUrl: origin.scope?.schemaUrl ?? '',
    ...scope(origin, json),
    ...attributes('LogAttributes', record.attributes, json),
    EventName: record.eventName ?? '',
  }
}

/** Names as pdata prints them: `Internal`, `Server`, …; `Unset`, `Ok`, `Error`. */
function spanRow(origin: Origin, span: Span, json: boolean): Row {
  const events = span.events ?? []
  const links = span.links ?? []
  return {
    Timestamp: timestamp(span.start),
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId ?? '',
    TraceState: span.traceState ?? '',
    SpanName: span.name,
    SpanKind: capitalized(span.kind ?? 'unspecified'),
    ServiceName: serviceName(origin),
    ...attributes('ResourceAttributes', origin.resource, json),
    ScopeName: origin.scope?.name ?? '',
    ScopeVersion: origin.scope?.version ?? '',
    ...attributes('SpanAttributes', span.attributes, json),
    Duration: String(span.end > span.start ? span.end - span.start : 0n),
    StatusCode: capitalized(span.status?.code ?? 'unset'),
    StatusMessage: span.status?.message ?? '',
    'Events.Timestamp': events.map((event) => timestamp(event.time)),
    'Events.Name': events.map((event) => event.name),
    'Events.Attributes': events.map((event) => members(event.attributes, json)),
    'Links.TraceId': links.map((link) => link.traceId),
    'Links.SpanId': links.map((link) => link.spanId),
    'Links.TraceState': links.map((link) => link.traceState ?? ''),
    'Links.Attributes': links.map((link) => members(link.attributes, json)),
  }
}

function metricRows(origin: Origin, metric: Metric, json: boolean): Row[] {
  const facts = {
    ...attributes('ResourceAttributes', origin.resource, json),
    ResourceSchemaUrl: origin.resourceSchemaUrl ?? '',
    ...scope(origin, json),
    ScopeSchemaUrl: origin.scope?.schemaUrl ?? '',
    ServiceName: serviceName(origin),
    MetricName: metric.name,
    MetricDescription: metric.description ?? '',
    MetricUnit: metric.unit ?? '',
  }
  if (metric.kind === 'histogram') {
    return metric.points.map((point) => ({
      ...facts,
      ...attributes('Attributes', point.attributes, json),
      StartTimeUnix: timestamp(point.start ?? 0n),
      TimeUnix: timestamp(point.time),
      Count: point.count,
      Sum: point.sum ?? 0,
      BucketCounts: point.bucketCounts,
      ExplicitBounds: point.explicitBounds,
      Min: point.min ?? 0,
      Max: point.max ?? 0,
      AggregationTemporality: metric.temporality,
    }))
  }
  return metric.points.map((point) => ({
    ...facts,
    ...attributes('Attributes', point.attributes, json),
    StartTimeUnix: timestamp(point.start ?? 0n),
    TimeUnix: timestamp(point.time),
    Value: point.value,
    ...(metric.kind === 'sum'
      ? { AggregationTemporality: metric.temporality, IsMonotonic: metric.monotonic }
      : {}),
  }))
}

function scope(origin: Origin, json: boolean): Row {
  return {
    ScopeName: origin.scope?.name ?? '',
    ScopeVersion: origin.scope?.version ?? '',
    ...attributes('ScopeAttributes', origin.scope?.attributes, json),
  }
}

function serviceName({ resource }: Origin): string {
  return text(resource['service.name'] ?? '')
}

/** `Keys` exists in the contrib exporter's JSON layout only; elsewhere the column is skipped. */
function attributes(column: string, values: Attributes = {}, json: boolean): Row {
  return {
    [column]: members(values, json),
    ...(json ? { [`${column}Keys`]: Object.keys(values) } : {}),
  }
}

/** A column of type JSON does not store a null; a Map holds an empty string for it. */
function members(values: Attributes = {}, json: boolean): Cell {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => !json || value !== null)
      .map(([key, value]) => [key, json ? cell(value) : text(value)]),
  )
}

function cell(value: AttributeValue): Cell {
  if (value === null) return ''
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map(cell)
  if (typeof value === 'object') {
    return members(value as Attributes, true)
  }
  return value
}

/** pdata's `AsString`: strings as they are, everything else as JSON would print it. */
function text(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (typeof value === 'object') return JSON.stringify(cell(value))
  return String(value)
}

/** Nanoseconds since 1970 as ClickHouse reads and prints a DateTime64(9), in UTC. */
function timestamp(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19)
  return `${seconds.replace('T', ' ')}.${String(time % 1_000_000_000n).padStart(9, '0')}`
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
