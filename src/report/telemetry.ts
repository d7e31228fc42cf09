/** What the proof found of a function, in words. */

import { duration } from '../model/duration'
import type { Outcome } from '../pipeline/rollout/outcome'
import { BY_OLDER_ROWS, type ProvenBy } from '../pipeline/verify/judge'
import { attributeTable } from './attributes'
import { plain } from './markdown'

/** What proved it, for readers who do not know how this action proves. */
const PROOFS: Readonly<Record<ProvenBy, string>> = {
  'request ID': 'rows with this run’s request ID',
  'printed lines': 'rows of the printed lines of this invocation',
  'new execution environment': 'rows of a new execution environment, started after the change',
  'data after the invocation': 'rows after the invocation',
  'data after the change': 'rows after the change',
  [BY_OLDER_ROWS]: 'rows of the last 24 hours',
}
const PROOF_TEXTS: ReadonlyMap<string, string> = new Map(Object.entries(PROOFS))

/** `verified after 1.2 s (rows with this run’s request ID)`; empty where arrival was not checked. */
export function telemetryText({ telemetry }: Outcome): string {
  if (telemetry === undefined) return ''
  const { by, latencyMs, traces } = telemetry
  if (by === undefined) return 'not verified'
  const after = latencyMs === undefined ? '' : ` after ${duration(latencyMs)}`
  const again = telemetry.invokedAgain ? ', second invocation' : ''
  const spans = traces === undefined ? '' : `, ${String(traces.spans)} spans`
  return `verified${after} (${PROOF_TEXTS.get(by) ?? by}${again})${spans}`
}

/** `440 ms`; what proved it stands in a column of its own. */
export function latencyCell({ telemetry }: Outcome): string {
  const { by, latencyMs } = telemetry ?? {}
  if (by === undefined || latencyMs === undefined) return '–'
  return duration(latencyMs)
}

/** What proved the arrival, in short: `proofLegend` explains it. */
export function proofCell({ telemetry }: Outcome): string {
  if (telemetry?.by === undefined) return '–'
  return `${plain(telemetry.by)}${telemetry.invokedAgain ? ', second invocation' : ''}`
}

/** What the words in the column of proofs mean, once for all functions. */
export function proofLegend(outcomes: readonly Outcome[]): readonly string[] {
  const words = new Set(outcomes.flatMap(({ telemetry }) => telemetry?.by ?? []))
  const explained = [...words].flatMap((by) => {
    const text = PROOF_TEXTS.get(by)
    return text === undefined ? [] : [`*${plain(by)}*: ${text}`]
  })
  return explained.length === 0 ? [] : [`Proofs: ${explained.join('; ')}.`]
}

/** `2 spans`; how many log rows have their trace IDs. */
export function tracesCell({ telemetry }: Outcome): string {
  const { traces } = telemetry ?? {}
  if (traces === undefined) return '–'
  const { spans, correlatedLogs, metricPoints } = traces
  return [
    `${String(spans)} spans`,
    ...(correlatedLogs === undefined || correlatedLogs === 0
      ? []
      : [`${String(correlatedLogs)} correlated log ${correlatedLogs === 1 ? 'row' : 'rows'}`]),
    ...(metricPoints === undefined ? [] : [`${String(metricPoints)} metric points`]),
  ].join(', ')
}

export function linksCell({ telemetry }: Outcome): string {
  const { search, trace } = telemetry?.links ?? {}
  const links = [
    ...(search === undefined ? [] : [`[logs](<${address(search)}>)`]),
    ...(trace === undefined ? [] : [`[trace](<${address(trace)}>)`]),
  ]
  return links.length === 0 ? '–' : links.join(' · ')
}

/** The guide's attributes and traces of one function, as Markdown sections. */
export function telemetryDetails(outcome: Outcome): string[] {
  const { telemetry } = outcome
  if (telemetry === undefined) return []
  const { traces } = telemetry
  return [
    ...attributeTable([outcome]),
    ...(traces === undefined
      ? []
      : [
          `Traces: ${String(traces.spans)} spans; ${correlatedText(
            traces.correlatedLogs,
          )}.${traces.metricPoints === undefined ? '' : ` Metrics: ${String(traces.metricPoints)} points.`}`,
        ]),
  ]
}

function correlatedText(count: number | undefined): string {
  if (count === undefined) return 'not checked whether log rows have their trace IDs'
  return count === 0
    ? 'no log rows have their trace IDs (only logs that an OpenTelemetry SDK sends have them)'
    : `${String(count)} log rows have their trace IDs`
}

/** Without a sign that would end the link, or the cell that it stands in. */
function address(url: string): string {
  return url.replace(/[<>|`\\\s]/g, encodeURIComponent)
}
