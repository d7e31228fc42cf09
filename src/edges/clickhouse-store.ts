/** Queries ClickStack through ClickHouse's HTTP interface, with the official client. Loaded only when it is used. */

import type { Agent } from 'node:http'
import { groupedBy } from '../model/grouped-by'
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
  spansQuery,
  type Table,
} from '../systems/clickstack/clickhouse-query'
import { columnsIn, logEvidence } from '../systems/clickstack/clickhouse-rows'
import { isOfAccount, rowKey } from '../systems/clickstack/own-rows'
import { number, type Row, text, texts } from '../systems/clickstack/row-values'
import { correlatedLogs, ownSpans, spanRow } from '../systems/clickstack/spans'
import {
  mayPass,
  type Sought,
  type StoreFault,
  type TelemetryStore,
  type TraceEvidence,
} from '../systems/clickstack/telemetry-store'
import { clickHouseClient, jsonOf, noClickHouse, storeFault } from './clickhouse-client'

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

/**
 * The tables of a database, under the names that ClickStack gives them.
 * @param agent through a proxy; `undefined`: the server is reached directly
 */
export function clickHouseStore(
  settings: ClickHouseSettings,
  clock: Clock,
  agent?: Agent,
): TelemetryStore {
  const client = clickHouseClient({
    ...settings,
    agent,
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
      const asked = { query: query.sql, query_params: query.parameters, format: 'JSON' } as const
      // An HTML page of a proxy does not parse; other JSON than ClickHouse's is told by its shape.
      const rows = rowsOf(await jsonOf(client, asked, TIME_LIMIT_MS))
      return rows ? succeeded(rows) : { ok: false, fault: noClickHouse(settings) }
    } catch (thrown) {
      return { ok: false, fault: storeFault(thrown, secrets, settings) }
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
  /** Tables of metrics in an unknown layout. */
  const unreadable = new Set<string>()
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
SELECT table, name, type, version() AS version
FROM system.columns
WHERE database = {database:String} AND table IN {tables:Array(String)}`,
      parameters: { database, tables: names },
    })

  return {
    kind: 'clickhouse',
    batchSize: 1000,

    async prepare() {
      const answer = await askColumns(settings.database, [LOGS, TRACES, ...METRICS])
      if (!answer.ok) return answer
      const columns = columnsIn(answer.value)
      for (const name of [LOGS, TRACES, ...METRICS]) {
        const layout = layoutOf(columns, name)
        if (layout === 'unknown') {
          if (METRICS.includes(name)) unreadable.add(name)
        } else if (layout !== undefined) {
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
      })
    },

    async findLogs(sought) {
      const answer = await askTable(LOGS, (table) => logsQuery(table, sought))
      if (!answer.ok) return answer
      const rows = byKey(answer.value)
      return succeeded(sought.flatMap((one) => logEvidence(rows.get(rowKey(one)) ?? [], one) ?? []))
    },

    async findTraces(sought) {
      const spans = await askTable(TRACES, (table) => spansQuery(table, sought))
      if (!spans.ok) return spans
      const rows = spans.value.map(spanRow)
      const traceIds = sought.flatMap((one) => ownSpans(rows, one).traceIds)
      const since = Math.min(...sought.map((one) => one.since))
      const logs =
        traceIds.length === 0
          ? succeeded<Rows>([])
          : await askTable(LOGS, (table) => correlatedLogsQuery(table, since, traceIds))
      const correlated = logs.ok
        ? new Map(logs.value.map((row) => [text(row['trace_id']), number(row['found'])]))
        : undefined
      const points = await metricPoints(sought)
      return succeeded(
        sought.map((one): TraceEvidence => {
          const { key, spans: count, traceIds: ids } = ownSpans(rows, one)
          return {
            key,
            spans: count,
            traceId: ids[0],
            correlatedLogs: correlatedLogs(ids, correlated),
            metricPoints: points
              ?.filter(
                ({ name, account }) => name === one.functionName && isOfAccount(account, one),
              )
              .reduce((sum, { found: more }) => sum + more, 0),
          }
        }),
      )
    },

    async findAstray(sought) {
      const answer = await askTable(LOGS, (table) => astrayQuery(table, sought))
      if (!answer.ok) return answer
      const rows = byKey(answer.value)
      return succeeded(
        sought.flatMap((one) => {
          const own = (rows.get(rowKey(one)) ?? []).filter((row) =>
            isOfAccount(text(row['account']), one),
          )
          if (own.length === 0) return []
          return [
            {
              key: one.key,
              serviceNames: [...new Set(own.flatMap((row) => texts(row['services'])))],
              rows: own.reduce((sum, row) => sum + number(row['found']), 0),
            },
          ]
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

  /**
   * Shown, but not required: beside others, a table that does not exist counts as empty. `undefined`: what there is cannot
   * be told, because a question failed, or because this user sees no table of metrics, which may be there all the same.
   */
  async function metricPoints(sought: readonly Sought[]): Promise<readonly Points[] | undefined> {
    const points: Points[] = []
    const seen = METRICS.filter((name) => tables.has(name))
    if (seen.length === 0 || unreadable.size > 0) return undefined
    for (const table of seen) {
      const answer = await askTable(table, (one) => metricsQuery(one, sought))
      if (!answer.ok && answer.fault.kind !== 'missing') return undefined
      for (const row of answer.ok ? answer.value : []) {
        const { name, account, found } = row
        points.push({ name: text(name), account: text(account), found: number(found) })
      }
    }
    return points
  }
}

/** Metric points of the functions of this name in an account. */
interface Points {
  readonly name: string
  readonly account: string
  readonly found: number
}

function byKey(rows: Rows): ReadonlyMap<string, Rows> {
  return groupedBy(rows, (row) => text(row['key']))
}

/** The rows of an answer in format JSON; `exception` stands in one that broke off after its first rows. */
function rowsOf(answer: unknown): Rows | undefined {
  if (!isRecord(answer) || 'exception' in answer) return undefined
  const { data } = answer
  return Array.isArray(data) && data.every(isRecord) ? data : undefined
}
