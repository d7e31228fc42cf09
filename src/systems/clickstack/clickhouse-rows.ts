/** Rows of the queries to ClickHouse, which has counted already, as evidence. */

import type { Column } from './clickhouse-layout'
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

/** @param one whose key the row has */
export function logEvidence(row: Row, one: Sought): LogEvidence {
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
  const [service, name, invocation, provider, platform] = texts(value)
  if (service === undefined) return undefined
  return {
    'service.name': service,
    'faas.name': name ?? '',
    'faas.invocation_id': invocation ?? '',
    'cloud.provider': provider ?? '',
    'cloud.platform': platform ?? '',
  }
}
