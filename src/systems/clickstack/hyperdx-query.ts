/**
 * The questions to HyperDX as bodies of `POST /api/v2/search`: rows, newest first, for its search aggregates nothing.
 * Limits (HyperDX `packages/api/src/routers/external-api/v2/search.ts`): `where` 8,192 and `select` 4,096 characters,
 * 2,000 rows, offset 10,000; no `;` and no subquery in `select`.
 */

import { ACCOUNT_ATTRIBUTE } from '../rotel/account'
import { START_LINES } from '../rotel/messages'
import { attribute, spanInvocation, type TableLayout } from './clickhouse-layout'
import { accountsOf, rowKey } from './own-rows'
import { sqlTexts } from './sql-text'
import type { Sought } from './telemetry-store'

const LONGEST_WHERE = 8192

/** Read of a body; a request id further back is not found. */
const BODY_BYTES = 8192

/** As many as `multiSearchAny` takes (ClickHouse, string search functions). */
const MOST_NEEDLES = 255

/** Enough of a line to tell it from others; the rows that come back are compared whole. */
const LINE_PREFIX = 40

export interface Search {
  readonly select: string
  readonly where: string
  /** Rows from then on, in ms. */
  readonly from: number
  readonly maxResults: number
  readonly offset?: number
}

/** Rows that prove something: starts of the extension, and those with a sought request id or own line. */
export function evidenceSearch(layout: TableLayout, sought: readonly Sought[]): Search {
  return mentionSearch(layout, sought, [
    ...START_LINES,
    ...idsOf(sought),
    ...sought.flatMap(({ ownLines }) => ownLines.map(beginning).filter((text) => text !== '')),
  ])
}

/** Rows with a sought request ID alone: they are few, however often a function starts. */
export function invocationSearch(layout: TableLayout, sought: readonly Sought[]): Search {
  return mentionSearch(layout, sought, idsOf(sought))
}

function idsOf(sought: readonly Sought[]): readonly string[] {
  return sought.flatMap(({ requestIds }) => requestIds.filter((id) => id !== ''))
}

function mentionSearch(
  layout: TableLayout,
  sought: readonly Sought[],
  needles: readonly string[],
): Search {
  const invocation = attribute(layout, 'LogAttributes', 'faas.invocation_id')
  const haystack = `concat(${invocation}, ' ', Body)`
  const hits = chunks([...new Set(needles)], MOST_NEEDLES).map(
    (some) => `multiSearchAny(${haystack}, array(${sqlTexts(some)})) = 1`,
  )
  const from = Math.min(...sought.map(({ since, idsSince }) => Math.min(since, idsSince ?? since)))
  return {
    select: logColumns(layout, `left(Body, ${BODY_BYTES})`),
    where: `${functionRows(layout, sought, from)} AND (${hits.join(' OR ')})`,
    from,
    maxResults: 1000,
  }
}

/** Any rows, without their bodies: what is newest of each function, and its attributes. */
export function newestSearch(layout: TableLayout, sought: readonly Sought[]): Search {
  const from = Math.min(...sought.map(({ since, lookBackTo }) => Math.min(since, lookBackTo)))
  return {
    select: logColumns(layout, `''`),
    where: functionRows(layout, sought, from),
    from,
    maxResults: 2000,
  }
}

/** Rows of these functions under other service names than expected. */
export function astraySearch(layout: TableLayout, sought: readonly Sought[]): Search {
  const from = Math.min(...sought.map(({ since }) => since))
  const expected = sqlTexts(sought.map((one) => `${one.serviceName}/${rowKey(one)}`))
  return {
    select: logColumns(layout, `''`),
    where: `${since(from)} AND ${keys(layout, sought)} AND NOT (concat(ServiceName, '/', ${rowKeySql(layout)}) IN (${expected}))`,
    from,
    maxResults: 2000,
  }
}

export function controlRecordSearch(layout: TableLayout, id: string, from: number): Search {
  const control = attribute(layout, 'LogAttributes', 'clickstack.control_id')
  return {
    select: `${control} AS control_id`,
    where: `${since(from)} AND ${control} IN (${sqlTexts([id])})`,
    from,
    maxResults: 1,
  }
}

/** Spans with the IDs of these invocations. */
export function invocationSpansSearch(layout: TableLayout, sought: readonly Sought[]): Search {
  const invocation = spanInvocation(layout)
  const from = Math.min(...sought.map((one) => one.since))
  return {
    select: spanColumns(layout),
    where: `${since(from)} AND ${invocation} IN (${sqlTexts(idsOf(sought))})`,
    from,
    maxResults: 2000,
  }
}

/**
 * Spans of these functions since the change that count for them, and no others: each row of a full answer is then of one of
 * them, so that asking again without it gets further.
 */
export function functionSpansSearch(layout: TableLayout, sought: readonly Sought[]): Search {
  const invocation = spanInvocation(layout)
  const from = Math.min(...sought.map((one) => one.since))
  // An SDK may name no region.
  const keysOf = (one: Sought) => {
    const accounts = accountsOf(one)
    const regions = [one.region, '']
    return accounts === 'any'
      ? []
      : accounts.flatMap((account) =>
          regions.map((region) => `${account}/${rowKey({ ...one, region })}`),
        )
  }
  const pairs = sought.flatMap((one) =>
    keysOf(one).map((key) => [key, Math.floor(one.since)] as const),
  )
  const earliest = new Map<string, number>()
  for (const [key, ms] of pairs) earliest.set(key, Math.min(ms, earliest.get(key) ?? Infinity))
  const traffic = sought.filter(({ requestIds }) => requestIds.length === 0).flatMap(keysOf)
  const key = accountKeySql(layout, regionOfSpan(layout))
  const times = `transform(${key}, array(${sqlTexts([...earliest.keys()])}), array(${[...earliest.values()].join(',')}), 0)`
  return {
    select: spanColumns(layout),
    where: [
      since(from),
      `${key} IN (${sqlTexts([...earliest.keys()])})`,
      `(${invocation} = '' OR ${key} IN (${sqlTexts(traffic)}))`,
      `toUnixTimestamp64Milli(Timestamp) >= ${times}`,
    ].join(' AND '),
    from,
    maxResults: 2000,
  }
}

