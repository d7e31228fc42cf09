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
import {
  logSources,
  shownSource,
  type Source,
  traceSource,
} from '../systems/clickstack/hyperdx-sources'
import { correlatedLogs, ownSpans, spanRow } from '../systems/clickstack/spans'
import {
  mayPass,
  type Sought,
  type StoreFault,
  type TelemetryStore,
} from '../systems/clickstack/telemetry-store'
import {
  type ApiFault,
  HYPERDX_LIMITS,
  hyperDxApi,
  type HyperDxLimits,
  type HyperDxSettings,
} from './hyperdx-api'
import { NOT_THE_API, sourcesOf, uiOf } from './hyperdx-pages'

export interface HyperDxStoreSettings extends HyperDxSettings {
  /** Name or id of the log source; empty or absent: the one in which the control record is found. */
  readonly source?: string
}

/** Where rows are looked for. */
interface Place {
  readonly source: Source
  /** `undefined`: not known yet, because HyperDX could not query ClickHouse. */
  readonly layout: TableLayout | undefined
}

interface KnownPlace extends Place {
  readonly layout: TableLayout
}

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

/** Whoever looks for something asks again anyway. */
const ONCE = 1

/** Searches for the newest rows; each names fewer functions than the one before. */
const MOST_ROUNDS = 10

/**
 * A store over HyperDX's API v2. Its search aggregates nothing, so numbers of rows are of those that were read: at least
 * so many. A row beyond the bounds is not read and proves nothing, never the reverse.
 */
