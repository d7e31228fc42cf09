/** Rows of HyperDX's search folded into evidence. Its conditions let more through than counts; what counts is told here. */

import { START_LINES } from '../rotel/messages'
import { isOfAccount, rowKey } from './own-rows'
import { number, type Row, text } from './row-values'
import type { Astray, AttributeSample, LogEvidence, Sought } from './telemetry-store'

/** As the API gives it: expressions by their aliases. */
export type ApiRow = Row

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
      'cloud.account.id': text(row['account']),
    },
  }
}

/** Whether the row is of this function, region, version, account and service. */
export function isOf(row: LogRow, sought: Sought): boolean {
  return isOfFunction(row, sought) && row.service === sought.serviceName
}

function isOfFunction({ key, sample }: LogRow, sought: Sought): boolean {
  return key === rowKey(sought) && isOfAccount(sample['cloud.account.id'], sought)
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
    (row) =>
      isOfFunction(row, sought) && row.ms >= sought.since && row.service !== sought.serviceName,
  )
  if (own.length === 0) return undefined
  const serviceNames = [...new Set(own.map(({ service }) => service))].slice(0, 5)
  return { key: sought.key, serviceNames, rows: own.length }
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
