/** Queries ClickStack through HyperDX's external API, for teams whose ClickHouse cannot be reached from the runner. */

import { isRecord, membersOf } from '../model/json'
import { type Result, succeeded } from '../model/result'
import type { Clock } from '../model/clock'
import type { TableLayout } from '../systems/clickstack/clickhouse-layout'
import {
  astraySearch,
  controlRecordSearch,
  correlatedLogsSearch,
  evidenceSearch,
  fittingGroups,
  functionSpansSearch,
  invocationSearch,
  invocationSpansSearch,
  newestSearch,
  probeSearch,
  type Search,
} from '../systems/clickstack/hyperdx-query'
import {
  type ApiRow,
  astray,
  isOf,
  logEvidence,
  type LogRow,
  logRow,
} from '../systems/clickstack/hyperdx-rows'
import { text } from '../systems/clickstack/row-values'
import { ownSpans, spanRow } from '../systems/clickstack/spans'
import type { Sought, StoreFault, TelemetryStore } from '../systems/clickstack/telemetry-store'
import {
  type ApiFault,
  HYPERDX_LIMITS,
  hyperDxApi,
  type HyperDxLimits,
  type HyperDxSettings,
} from './hyperdx-api'

interface Source {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly database: string
  readonly table: string
}

interface Place {
  readonly source: Source
  readonly layout: TableLayout
}

const LOGS = { kind: 'log', table: 'otel_logs', name: 'Logs' } as const
const TRACES = { kind: 'trace', table: 'otel_traces', name: 'Traces' } as const

/** Whether the tables have a TimestampTime cannot be seen, and HyperDX itself filters by it. */
const LAYOUTS: readonly TableLayout[] = [
  { attributes: 'map', hasTimestampTime: false },
  { attributes: 'json', hasTimestampTime: false },
]

/** Sources may keep time in whole seconds, and rows may come from clocks that are ahead. */
const BEFORE_MS = 1_000
const AFTER_MS = 600_000

/** Pages of rows that prove something; more than that of them means that many starts or invocations, newest first. */
const MOST_PAGES = 5

/** Searches for the newest rows; each names fewer functions than the one before. */
const MOST_ROUNDS = 10

/**
 * A store over HyperDX's API v2. Its search aggregates nothing, so numbers of rows are of those that were read: at least
 * so many. A row beyond the bounds is not read and proves nothing, never the reverse.
 */
