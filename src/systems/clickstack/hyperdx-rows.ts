/** Rows of HyperDX's search folded into evidence. Its conditions let more through than counts; what counts is told here. */

import { START_LINES } from '../rotel/messages'
import { rowKey } from './clickhouse-query'
import {} from './hyperdx-query'
import type { Astray, AttributeSample, LogEvidence, Sought } from './telemetry-store'

/** As the API gives it: expressions by their aliases. */
export type ApiRow = Readonly<Record<string, unknown>>

export interface LogRow {
  /** By the row's own clock. */
  readonly ms: number
  readonly key: string
  readonly service: string
  readonly isExtension: boolean
  /** Empty where the search left it out. */
  readonly body: string
  readonly sample: AttributeSample
}

export interface SpanRow {
  readonly ms: number
  readonly traceId: string
  readonly invocationId: string
  readonly functionName: string
  readonly version: string
  /** Empty where the SDK names none. */
  readonly region: string
}

export interface OwnSpans {
  readonly key: string
  readonly spans: number
  /** Of the invocation first; at most five. */
  readonly traceIds: readonly string[]
}

export function logRow(row: ApiRow): LogRow {
  const name = text(row['name'])
  return {
    ms: number(row['ms']),
    key: `${text(row['region'])}/${text(row['version'])}/${name}`,
    service: text(row['service']),
    isExtension: text(row['log_type']) === 'extension',
    body: text(row['text']),
    sample: {
      'service.name': text(row['service']),
      'faas.name': name,
      'faas.invocation_id': text(row['invocation_id']),
      'cloud.provider': text(row['cloud_provider']),
      'cloud.platform': text(row['cloud_platform']),
    },
  }
}

export function spanRow(row: ApiRow): SpanRow {
  return {
    ms: number(row['ms']),
    traceId: text(row['trace_id']),
    invocationId: text(row['invocation_id']),
    functionName: text(row['name']),
    version: text(row['version']),
    region: text(row['region']),
  }
}

/** Whether the row is of this function, region, version and service. */
export function isOf(row: LogRow, sought: Sought): boolean {
  return row.key === rowKey(sought) && row.service === sought.serviceName
}

/** `undefined`: the rows have nothing of the function since `lookBackTo`. The number of rows is of those that were read. */
export function logEvidence(rows: readonly LogRow[], sought: Sought): LogEvidence | undefined {
  const { lookBackTo, since, idsSince = since } = sought
  const all = rows.filter((row) => isOf(row, sought))
  const mayMention = all.filter(({ ms }) => ms >= idsSince)
  const own = all.filter(({ ms }) => ms >= Math.min(lookBackTo, idsSince))
  const fresh = own.filter(({ ms }) => ms >= since)
  const newest = newestOf(own)
  // One that shows the invocation says more than any other.
  const sample = newestOf(own.filter(({ sample: of }) => of['faas.invocation_id'] !== '')) ?? newest
  if (newest === undefined || sample === undefined) return undefined
  return {
    key: sought.key,
    freshRows: fresh.length,
    freshStarts: fresh.filter(isStart).length,
    requestIds: sought.requestIds.filter((id) => mayMention.some((row) => mentions(row, id))),
    ownLines: sought.ownLines.filter((line) =>
      fresh.some(({ body }) => body !== '' && body.trimEnd() === line.trimEnd()),
    ),
    newest: newest.ms >= lookBackTo ? newest.ms : undefined,
    sample: sample.sample,
  }
}

export function astray(rows: readonly LogRow[], sought: Sought): Astray | undefined {
  const own = rows.filter(
    ({ key, ms, service }) =>
      key === rowKey(sought) && ms >= sought.since && service !== sought.serviceName,
  )
  if (own.length === 0) return undefined
  const serviceNames = [...new Set(own.map(({ service }) => service))].slice(0, 5)
  return { key: sought.key, serviceNames, rows: own.length }
}

/** By the invocation's id; spans without one by name, version and time, and any of them where nothing was invoked. */
export function ownSpans(rows: readonly SpanRow[], sought: Sought): OwnSpans {
  const { requestIds } = sought
  const isInvocation = ({ invocationId }: SpanRow) =>
    invocationId !== '' && requestIds.includes(invocationId)
  const own = rows.filter(
    (row) =>
      row.ms >= sought.since &&
      (isInvocation(row) ||
        ((row.invocationId === '' || requestIds.length === 0) &&
          row.functionName === sought.functionName &&
          row.version === sought.version &&
          (row.region === '' || row.region === sought.region))),
  )
  const traces = [...own.filter(isInvocation), ...own].map(({ traceId }) => traceId)
  return {
    key: sought.key,
    spans: own.length,
    traceIds: [...new Set(traces)].filter((id) => id !== '').slice(0, 5),
  }
}

function isStart({ isExtension, body }: LogRow): boolean {
  return isExtension && START_LINES.some((line) => body.includes(line))
}

/** As a word of its own: part of a longer id is another id. */
function mentions({ sample, body }: LogRow, id: string): boolean {
  if (id === '') return false
  if (sample['faas.invocation_id'] === id) return true
  return body.split(/[^A-Za-z0-9-]+/).includes(id)
}

function newestOf(rows: readonly LogRow[]): LogRow | undefined {
  return rows.reduce<LogRow | undefined>(
    (newest, row) => (newest === undefined || row.ms > newest.ms ? row : newest),
    undefined,
  )
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** ClickHouse may quote 64-bit integers in JSON. */
function number(value: unknown): number {
  return typeof value === 'number' ? value : Number(value ?? 0)
}