function spanColumns(layout: TableLayout): string {
  const resource = (key: string) => attribute(layout, 'ResourceAttributes', key)
  return [
    'toUnixTimestamp64Milli(Timestamp) AS ms',
    'TraceId AS trace_id',
    `${spanInvocation(layout)} AS invocation_id`,
    `${resource('faas.name')} AS name`,
    `${resource('faas.version')} AS version`,
    `${regionOfSpan(layout)} AS region`,
    `${resource(ACCOUNT_ATTRIBUTE)} AS account`,
  ].join(', ')
}

function regionOfSpan(layout: TableLayout): string {
  const [own, invoked] = ['cloud.region', 'faas.invoked_region'].map((key) =>
    attribute(layout, 'ResourceAttributes', key),
  )
  return `if(${own ?? ''} != '', ${own ?? ''}, ${invoked ?? ''})`
}

/** Log rows that carry one of these trace ids: only logs that an SDK sent do. */
export function correlatedLogsSearch(from: number, traceIds: readonly string[]): Search {
  return {
    select: 'TraceId AS trace_id',
    where: `${since(from)} AND TraceId IN (${sqlTexts(traceIds)})`,
    from,
    maxResults: 2000,
  }
}

/** Finds the form of the attribute columns out: the wrong one is refused. */
export function probeSearch(
  layout: TableLayout,
  attributes: 'LogAttributes' | 'SpanAttributes',
  from: number,
): Search {
  const columns = [
    attribute(layout, 'ResourceAttributes', 'faas.name'),
    attribute(layout, attributes, 'faas.invocation_id'),
  ]
  return {
    select: `${columns[0] ?? ''} AS name, ${columns[1] ?? ''} AS invocation_id, ServiceName, Timestamp`,
    where: '',
    from,
    maxResults: 1,
  }
}

/** As few groups as make conditions that HyperDX still takes. */
export function fittingGroups(
  sought: readonly Sought[],
  search: (group: readonly Sought[]) => Search,
): readonly (readonly Sought[])[] {
  if (sought.length <= 1 || search(sought).where.length <= LONGEST_WHERE) {
    return sought.length === 0 ? [] : [sought]
  }
  const half = Math.ceil(sought.length / 2)
  return [sought.slice(0, half), sought.slice(half)].flatMap((part) => fittingGroups(part, search))
}

/** Time and service first, as the tables are sorted. */
function functionRows(layout: TableLayout, sought: readonly Sought[], from: number): string {
  const services = sqlTexts(sought.map(({ serviceName }) => serviceName))
  return `${since(from)} AND ServiceName IN (${services}) AND ${keys(layout, sought)}`
}

/** Even where the source's own time is in whole seconds, or in days. */
function since(from: number): string {
  return `Timestamp >= fromUnixTimestamp64Milli(${Math.floor(from)})`
}

/** Rows of these functions, of their accounts where those are known. */
function keys(layout: TableLayout, sought: readonly Sought[]): string {
  const known: string[] = []
  const open: string[] = []
  for (const one of sought) {
    const accounts = accountsOf(one)
    if (accounts === 'any') open.push(rowKey(one))
    else known.push(...accounts.map((account) => `${account}/${rowKey(one)}`))
  }
  const conditions = [
    ...(known.length === 0 ? [] : [`${accountKeySql(layout)} IN (${sqlTexts(known)})`]),
    ...(open.length === 0 ? [] : [`${rowKeySql(layout)} IN (${sqlTexts(open)})`]),
  ]
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`
}

/** Region, version and name together, as `rowKey` writes them. */
function rowKeySql(layout: TableLayout, region = invokedRegion(layout)): string {
  const [version, name] = ['faas.version', 'faas.name'].map((key) =>
    attribute(layout, 'ResourceAttributes', key),
  )
  return `concat(${region}, '/', ${version ?? ''}, '/', ${name ?? ''})`
}

/** The account before them. */
function accountKeySql(layout: TableLayout, region = invokedRegion(layout)): string {
  const account = attribute(layout, 'ResourceAttributes', ACCOUNT_ATTRIBUTE)
  return `concat(${account}, '/', ${rowKeySql(layout, region).slice('concat('.length)}`
}

function invokedRegion(layout: TableLayout): string {
  return attribute(layout, 'ResourceAttributes', 'faas.invoked_region')
}

function logColumns(layout: TableLayout, body: string): string {
  const resource = (key: string) => attribute(layout, 'ResourceAttributes', key)
  const log = (key: string) => attribute(layout, 'LogAttributes', key)
  return [
    'toUnixTimestamp64Milli(Timestamp) AS ms',
    'ServiceName AS service',
    `${resource('faas.name')} AS name`,
    `${resource('faas.version')} AS version`,
    `${resource('faas.invoked_region')} AS region`,
    `${resource('cloud.provider')} AS cloud_provider`,
    `${resource('cloud.platform')} AS cloud_platform`,
    `${resource(ACCOUNT_ATTRIBUTE)} AS account`,
    `${log('faas.invocation_id')} AS invocation_id`,
    `${log('type')} AS log_type`,
    `${body} AS text`,
  ].join(', ')
}

function beginning(line: string): string {
  return Array.from(line.trimEnd()).slice(0, LINE_PREFIX).join('')
}

function chunks(values: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}
