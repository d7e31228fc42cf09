/**
 * Logs and spans as Rotel writes them into ClickHouse, past ClickStack's collector: no severity is inferred, no body
 * parsed (rotel src/exporters/clickhouse/schema.rs, transform_logs.rs, transform_traces.rs).
 */
import type { Attributes, Origin, Telemetry } from '../otlp/telemetry'
import {
  attributeText,
  binaryArray,
  binaryByte,
  binaryJson,
  binaryLong,
  binaryMap,
  binaryString,
} from './row-binary'

export interface RowOptions {
  readonly tablePrefix: string
  /** Attributes go into JSON columns. */
  readonly json: boolean
  /** The logs table has the column EventName. */
  readonly eventName: boolean
}

export interface BinaryRows {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: Buffer
}

type Cells = readonly (readonly [column: string, value: Buffer])[]

/** `undefined` for metrics, whose tables are not modelled here, and where there is nothing to write. */
export function binaryRows(telemetry: Telemetry, options: RowOptions): BinaryRows | undefined {
  const rows = cellsOf(telemetry, options)
  const [first] = rows
  if (first === undefined) return undefined
  return {
    table: `${options.tablePrefix}_${telemetry.signal}`,
    columns: first.map(([column]) => column),
    rows: Buffer.concat(rows.flatMap((row) => row.map(([, value]) => value))),
  }
}

function cellsOf(telemetry: Telemetry, options: RowOptions): readonly Cells[] {
  const attributes = (values: Attributes = {}): Buffer =>
    options.json ? binaryJson(values) : binaryMap(values)
  const service = ({ resource }: Origin): Buffer =>
    binaryString(attributeText(resource['service.name'] ?? ''))
  switch (telemetry.signal) {
    case 'metrics':
      return []
    case 'logs':
      return telemetry.batches.flatMap((batch) =>
        batch.records.map((record): Cells => [
          ['Timestamp', binaryLong(record.time)],
          ['TraceId', binaryString(record.traceId ?? '')],
          ['SpanId', binaryString(record.spanId ?? '')],
          ['TraceFlags', binaryByte(record.flags ?? 0)],
          ['SeverityText', binaryString(record.severityText ?? '')],
          ['SeverityNumber', binaryByte(record.severityNumber ?? 0)],
          ['ServiceName', service(batch)],
          ['Body', binaryString(attributeText(record.body ?? ''))],
          ['ResourceSchemaUrl', binaryString(batch.resourceSchemaUrl ?? '')],
          ['ResourceAttributes', attributes(batch.resource)],
          ['ScopeSchemaUrl', binaryString(batch.scope?.schemaUrl ?? '')],
          ['ScopeName', binaryString(batch.scope?.name ?? '')],
          ['ScopeVersion', binaryString(batch.scope?.version ?? '')],
          ['ScopeAttributes', attributes(batch.scope?.attributes)],
          ['LogAttributes', attributes(record.attributes)],
          ...(options.eventName
            ? ([['EventName', binaryString(record.eventName ?? '')]] as const)
            : []),
        ]),
      )
    case 'traces':
      return telemetry.batches.flatMap((batch) =>
        batch.spans.map((span): Cells => {
          const { events = [], links = [] } = span
          return [
            ['Timestamp', binaryLong(span.start)],
            ['TraceId', binaryString(span.traceId)],
            ['SpanId', binaryString(span.spanId)],
            ['ParentSpanId', binaryString(span.parentSpanId ?? '')],
            ['TraceState', binaryString(span.traceState ?? '')],
            ['SpanName', binaryString(span.name)],
            ['SpanKind', binaryString(capitalised(span.kind ?? 'unspecified'))],
            ['ServiceName', service(batch)],
            ['ResourceAttributes', attributes(batch.resource)],
            ['ScopeName', binaryString(batch.scope?.name ?? '')],
            ['ScopeVersion', binaryString(batch.scope?.version ?? '')],
            ['SpanAttributes', attributes(span.attributes)],
            ['Duration', binaryLong(span.end - span.start)],
            ['StatusCode', binaryString(capitalised(span.status?.code ?? 'unset'))],
            ['StatusMessage', binaryString(span.status?.message ?? '')],
            ['Events.Timestamp', binaryArray(events.map(({ time }) => binaryLong(time)))],
            ['Events.Name', binaryArray(events.map(({ name }) => binaryString(name)))],
            ['Events.Attributes', binaryArray(events.map((event) => attributes(event.attributes)))],
            ['Links.TraceId', binaryArray(links.map(({ traceId }) => binaryString(traceId)))],
            ['Links.SpanId', binaryArray(links.map(({ spanId }) => binaryString(spanId)))],
            [
              'Links.TraceState',
              binaryArray(links.map(({ traceState }) => binaryString(traceState ?? ''))),
            ],
            ['Links.Attributes', binaryArray(links.map((link) => attributes(link.attributes)))],
          ]
        }),
      )
  }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
