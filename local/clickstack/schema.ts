/**
 * ClickStack's tables in the layouts that are found in the field:
 * - `map`: today's (HyperDX `docker/otel-collector/schema/seed`), no TimestampTime;
 * - `legacy`: of the contrib ClickHouse exporter (`HYPERDX_OTEL_EXPORTER_CREATE_LEGACY_SCHEMA`) up to its version 0.150,
 *   with TimestampTime; `legacy-152`: of its later versions, without it, and sorted by five minutes;
 * - `json` and `json-152`: the same exporter with JSON columns (`HYPERDX_OTEL_EXPORTER_CLICKHOUSE_JSON_ENABLE`);
 * - `rotel`, `rotel-json`: made by Rotel's own `clickhouse-ddl`.
 * Codecs are left out, and of the indexes only what changes how a query is written is kept.
 */

import { quotedName } from './engine'

export const LAYOUTS = [
  'map',
  'legacy',
  'legacy-152',
  'json',
  'json-152',
  'rotel',
  'rotel-json',
] as const

export type Layout = (typeof LAYOUTS)[number]

export const logsTable = 'otel_logs'
export const tracesTable = 'otel_traces'
export const metricTables = {
  gauge: 'otel_metrics_gauge',
  sum: 'otel_metrics_sum',
  histogram: 'otel_metrics_histogram',
} as const

const low = 'LowCardinality(String)'
const map = `Map(${low}, String)`
const lifetime = 'INTERVAL 30 DAY'

type Columns = readonly (readonly [name: string, type: string])[]

/** All statements, in order; each may run on its own. */
export function createSchema(database: string, layout: Layout): string[] {
  const db = quotedName(database)
  return [
    `CREATE DATABASE IF NOT EXISTS ${db}`,
    createLogsTable(database, layout),
    createTracesTable(database, layout),
    ...(layout === 'map' ? [] : traceTimes(db)),
    ...(layout === 'rotel' || layout === 'rotel-json' ? [] : createMetricTables(db, layout)),
  ]
}

/** `table` for a second logs table, as a team has that routes its logs elsewhere. */
export function createLogsTable(database: string, layout: Layout, table = logsTable): string {
  const json = isJson(layout)
  const columns: Columns = [
    ['Timestamp', 'DateTime64(9)'],
    ...(layout === 'legacy' || layout === 'rotel'
      ? ([['TimestampTime', 'DateTime DEFAULT toDateTime(Timestamp)']] as const)
      : []),
    ['TraceId', 'String'],
    ['SpanId', 'String'],
    ['TraceFlags', 'UInt8'],
    ['SeverityText', low],
    ['SeverityNumber', 'UInt8'],
    ['ServiceName', low],
    ['Body', 'String'],
    ['ResourceSchemaUrl', low],
    ...attributes('ResourceAttributes', layout),
    ['ScopeSchemaUrl', low],
    ['ScopeName', 'String'],
    ['ScopeVersion', low],
    ...attributes('ScopeAttributes', layout),
    ...attributes('LogAttributes', layout),
    ...(layout === 'rotel' ? [] : ([['EventName', 'String']] as const)),
    ...(layout === 'map' ? currentLogsExtras : []),
  ]
  const order: Record<Layout, string> = {
    map: BY_FIVE_MINUTES,
    'legacy-152': BY_FIVE_MINUTES,
    'json-152': BY_FIVE_MINUTES,
    legacy:
      'PRIMARY KEY (ServiceName, TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)',
    json: 'ORDER BY (ServiceName, Timestamp)',
    rotel:
      'PRIMARY KEY (ServiceName, TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)',
    'rotel-json': 'ORDER BY (ServiceName, Timestamp)',
  }
  const body = json
    ? 'INDEX idx_body Body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8'
    : 'INDEX idx_lower_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8'
  return createTable(quotedName(database), table, columns, {
    extra: [body],
    partition: 'toDate(Timestamp)',
    order: order[layout],
    time: 'Timestamp',
  })
}

const BY_FIVE_MINUTES = 'ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)'

function createTracesTable(database: string, layout: Layout): string {
  const attributeType = isJson(layout) ? 'JSON' : map
  const columns: Columns = [
    ['Timestamp', 'DateTime64(9)'],
    ['TraceId', 'String'],
    ['SpanId', 'String'],
    ['ParentSpanId', 'String'],
    ['TraceState', 'String'],
    ['SpanName', low],
    ['SpanKind', low],
    ['ServiceName', low],
    ...attributes('ResourceAttributes', layout),
    ['ScopeName', 'String'],
    ['ScopeVersion', 'String'],
    ...attributes('SpanAttributes', layout),
    ['Duration', 'UInt64'],
    ['StatusCode', low],
    ['StatusMessage', 'String'],
    ['Events.Timestamp', 'Array(DateTime64(9))'],
    ['Events.Name', `Array(${low})`],
    ['Events.Attributes', `Array(${attributeType})`],
    ['Links.TraceId', 'Array(String)'],
    ['Links.SpanId', 'Array(String)'],
    ['Links.TraceState', 'Array(String)'],
    ['Links.Attributes', `Array(${attributeType})`],
    ...(layout === 'map' ? currentTracesExtras : []),
  ]
  return createTable(quotedName(database), tracesTable, columns, {
    extra: ['INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1'],
    partition: 'toDate(Timestamp)',
    order: 'ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))',
    time: 'Timestamp',
  })
}

