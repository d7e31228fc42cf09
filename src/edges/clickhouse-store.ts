/** Queries ClickStack through ClickHouse's HTTP interface, with the official client. Loaded only when it is used. */

import { isRecord } from '../model/json'
import { formsOfCredentials } from '../model/redaction'
import { type Result, succeeded } from '../model/result'
import type { Clock } from '../model/clock'
import { done, lastFound, notYet, poll } from '../model/poll'
import { layoutOf } from '../systems/clickstack/clickhouse-layout'
import {
  astrayQuery,
  controlRecordQuery,
  correlatedLogsQuery,
  logsQuery,
  metricsQuery,
  type Query,
  rowKey,
  spansQuery,
  type Table,
} from '../systems/clickstack/clickhouse-query'
import { columnsIn, logEvidence } from '../systems/clickstack/clickhouse-rows'
import { number, type Row, text, texts } from '../systems/clickstack/row-values'
import { ownSpans, spanRow } from '../systems/clickstack/spans'
import {
  mayPass,
  type Sought,
  type StoreFault,
  type TelemetryStore,
  type TraceEvidence,
} from '../systems/clickstack/telemetry-store'
import { clickHouseClient, NO_CLICKHOUSE, storeFault } from './clickhouse-client'

export interface ClickHouseSettings {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** Prefix of the tables' names. */
  readonly tablePrefix: string
}

const TIME_LIMIT_MS = 15_000
const TRIES = 3
const PAUSES = { firstMs: 400, longestMs: 800 }

type Rows = readonly Row[]