export function hyperDxStore(
  { source: named = '', ...settings }: HyperDxStoreSettings,
  clock: Clock,
  limits: HyperDxLimits = HYPERDX_LIMITS,
): TelemetryStore {
  const api = hyperDxApi(settings, clock, limits)
  let sources: readonly Source[] = []
  /** Those that may have the rows, the most likely one first; one as soon as it is known which. */
  let places: readonly Place[] = []
  let traces: Result<KnownPlace, StoreFault> = notPrepared
  let clockAhead = 0

  const ask = async (
    { id }: Source,
    search: Search,
    tries?: number,
  ): Promise<Result<readonly ApiRow[], ApiFault>> => {
    const body = {
      sourceId: id,
      startTime: new Date(search.from - BEFORE_MS).toISOString(),
      endTime: new Date(clock.now() + clockAhead + AFTER_MS).toISOString(),
      where: search.where,
      whereLanguage: 'sql',
      select: search.select,
      orderBy: 'Timestamp DESC',
      maxResults: search.maxResults,
      offset: search.offset ?? 0,
    }
    const answer = await api.post('/search', body, tries)
    if (!answer.ok) return answer
    const rows = dataOf(answer.value.json)
    return rows ? succeeded(rows) : { ok: false, fault: NOT_THE_API }
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

  /** Finds the layout of a source's table out. */
  const known = async (
    { source, layout: found }: Place,
    attributes: 'LogAttributes' | 'SpanAttributes' = 'LogAttributes',
    tries?: number,
  ): Promise<Result<KnownPlace, StoreFault>> => {
    if (found !== undefined) return succeeded({ source, layout: found })
    const refusals: ApiFault[] = []
    for (const layout of LAYOUTS) {
      const probe = probeSearch(layout, attributes, clock.now() - BEFORE_MS)
      const answer = await ask(source, probe, tries)
      if (answer.ok) return succeeded({ source, layout })
      const { status } = answer.fault
      if (status === 404 && !answer.fault.text.includes('not found')) {
        return failure(
          'refused',
          'this version of HyperDX does not have /api/v2/search; 2.27.0 or later is required',
        )
      }
      // What ClickHouse refuses is a 400, or a 500 where HyperDX does not know ClickHouse's error: as if it were down.
      if (status !== 400 && status !== 500) return answer
      refusals.push(answer.fault)
    }
    const passing = refusals.find(mayPass)
    return passing === undefined
      ? failure(
          'unknown-layout',
          `HyperDX’s source ${shownSource(source)} has an unknown schema (${refusals[0]?.text ?? ''})`,
        )
      : { ok: false, fault: passing }
  }

  /** The source that is asked as long as no other is known to have the rows. */
  const logsPlace = async (): Promise<Result<KnownPlace, StoreFault>> => {
    const place = places.find(({ layout }) => layout !== undefined) ?? places[0]
    return place === undefined ? notPrepared : known(place)
  }

  /**
   * The source that has something of this, which is then the only one. All are asked, those first that could be so far; a
   * fault counts only where no source answers.
   */
  const settleOn = async (
    has: (place: KnownPlace) => Promise<Result<boolean, StoreFault>>,
  ): Promise<Result<boolean, StoreFault>> => {
    let nothing: Result<boolean, StoreFault> = notPrepared
    const isKnown = ({ layout }: Place) => layout !== undefined
    for (const place of [...places.filter(isKnown), ...places.filter((one) => !isKnown(one))]) {
      const at = await known(place, 'LogAttributes', ONCE)
      const answer = at.ok ? await has(at.value) : at
      if (at.ok && answer.ok && answer.value) {
        places = [at.value]
        return answer
      }
      if (at.ok) places = places.map((one) => (one.source === place.source ? at.value : one))
      if (answer.ok || nothing === notPrepared) nothing = answer.ok ? succeeded(false) : answer
    }
    return nothing
  }

  const evidenceAt = async (
    { source, layout }: KnownPlace,
    sought: readonly Sought[],
  ): Promise<Result<readonly LogRow[], StoreFault>> => {
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
    return succeeded(rows)
  }

  return {
    kind: 'hyperdx',
    batchSize: 50,

    async prepare() {
      const connected = await api.connect()
      if (!connected.ok) return connected
      clockAhead = connected.value.clockAhead ?? 0
      const listed = await sourcesOf(api)
      if (!listed.ok) return listed
      sources = listed.value
      const fitting = logSources(sources, named)
      if (!fitting.ok) return fitting
      const all = fitting.value.map((source): Place => ({ source, layout: undefined }))
      const asked = await Promise.all(all.map(async (place) => ({ place, at: await known(place) })))
      // One of several may be of another schema, or of a ClickHouse that is gone.
      const refused = asked.flatMap(({ at }) => (at.ok ? [] : at.fault))
      const isUsable = asked.some(({ at }) => at.ok)
      const first = refused.find(mayPass) ?? refused[0]
      if (!isUsable && first !== undefined) return { ok: false, fault: first }
      places = asked.flatMap(({ place, at }) => (at.ok ? at.value : mayPass(at.fault) ? place : []))
      return succeeded({ inWords: `HyperDX, ${inWords(places)}` })
    },

    async findLogs(sought) {
      // Without a control record only a request ID tells which of several sources is meant: rows of another may be those
      // of a function of the same name that sends elsewhere.
      if (places.length > 1 && sought.some(({ requestIds }) => requestIds.length > 0)) {
        await settleOn(async (place) => {
          const rows = await evidenceAt(place, sought)
          const isOurs = (one: Sought) => logEvidence(rows.ok ? rows.value : [], one)?.requestIds[0]
          return rows.ok ? succeeded(sought.some((one) => isOurs(one) !== undefined)) : rows
        })
      }
      const logs = await logsPlace()
      if (!logs.ok) return logs
      const { source, layout } = logs.value
      const proofs = await evidenceAt(logs.value, sought)
      if (!proofs.ok) return proofs
      const rows = [...proofs.value]
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
      const logs = await logsPlace()
      if (!logs.ok) return logs
      // Only those who want traces need their source.
      if (!traces.ok) traces = await tracesBeside(logs.value)
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
        logs.value,
        found.flatMap(({ traceIds }) => traceIds),
        Math.min(...sought.map(({ since }) => since)),
      )
      return succeeded(
        found.map(({ key, spans: count, traceIds }) => ({
          key,
          spans: count,
          traceId: traceIds[0],
          correlatedLogs: correlatedLogs(traceIds, correlated),
          // The search knows log and trace sources only.
          metricPoints: undefined,
        })),
      )
    },

    async findAstray(sought) {
      const logs = await logsPlace()
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

    findControlRecord: (id, since) =>
      settleOn(async ({ source, layout }) => {
        const answer = await ask(source, controlRecordSearch(layout, id, since))
        return answer.ok ? succeeded(answer.value.some((row) => row['control_id'] === id)) : answer
      }),

    async pages() {
      const url = await uiOf(api)
      const logs = await logsPlace()
      return url === undefined
        ? undefined
        : { url, logSource: logs.ok ? logs.value.source.id : undefined }
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

  async function tracesBeside({ source }: KnownPlace): Promise<Result<KnownPlace, StoreFault>> {
    const beside = traceSource(sources, source)
    return beside === undefined
      ? failure('missing', 'HyperDX does not have a trace source (otel_traces)')
      : known({ source: beside, layout: undefined }, 'SpanAttributes')
  }

  /** Shown, but not required. `undefined`: a question failed. */
  async function logsOfTraces(
    { source }: KnownPlace,
    traceIds: readonly string[],
    from: number,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    const counts = new Map<string, number>()
    if (traceIds.length === 0) return counts
    // 35 characters each, and a condition takes 8,192.
    for (let at = 0; at < traceIds.length; at += 200) {
      const search = correlatedLogsSearch(from, traceIds.slice(at, at + 200))
      const answer = await ask(source, search)
      if (!answer.ok) return undefined
      for (const { trace_id: id } of answer.value) {
        if (typeof id === 'string') counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
    return counts
  }
}

function inWords(places: readonly Place[]): string {
  const [only, ...others] = places
  if (only?.layout !== undefined && others.length === 0) {
    return `source ${shownSource(only.source)} with ${only.layout.attributes === 'map' ? 'Map' : 'JSON'} columns`
  }
  const names = places.slice(0, 5).map(({ source }) => shownSource(source))
  return `${places.length} log sources: ${names.join(', ')}${places.length > names.length ? ', …' : ''}`
}

const notPrepared = failure('missing', 'HyperDX’s sources were not read')

function failure(
  kind: StoreFault['kind'],
  text: string,
): { readonly ok: false; readonly fault: ApiFault } {
  return { ok: false, fault: { kind, text } }
}

function dataOf(json: unknown): readonly ApiRow[] | undefined {
  const { data } = membersOf(json)
  return Array.isArray(data) ? data.filter(isRecord) : undefined
}