/** The contrib exporter's and Rotel's look-up of a trace's time by its id, filled as spans come in. */
function traceTimes(db: string): string[] {
  const table = `${db}.otel_traces_trace_id_ts`
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (TraceId String, Start DateTime, End DateTime) ENGINE = MergeTree PARTITION BY toDate(Start) ORDER BY (TraceId, Start)`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_mv TO ${table} AS SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${db}.${tracesTable} WHERE TraceId != '' GROUP BY TraceId`,
  ]
}

function createMetricTables(db: string, layout: Layout): string[] {
  const shared: Columns = [
    ...attributes('ResourceAttributes', layout),
    ['ResourceSchemaUrl', 'String'],
    ['ScopeName', 'String'],
    ['ScopeVersion', 'String'],
    ...attributes('ScopeAttributes', layout),
    ['ScopeDroppedAttrCount', 'UInt32'],
    ['ScopeSchemaUrl', 'String'],
    ['ServiceName', low],
    ['MetricName', 'String'],
    ['MetricDescription', 'String'],
    ['MetricUnit', 'String'],
    ...attributes('Attributes', layout),
    ['StartTimeUnix', 'DateTime64(9)'],
    ['TimeUnix', 'DateTime64(9)'],
    ['Flags', 'UInt32'],
  ]
  const own: Record<keyof typeof metricTables, Columns> = {
    gauge: [['Value', 'Float64']],
    sum: [
      ['Value', 'Float64'],
      ['AggregationTemporality', 'Int32'],
      ['IsMonotonic', 'Bool'],
    ],
    histogram: [
      ['Count', 'UInt64'],
      ['Sum', 'Float64'],
      ['BucketCounts', 'Array(UInt64)'],
      ['ExplicitBounds', 'Array(Float64)'],
      ['Min', 'Float64'],
      ['Max', 'Float64'],
      ['AggregationTemporality', 'Int32'],
    ],
  }
  return (['gauge', 'sum', 'histogram'] as const).map((kind) =>
    createTable(db, metricTables[kind], [...shared, ...own[kind]], {
      extra: [],
      partition: 'toDate(TimeUnix)',
      order: `ORDER BY (ServiceName, MetricName, toUnixTimestamp64Nano(TimeUnix))`,
      time: 'TimeUnix',
    }),
  )
}

function createTable(
  db: string,
  table: string,
  columns: Columns,
  {
    extra,
    partition,
    order,
    time,
  }: Record<'partition' | 'order' | 'time', string> & {
    readonly extra: readonly string[]
  },
): string {
  const lines = [...columns.map(([name, type]) => `${quotedName(name)} ${type}`), ...extra]
  return `CREATE TABLE IF NOT EXISTS ${db}.${quotedName(table)} (${lines.join(', ')}) ENGINE = MergeTree PARTITION BY ${partition} ${order} TTL toDateTime(${time}) + ${lifetime} SETTINGS ttl_only_drop_parts = 1`
}

/** JSON columns of the contrib exporter come with the list of their keys; Rotel's do not. */
function attributes(name: string, layout: Layout): Columns {
  if (layout === 'json' || layout === 'json-152') {
    return [
      [name, 'JSON'],
      [`${name}Keys`, `Array(${low})`],
    ]
  }
  return [[name, layout === 'rotel-json' ? 'JSON' : map]]
}

/** Whether attributes are in columns of type JSON. */
export function isJson(layout: Layout): boolean {
  return layout === 'json' || layout === 'json-152' || layout === 'rotel-json'
}

const materialized = [
  'k8s.cluster.name',
  'k8s.container.name',
  'k8s.deployment.name',
  'k8s.namespace.name',
  'k8s.node.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  'deployment.environment.name',
]
const currentLogsExtras: Columns = [
  ...materialized.map(
    (key) =>
      [`__hdx_materialized_${key}`, `${low} MATERIALIZED ResourceAttributes['${key}']`] as const,
  ),
  ...['ResourceAttribute', 'ScopeAttribute', 'LogAttribute'].map(
    (name) =>
      [
        `${name}Items`,
        `Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(${name}s), mapValues(${name}s))`,
      ] as const,
  ),
]
const currentTracesExtras: Columns = [
  ['__hdx_materialized_rum.sessionId', "String MATERIALIZED ResourceAttributes['rum.sessionId']"],
  ['SampleRate', "UInt64 MATERIALIZED greatest(toUInt64OrZero(SpanAttributes['SampleRate']), 1)"],
]
