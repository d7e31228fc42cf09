/** Rows of the queries to ClickHouse, which has counted already, as evidence. */

import type { Column } from './clickhouse-layout'
import { isOfAccount } from './own-rows'
import { number, type Row, text, texts } from './row-values'
import type { AttributeSample, LogEvidence, Sought } from './telemetry-store'

/** The columns that `system.columns` lists. */
export function columnsIn(rows: readonly Row[]): readonly Column[] {
  return rows.map((row) => ({
    table: text(row['table']),
    name: text(row['name']),
    type: text(row['type']),
  }))
}

/**
 * What the rows tell of a function, one for each account; `undefined`: none is of its own.
 *
 * @param rows those that have its key
 */
export function logEvidence(rows: readonly Row[], one: Sought): LogEvidence | undefined {
  const [first, ...others] = rows
    .filter((row) => isOfAccount(text(row['account']), one))
    .map((row) => evidenceOfRow(row, one))
    // Which has the invocation says more than any other.
    .sort((a, b) => b.requestIds.length - a.requestIds.length)
  if (first === undefined) return undefined
  return others.reduce(
    (all, more) => ({
      ...all,
      freshRows: all.freshRows + more.freshRows,
      freshStarts: all.freshStarts + more.freshStarts,
      requestIds: [...new Set([...all.requestIds, ...more.requestIds])],
      ownLines: [...new Set([...all.ownLines, ...more.ownLines])],
      newest: later(all.newest, more.newest),
    }),
    first,
  )
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

function evidenceOfRow(row: Row, one: Sought): LogEvidence {
  const own = new Set(one.requestIds)
  const lines = new Set(one.ownLines)
  const newest = number(row['newest'])
  return {
    key: one.key,
    freshRows: number(row['fresh_rows']),
    freshStarts: number(row['fresh_starts']),
    // The query knows all ids of the batch; an id counts for the function that it belongs to.
    requestIds: texts(row['request_ids']).filter((id) => own.has(id)),
    ownLines: texts(row['own_lines']).filter((line) => lines.has(line)),
    newest: newest >= one.lookBackTo ? newest : undefined,
    sample: sampleOf(row['sample']),
  }
}

function sampleOf(value: unknown): AttributeSample | undefined {
  // JSON gives a tuple as a list.
  const [service, name, invocation, provider, platform, account] = texts(value)
  if (service === undefined) return undefined
  return {
    'service.name': service,
    'faas.name': name ?? '',
    'faas.invocation_id': invocation ?? '',
    'cloud.provider': provider ?? '',
    'cloud.platform': platform ?? '',
    'cloud.account.id': account ?? '',
  }
}