export function hyperDxStore(
  settings: HyperDxSettings,
  clock: Clock,
  limits: HyperDxLimits = HYPERDX_LIMITS,
): TelemetryStore {
  const api = hyperDxApi(settings, clock, limits)
  let logs: Result<Place, StoreFault> = notPrepared
  let traces: Result<Place, StoreFault> = notPrepared
  let sources: readonly Source[] = []
  let clockAhead = 0

  const ask = async (
    { id }: Source,
    search: Search,
  ): Promise<Result<readonly ApiRow[], ApiFault>> => {
    const answer = await api.post('/search', {
      sourceId: id,
      startTime: new Date(search.from - BEFORE_MS).toISOString(),
      endTime: new Date(clock.now() + clockAhead + AFTER_MS).toISOString(),
      where: search.where,
      whereLanguage: 'sql',
      select: search.select,
      orderBy: 'Timestamp DESC',
      maxResults: search.maxResults,
      offset: search.offset ?? 0,
    })
    if (!answer.ok) return answer
    const rows = dataOf(answer.value.json)
    return rows
      ? succeeded(rows)
      : failure('refused', 'the server at this address is not the HyperDX API')
  }

  /** Page after page, up to a bound; `isWhole` where there are no more. */
  const askPages = async (source: Source, search: Search) => {
    const rows: ApiRow[] = []
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await ask(source, { ...search, offset: page * search.maxResults })
      if (!answer.ok) return answer
      rows.push(...answer.value)
      if (answer.value.length < search.maxResults) return succeeded({ rows, isWhole: true })
    }
    return succeeded({ rows, isWhole: false })
  }

  /** Rows are newest first: where a few busy functions fill the answer, the others are queried again without them. */
  const askForEach = async (
    source: Source,
    all: readonly Sought[],
    search: (sought: readonly Sought[]) => Search,
    seen: (rows: readonly ApiRow[], sought: Sought) => boolean,
  ): Promise<Result<readonly ApiRow[], StoreFault>> => {
    const rows: ApiRow[] = []
    for (const group of fittingGroups(all, search)) {
      let left = group
      for (let round = 0; left.length > 0 && round < MOST_ROUNDS; round++) {
        const question = search(left)
        const answer = await ask(source, question)
        if (!answer.ok) return answer
        rows.push(...answer.value)
        if (answer.value.length < question.maxResults) break
        const unseen = left.filter((sought) => !seen(answer.value, sought))
        if (unseen.length === left.length) break
        left = unseen
      }
    }
    return succeeded(rows)
  }

  const findPlace = async (
    wanted: typeof LOGS | typeof TRACES,
  ): Promise<Result<Place, StoreFault>> => {
    const source = chosen(sources, wanted)
    if (source === undefined) {
      return failure('missing', `HyperDX does not have a ${wanted.kind} source (${wanted.table})`)
    }
    const attributes = wanted.kind === 'log' ? 'LogAttributes' : 'SpanAttributes'
    let refusal: StoreFault | undefined
    for (const layout of LAYOUTS) {
      const answer = await ask(source, probeSearch(layout, attributes, clock.now() - BEFORE_MS))
      if (answer.ok) return succeeded({ source, layout })
      const { status } = answer.fault
      if (status === 404 && !answer.fault.text.includes('not found')) {
        return failure(
          'refused',
          'this version of HyperDX does not have /api/v2/search; 2.27.0 or later is required',
        )
      }
      // A condition that ClickHouse refuses is a 400, or a 500 where HyperDX does not know ClickHouse's error.
      if (status !== 400 && status !== 500) return answer
      refusal = answer.fault
    }
    return failure(
      'unknown-layout',
      `HyperDX’s source ${shown(source)} has an unknown schema (${refusal?.text ?? ''})`,
    )
  }

  return {
    kind: 'hyperdx',
    batchSize: 50,

    async prepare() {
      const connected = await api.connect()
      if (!connected.ok) return connected
      clockAhead = connected.value.clockAhead ?? 0
      const answer = await api.get('/sources')
      if (!answer.ok) return answer
      const rows = dataOf(answer.value.json)
      if (rows === undefined)
        return failure('refused', 'the server at this address is not the HyperDX API')
      sources = rows.map(sourceOf)
      logs = await findPlace(LOGS)
      if (!logs.ok) return logs
      const { source, layout } = logs.value
      return succeeded({
        inWords: `HyperDX, source ${shown(source)} with ${layout.attributes === 'map' ? 'Map' : 'JSON'} columns`,
      })
    },

    async findLogs(sought) {
      if (!logs.ok) return logs
      const { source, layout } = logs.value
      const rows: LogRow[] = []
      for (const group of fittingGroups(sought, (some) => evidenceSearch(layout, some))) {
        const proofs = await askPages(source, evidenceSearch(layout, group))
        if (!proofs.ok) return proofs
        rows.push(...proofs.value.rows.map(logRow))
        if (proofs.value.isWhole) continue
        const hidden = await behindBusyOnes(source, layout, group, rows)
        if (!hidden.ok) return hidden
        rows.push(...hidden.value)
      }
      const rest = sought.filter((one) => logEvidence(rows, one) === undefined)
      const newest = await askForEach(
        source,
        rest,
        (some) => newestSearch(layout, some),
        (some, one) => some.some((row) => isOf(logRow(row), one)),
      )
      if (!newest.ok) return newest
      rows.push(...newest.value.map(logRow))
      return succeeded(sought.flatMap((one) => logEvidence(rows, one) ?? []))
    },

    async findTraces(sought) {
      if (!logs.ok) return logs
      // Only those who want traces need their source.
      if (!traces.ok) traces = await findPlace(TRACES)
      if (!traces.ok) return traces
      const { source, layout } = traces.value
      const isSeen = (some: readonly ApiRow[], one: Sought) =>
        ownSpans(some.map(spanRow), one).spans > 0
      const invoked = sought.filter(({ requestIds }) => requestIds.length > 0)
      const byId = await askForEach(
        source,
        invoked,
        (some) => invocationSpansSearch(layout, some),
        isSeen,
      )
      if (!byId.ok) return byId
      const rest = sought.filter((one) => !one.byRequestIdOnly && !isSeen(byId.value, one))
      const byName = await askForEach(
        source,
        rest,
        (some) => functionSpansSearch(layout, some),
        isSeen,
      )
      if (!byName.ok) return byName
      const spans = [...byId.value, ...byName.value].map(spanRow)
      const found = sought.map((one) => ownSpans(spans, one))
      const correlated = await logsOfTraces(
        found.flatMap(({ traceIds }) => traceIds),
        Math.min(...sought.map(({ since }) => since)),
      )
      return succeeded(
        found.map(({ key, spans: count, traceIds }) => ({
          key,
          spans: count,
          traceId: traceIds[0],
          correlatedLogs: traceIds.reduce((sum, id) => sum + (correlated.get(id) ?? 0), 0),
          // The search knows log and trace sources only.
          metricPoints: undefined,
        })),
      )
    },

    async findAstray(sought) {
      if (!logs.ok) return logs
      const { source, layout } = logs.value
      const answer = await askForEach(
        source,
        sought,
        (some) => astraySearch(layout, some),
        (some, one) => astray(some.map(logRow), one) !== undefined,
      )
      if (!answer.ok) return answer
      const rows = answer.value.map(logRow)
      return succeeded(sought.flatMap((one) => astray(rows, one) ?? []))
    },

    async findControlRecord(id, since) {
      if (!logs.ok) return logs
      const answer = await ask(logs.value.source, controlRecordSearch(logs.value.layout, id, since))
      return answer.ok ? succeeded(answer.value.some((row) => row['control_id'] === id)) : answer
    },

    close() {
      api.close()
      return Promise.resolve()
    },
  }

  /** One that starts again and again fills all pages: the others are asked for without it, and IDs alone. */
  async function behindBusyOnes(
    source: Source,
    layout: TableLayout,
    group: readonly Sought[],
    seen: readonly LogRow[],
  ): Promise<Result<readonly LogRow[], StoreFault>> {
    const unmentioned = group.filter(
      (one) => one.requestIds.length > 0 && !logEvidence(seen, one)?.requestIds.length,
    )
    const byId = await askForEach(
      source,
      unmentioned,
      (some) => invocationSearch(layout, some),
      (some, one) => (logEvidence(some.map(logRow), one)?.requestIds.length ?? 0) > 0,
    )
    if (!byId.ok) return byId
    const rows = byId.value.map(logRow)
    const isSeen = (some: readonly LogRow[], one: Sought) => some.some((row) => isOf(row, one))
    const others = await askForEach(
      source,
      group.filter((one) => !isSeen([...seen, ...rows], one)),
      (some) => evidenceSearch(layout, some),
      (some, one) => isSeen(some.map(logRow), one),
    )
    return others.ok ? succeeded([...rows, ...others.value.map(logRow)]) : others
  }

  /** Shown, but not required: what cannot be read counts as empty. */
  async function logsOfTraces(
    traceIds: readonly string[],
    from: number,
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    if (!logs.ok || traceIds.length === 0) return counts
    // 35 characters each, and a condition takes 8,192.
    for (let at = 0; at < traceIds.length; at += 200) {
      const search = correlatedLogsSearch(from, traceIds.slice(at, at + 200))
      const answer = await ask(logs.value.source, search)
      for (const { trace_id: id } of answer.ok ? answer.value : []) {
        if (typeof id === 'string') counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
    return counts
  }
}

const notPrepared = failure('missing', 'HyperDX’s sources were not read')

function failure(
  kind: StoreFault['kind'],
  text: string,
): { readonly ok: false; readonly fault: ApiFault } {
  return { ok: false, fault: { kind, text } }
}

/** ClickStack's own table before any other, and its usual name before any other. */
function chosen(
  sources: readonly Source[],
  wanted: typeof LOGS | typeof TRACES,
): Source | undefined {
  const points = ({ table, name }: Source) =>
    (table === wanted.table ? 2 : 0) + (name === wanted.name ? 1 : 0)
  return sources
    .filter(({ kind, table }) => kind === wanted.kind && table !== '')
    .sort((a, b) => points(b) - points(a))[0]
}

function sourceOf(row: ApiRow): Source {
  const from = membersOf(row['from'])
  return {
    id: text(row['id']),
    name: text(row['name']),
    kind: text(row['kind']),
    database: text(from['databaseName']),
    table: text(from['tableName']),
  }
}

function shown({ name, database, table }: Source): string {
  return `${name} (${database}.${table})`
}

function dataOf(json: unknown): readonly ApiRow[] | undefined {
  const { data } = membersOf(json)
  return Array.isArray(data) ? data.filter(isRecord) : undefined
}