/** The tables of a database, under the names that ClickStack gives them. */
export function clickHouseStore(settings: ClickHouseSettings, clock: Clock): TelemetryStore {
  const client = clickHouseClient({
    ...settings,
    timeLimitMs: TIME_LIMIT_MS,
    // Parameters may be many: they go in the body.
    use_multipart_params: true,
  })
  const secrets = formsOfCredentials(settings.user, settings.password)
  const LOGS = `${settings.tablePrefix}_logs`
  const TRACES = `${settings.tablePrefix}_traces`
  const METRICS = ['gauge', 'sum', 'histogram'].map(
    (kind) => `${settings.tablePrefix}_metrics_${kind}`,
  )
  const closing = new AbortController()
  const askOnce = async (query: Query): Promise<Result<Rows, StoreFault>> => {
    try {
      const answer = await client.query({
        query: query.sql,
        query_params: query.parameters,
        format: 'JSON',
      })
      // An HTML page of a proxy does not parse; other JSON than ClickHouse's is told by its shape.
      const rows = rowsOf(await answer.json())
      return rows ? succeeded(rows) : { ok: false, fault: NO_CLICKHOUSE }
    } catch (thrown) {
      return { ok: false, fault: storeFault(thrown, secrets) }
    }
  }
  const ask = async (query: Query): Promise<Result<Rows, StoreFault>> => {
    let tries = 0
    const once = async () => {
      const answer = await askOnce(query)
      const passes = !answer.ok && mayPass(answer.fault)
      return passes && ++tries < TRIES ? notYet(answer) : done(answer)
    }
    return lastFound(await poll(once, PAUSES, { clock, signal: closing.signal }))
  }
  const tables = new Map<string, Table>()
  const missing = (name: string): { ok: false; fault: StoreFault } => ({
    ok: false,
    fault: {
      kind: 'missing',
      text: `the table ${name} does not exist in the database ${settings.database}`,
    },
  })
  const askTable = (
    name: string,
    query: (table: Table) => Query,
  ): Promise<Result<Rows, StoreFault>> => {
    const table = tables.get(name)
    return table ? ask(query(table)) : Promise.resolve(missing(name))
  }

  const askColumns = (database: string, names: readonly string[]) =>
    ask({
      sql: `
SELECT table, name, type, version() AS version, toUnixTimestamp64Milli(now64(3)) AS ms
FROM system.columns
WHERE database = {database:String} AND table IN {tables:Array(String)}`,
      parameters: { database, tables: names },
    })

  return {
    kind: 'clickhouse',
    batchSize: 1000,

    async prepare() {
      const asked = clock.now()
      const answer = await askColumns(settings.database, [LOGS, TRACES, ...METRICS])
      if (!answer.ok) return answer
      const columns = columnsIn(answer.value)
      for (const name of [LOGS, TRACES, ...METRICS]) {
        const layout = layoutOf(columns, name) ?? undefined
        if (layout !== undefined && layout !== 'unknown') {
          tables.set(name, { database: settings.database, name, layout })
        }
      }
      const logs = tables.get(LOGS)
      if (logs === undefined) {
        return layoutOf(columns, LOGS) === undefined
          ? missing(LOGS)
          : {
              ok: false,
              fault: { kind: 'unknown-layout', text: `the table ${LOGS} has an unknown schema` },
            }
      }
      const [first = {}] = answer.value
      return succeeded({
        inWords: `ClickHouse ${text(first['version'])}, ${settings.database}.${LOGS} with ${logs.layout.attributes === 'map' ? 'Map' : 'JSON'} columns`,
        clockAhead: leastDifference(number(first['ms']), asked, clock.now()),
      })
    },

    async findLogs(sought) {
      const answer = await askTable(LOGS, (table) => logsQuery(table, sought))
      if (!answer.ok) return answer
      const keys = new Map(sought.map((one) => [rowKey(one), one]))
      return succeeded(
        answer.value.flatMap((row) => {
          const one = keys.get(text(row['key']))
          return one ? [logEvidence(row, one)] : []
        }),
      )
    },

    async findTraces(sought) {
      const spans = await askTable(TRACES, (table) => spansQuery(table, sought))
      if (!spans.ok) return spans
      const rows = spans.value.map(spanRow)
      const found = sought.map((one) => ownSpans(rows, one))
      const traceIds = found.flatMap(({ traceIds: ids }) => ids)
      const since = Math.min(...sought.map((one) => one.since))
      const logs =
        traceIds.length === 0
          ? succeeded<Rows>([])
          : await askTable(LOGS, (table) => correlatedLogsQuery(table, since, traceIds))
      const correlated = new Map(
        (logs.ok ? logs.value : []).map((row) => [text(row['trace_id']), number(row['found'])]),
      )
      const points = await metricPoints(sought)
      return succeeded(
        found.map(({ key, spans: count, traceIds: ids }, index): TraceEvidence => ({
          key,
          spans: count,
          traceId: ids[0],
          correlatedLogs: ids.reduce((sum, id) => sum + (correlated.get(id) ?? 0), 0),
          metricPoints: points.get(sought[index]?.functionName ?? '') ?? 0,
        })),
      )
    },

    async findAstray(sought) {
      const answer = await askTable(LOGS, (table) => astrayQuery(table, sought))
      if (!answer.ok) return answer
      const keys = new Map(sought.map((one) => [rowKey(one), one.key]))
      return succeeded(
        answer.value.flatMap((row) => {
          const key = keys.get(text(row['key']))
          if (key === undefined) return []
          return [{ key, serviceNames: texts(row['services']), rows: number(row['found']) }]
        }),
      )
    },

    async findControlRecord(id, since) {
      const answer = await askTable(LOGS, (table) => controlRecordQuery(table, id, since))
      return answer.ok ? succeeded(number(answer.value[0]?.['found']) > 0) : answer
    },

    async columnsOf(database, names) {
      const answer = await askColumns(database, names)
      return answer.ok ? succeeded(columnsIn(answer.value)) : answer
    },

    close() {
      closing.abort()
      return client.close()
    },
  }

  /** Shown, but not required: a table that does not exist counts as empty. */
  async function metricPoints(sought: readonly Sought[]): Promise<ReadonlyMap<string, number>> {
    const points = new Map<string, number>()
    for (const name of METRICS) {
      const answer = await askTable(name, (table) => metricsQuery(table, sought))
      for (const row of answer.ok ? answer.value : []) {
        const fn = text(row['name'])
        points.set(fn, (points.get(fn) ?? 0) + number(row['found']))
      }
    }
    return points
  }
}

/** The rows of an answer in format JSON; `exception` stands in one that broke off after its first rows. */
function rowsOf(answer: unknown): Rows | undefined {
  if (!isRecord(answer) || 'exception' in answer) return undefined
  const { data } = answer
  return Array.isArray(data) && data.every(isRecord) ? data : undefined
}

/** The store told its time at some moment between both: what a slow answer alone explains is not a difference of clocks. */
function leastDifference(theirs: number, asked: number, answered: number): number {
  if (theirs < asked) return theirs - asked
  return theirs > answered ? theirs - answered : 0
}
