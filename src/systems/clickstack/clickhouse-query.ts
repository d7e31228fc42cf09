/**
 * The questions to ClickHouse as SQL. Names are quoted, values are bound as parameters, no setting is sent: users who may
 * only read are refused any. Time and service come first, as the tables are sorted.
 */

import { START_LINES } from '../rotel/messages'
import { ACCOUNT_ATTRIBUTE } from '../rotel/account'
import { attribute, quoteName, spanInvocation, type TableLayout } from './clickhouse-layout'
import { rowKey } from './own-rows'
import type { Sought } from './telemetry-store'

export interface Query {
  readonly sql: string
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface Table {
  readonly database: string
  readonly name: string
  readonly layout: TableLayout
}

const REQUEST_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** One row for each sought function and account that has any. */
export function logsQuery(table: Table, sought: readonly Sought[]): Query {
  const { layout } = table
  const resource = (key: string) => attribute(layout, 'ResourceAttributes', key)
  const invocation = attribute(layout, 'LogAttributes', 'faas.invocation_id')
  const starts = START_LINES.map((line) => `position(Body, '${line}') > 0`).join(' OR ')
  const ids = unique(sought.flatMap(({ requestIds }) => requestIds))
  const lines = unique(sought.flatMap(({ ownLines }) => ownLines))
  const sql = `
SELECT
  key,
  account,
  countIf(fresh) AS fresh_rows,
  countIf(fresh AND starts) AS fresh_starts,
  groupUniqArrayArray(${ids.length + 1})(ids) AS request_ids,
  groupUniqArrayArray(${lines.length + 1})(lines) AS own_lines,
  max(ms) AS newest,
  argMax((service, name, invocation_id, cloud_provider, cloud_platform, account), (invocation_id != '' OR notEmpty(ids), ms)) AS sample
FROM (
  SELECT
    ${resource('faas.name')} AS name,
    concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', name) AS key,
    ${resource(ACCOUNT_ATTRIBUTE)} AS account,
    toUnixTimestamp64Milli(Timestamp) AS ms,
    ms >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0)) AS fresh,
    ServiceName AS service,
    ${invocation} AS invocation_id,
    ${resource('cloud.provider')} AS cloud_provider,
    ${resource('cloud.platform')} AS cloud_platform,
    ${attribute(layout, 'LogAttributes', 'type')} = 'extension' AND (${starts}) AS starts,
    if(ms >= {ids_since:Int64}, arrayFilter(id -> has({ids:Array(String)}, id), arrayPushBack(extractAll(Body, '${REQUEST_ID}'), invocation_id)), []) AS ids,
    if(fresh, arrayFilter(line -> has({lines:Array(String)}, line), [replaceRegexpOne(Body, '\\\\s+$', '')]), []) AS lines
  FROM ${quoteName(table.database)}.${quoteName(table.name)}
  WHERE ${timeFilter(layout)}
    AND ServiceName IN {services:Array(String)}
    AND concat(service, '/', key) IN {own:Array(String)}
)
GROUP BY key, account`
  return {
    sql,
    parameters: {
      ...timeParameters(sought),
      keys: sought.map(rowKey),
      since: sought.map(({ since }) => Math.floor(since)),
      // The first is for the primary key: a row counts under the name of its own function, not of another one's.
      services: unique(sought.map(({ serviceName }) => serviceName)),
      own: sought.map(serviceKey),
      ids,
      ids_since: Math.floor(Math.min(...sought.map(({ idsSince, since }) => idsSince ?? since))),
      lines,
    },
  }
}

/** Where rows of these functions are under other service names than expected, each since its own change. */
export function astrayQuery(table: Table, sought: readonly Sought[]): Query {
  const resource = (key: string) => attribute(table.layout, 'ResourceAttributes', key)
  return {
    sql: `
SELECT
  concat(${resource('faas.invoked_region')}, '/', ${resource('faas.version')}, '/', ${resource('faas.name')}) AS key,
  ${resource(ACCOUNT_ATTRIBUTE)} AS account,
  groupUniqArray(5)(ServiceName) AS services,
  count() AS found
FROM ${quoteName(table.database)}.${quoteName(table.name)}
WHERE ${timeFilter(table.layout)}
  AND key IN {keys:Array(String)}
  AND concat(ServiceName, '/', key) NOT IN {own:Array(String)}
  AND toUnixTimestamp64Milli(Timestamp) >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0))
GROUP BY key, account`,
    parameters: {
      ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
      keys: sought.map(rowKey),
      own: sought.map(serviceKey),
      since: sought.map(({ since }) => Math.floor(since)),
    },
  }
}

export function controlRecordQuery(table: Table, id: string, since: number): Query {
  return {
    sql: `
SELECT count() AS found
FROM ${quoteName(table.database)}.${quoteName(table.name)}
WHERE ${timeFilter(table.layout)}
  AND ${attribute(table.layout, 'LogAttributes', 'clickstack.control_id')} = {id:String}`,
    parameters: { from: Math.floor(since), id },
  }
}

/**
 * Spans of these invocations, and of these functions since the change: one row for each invocation, and for each account
 * and region of a function, however many spans a busy one has.
 */
export function spansQuery(table: Table, sought: readonly Sought[]): Query {
  const { layout } = table
  const resource = (key: string) => attribute(layout, 'ResourceAttributes', key)
  const invocation = spanInvocation(layout)
  const byName = sought.filter(({ byRequestIdOnly }) => !byRequestIdOnly)
  const keysOf = (some: readonly Sought[]) => [
    ...some.map(rowKey),
    // An SDK may name no region.
    ...some.map((one) => rowKey({ ...one, region: '' })),
  ]
  const earliest = new Map<string, number>()
  for (const one of byName) {
    for (const key of keysOf([one])) {
      earliest.set(key, Math.min(earliest.get(key) ?? Infinity, Math.floor(one.since)))
    }
  }
  return {
    sql: `
SELECT
  if(is_invocation, span_invocation, '') AS invocation_id,
  name,
  version,
  region,
  account,
  max(span_ms) AS ms,
  count() AS spans,
  groupUniqArray(5)(TraceId) AS traces,
  argMax(TraceId, span_ms) AS trace_id
FROM (
  SELECT
    TraceId,
    ${invocation} AS span_invocation,
    has({ids:Array(String)}, span_invocation) AS is_invocation,
    ${resource('faas.name')} AS name,
    ${resource('faas.version')} AS version,
    if(${resource('cloud.region')} != '', ${resource('cloud.region')}, ${resource('faas.invoked_region')}) AS region,
    ${resource(ACCOUNT_ATTRIBUTE)} AS account,
    concat(region, '/', version, '/', name) AS key,
    toUnixTimestamp64Milli(Timestamp) AS span_ms
  FROM ${quoteName(table.database)}.${quoteName(table.name)}
  WHERE ${timeFilter(layout)}
    AND (
      is_invocation
      OR (
        has({keys:Array(String)}, key)
        AND (span_invocation = '' OR has({traffic:Array(String)}, key))
        AND span_ms >= transform(key, {keys:Array(String)}, {since:Array(Int64)}, toInt64(0))
      )
    )
)
GROUP BY invocation_id, name, version, region, account`,
    parameters: {
      ...timeParameters(sought.map((one) => ({ ...one, lookBackTo: one.since }))),
      ids: unique(sought.flatMap(({ requestIds }) => requestIds)),
      keys: [...earliest.keys()],
      since: [...earliest.values()],
      // Where nothing was invoked, spans of any invocation count.
      traffic: unique(keysOf(byName.filter(({ requestIds }) => requestIds.length === 0))),
    },
  }
}

/** How many log rows carry one of these trace ids: only logs that an SDK sent do. */
export function correlatedLogsQuery(
  table: Table,
  since: number,
  traceIds: readonly string[],
): Query {
  return {
    sql: `
SELECT TraceId AS trace_id, count() AS found
FROM ${quoteName(table.database)}.${quoteName(table.name)}
WHERE ${timeFilter(table.layout)}
  AND TraceId IN {traces:Array(String)}
GROUP BY trace_id`,
    parameters: { from: Math.floor(since), traces: traceIds },
  }
}

export function metricsQuery(table: Table, sought: readonly Sought[]): Query {
  const name = attribute(table.layout, 'ResourceAttributes', 'faas.name')
  const account = attribute(table.layout, 'ResourceAttributes', ACCOUNT_ATTRIBUTE)
  return {
    sql: `
SELECT ${name} AS name, ${account} AS account, count() AS found
FROM ${quoteName(table.database)}.${quoteName(table.name)}
WHERE TimeUnix >= fromUnixTimestamp64Milli({from:Int64})
  AND name IN {names:Array(String)}
GROUP BY name, account`,
    parameters: {
      from: Math.floor(Math.min(...sought.map(({ since }) => since))),
      names: unique(sought.map(({ functionName }) => functionName)),
    },
  }
}

/** A service name may have slashes; none of the parts after it has one. */
function serviceKey(one: Sought): string {
  return `${one.serviceName}/${rowKey(one)}`
}

function timeFilter({ hasTimestampTime }: TableLayout): string {
  const time = 'Timestamp >= fromUnixTimestamp64Milli({from:Int64})'
  return hasTimestampTime
    ? `TimestampTime >= toDateTime(intDiv({from:Int64}, 1000)) AND ${time}`
    : time
}

function timeParameters(sought: readonly Sought[]): { readonly from: number } {
  return {
    from: Math.floor(
      Math.min(
        ...sought.map(({ lookBackTo, idsSince, since }) =>
          Math.min(lookBackTo, idsSince ?? since, since),
        ),
      ),
    ),
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
