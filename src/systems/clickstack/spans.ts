/** Which of the spans that were found are a function's own. */

import { isOfAccount } from './own-rows'
import { number, type Row, text, texts } from './row-values'
import type { Sought } from './telemetry-store'

/** Spans that have all of this in common. */
export interface SpanRow {
  /** Of the newest of them, by Lambda's clock. */
  readonly ms: number
  /** Some of their traces, that of the newest first. */
  readonly traceIds: readonly string[]
  readonly invocationId: string
  readonly functionName: string
  readonly version: string
  /** Empty where the SDK names none. */
  readonly region: string
  /** Empty where nothing names one. */
  readonly account: string
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
    traceIds: [text(row['trace_id']), ...texts(row['traces'])],
    invocationId: text(row['invocation_id']),
    functionName: text(row['name']),
    version: text(row['version']),
    region: text(row['region']),
    account: text(row['account']),
    spans: number(row['spans'] ?? 1),
  }
}

/** @param counts log rows by trace; `undefined`: they could not be asked for */
export function correlatedLogs(
  traceIds: readonly string[],
  counts: ReadonlyMap<string, number> | undefined,
): number | undefined {
  if (traceIds.length === 0) return 0
  return counts && traceIds.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0)
}

/**
 * By the invocation's id; spans without one by name, version, account and time, and any of them where nothing was invoked,
 * unless only the request ID counts.
 */
export function ownSpans(rows: readonly SpanRow[], sought: Sought): OwnSpans {
  const { requestIds } = sought
  const isInvocation = ({ invocationId }: SpanRow) =>
    invocationId !== '' && requestIds.includes(invocationId)
  const own = rows.filter(
    (row) =>
      isInvocation(row) ||
      (!sought.byRequestIdOnly &&
        row.ms >= sought.since &&
        (row.invocationId === '' || requestIds.length === 0) &&
        row.functionName === sought.functionName &&
        row.version === sought.version &&
        (row.region === '' || row.region === sought.region) &&
        isOfAccount(row.account, sought)),
  )
  const traces = [...own.filter(isInvocation), ...own].flatMap(({ traceIds }) => traceIds)
  return {
    key: sought.key,
    spans: own.reduce((sum, { spans }) => sum + spans, 0),
    traceIds: [...new Set(traces)].filter((id) => id !== '').slice(0, 5),
  }
}
