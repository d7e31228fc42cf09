/** Which of the spans that were found are a function's own. */

import { number, type Row, text } from './row-values'
import type { Sought } from './telemetry-store'

/** Spans of one trace that have all of this in common. */
export interface SpanRow {
  /** Of the first of them, by its own clock. */
  readonly ms: number
  readonly traceId: string
  readonly invocationId: string
  readonly functionName: string
  readonly version: string
  /** Empty where the SDK names none. */
  readonly region: string
  readonly spans: number
}

export interface OwnSpans {
  readonly key: string
  readonly spans: number
  /** Of the invocation first; at most five. */
  readonly traceIds: readonly string[]
}

/** Rows by the aliases that both ways of asking give them; HyperDX lists each span, and counts none. */
export function spanRow(row: Row): SpanRow {
  return {
    ms: number(row['ms']),
    traceId: text(row['trace_id']),
    invocationId: text(row['invocation_id']),
    functionName: text(row['name']),
    version: text(row['version']),
    region: text(row['region']),
    spans: number(row['spans'] ?? 1),
  }
}

/** By the invocation's id; spans without one by name, version and time, and any of them where nothing was invoked. */
export function ownSpans(rows: readonly SpanRow[], sought: Sought): OwnSpans {
  const { requestIds } = sought
  const isInvocation = ({ invocationId }: SpanRow) =>
    invocationId !== '' && requestIds.includes(invocationId)
  const own = rows.filter(
    (row) =>
      isInvocation(row) ||
      (row.ms >= sought.since &&
        (row.invocationId === '' || requestIds.length === 0) &&
        row.functionName === sought.functionName &&
        row.version === sought.version &&
        (row.region === '' || row.region === sought.region)),
  )
  const traces = [...own.filter(isInvocation), ...own].map(({ traceId }) => traceId)
  return {
    key: sought.key,
    spans: own.reduce((sum, { spans }) => sum + spans, 0),
    traceIds: [...new Set(traces)].filter((id) => id !== '').slice(0, 5),
  }
}
