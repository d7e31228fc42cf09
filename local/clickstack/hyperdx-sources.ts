/** The sources that a new HyperDX team is given (`GET /api/v2/sources`). */

import { logsTable, metricTables, tracesTable, type Layout } from './schema'

export interface HyperDxSource {
  readonly id: string
  readonly name: string
  readonly kind: 'log' | 'trace' | 'metric' | 'session'
  readonly connection: string
  readonly from: { readonly databaseName: string; readonly tableName?: string }
  readonly timestampValueExpression: string
  /** Hidden in the UI; the API lists it, and searches it. */
  readonly disabled?: boolean
  readonly defaultTableSelectExpression?: string
  readonly implicitColumnExpression?: string
  readonly [more: string]: unknown
}

const connection = '6600000000000000000000c0'

export function defaultSources(database: string, layout: Layout): HyperDxSource[] {
  const shared = {
    connection,
    serviceNameExpression: 'ServiceName',
    resourceAttributesExpression: 'ResourceAttributes',
  }
  return [
    {
      id: '660000000000000000000001',
      name: 'Logs',
      kind: 'log',
      ...shared,
      from: { databaseName: database, tableName: logsTable },
      timestampValueExpression:
        layout === 'legacy' || layout === 'rotel' ? 'TimestampTime' : 'Timestamp',
      displayedTimestampValueExpression: 'Timestamp',
      defaultTableSelectExpression: 'Timestamp, ServiceName, SeverityText, Body',
      severityTextExpression: 'SeverityText',
      bodyExpression: 'Body',
      eventAttributesExpression: 'LogAttributes',
      implicitColumnExpression: 'Body',
      traceIdExpression: 'TraceId',
      spanIdExpression: 'SpanId',
      traceSourceId: '660000000000000000000002',
    },
    {
      id: '660000000000000000000002',
      name: 'Traces',
      kind: 'trace',
      ...shared,
      from: { databaseName: database, tableName: tracesTable },
      timestampValueExpression: 'Timestamp',
      defaultTableSelectExpression:
        'Timestamp, ServiceName, StatusCode, round(Duration / 1e6), SpanName',
      durationExpression: 'Duration',
      durationPrecision: 9,
      traceIdExpression: 'TraceId',
      spanIdExpression: 'SpanId',
      parentSpanIdExpression: 'ParentSpanId',
      spanNameExpression: 'SpanName',
      spanKindExpression: 'SpanKind',
      statusCodeExpression: 'StatusCode',
      eventAttributesExpression: 'SpanAttributes',
      implicitColumnExpression: 'SpanName',
      logSourceId: '660000000000000000000001',
    },
    {
      id: '660000000000000000000003',
      name: 'Metrics',
      kind: 'metric',
      ...shared,
      from: { databaseName: database },
      timestampValueExpression: 'TimeUnix',
      metricTables,
    },
  ]
}
