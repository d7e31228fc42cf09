/** What the proof found of a function, in words. */

import { duration } from '../model/duration'
import type { Outcome } from '../pipeline/rollout/outcome'
import { BY_OLDER_ROWS, type ProvenBy } from '../pipeline/verify/judge'
import { code, prose, table } from './markdown'

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

/** The guide's attributes, traces and links, as Markdown sections. */
export function telemetryDetails({ telemetry }: Outcome): string[] {
  if (telemetry === undefined) return []
  const { attributes, traces, links } = telemetry
  const { search, trace } = links
  const found = [
    ...(search === undefined ? [] : [`[logs in HyperDX](${search})`]),
    ...(trace === undefined ? [] : [`[a trace in HyperDX](${trace})`]),
  ]
  return [
    ...(attributes.length === 0
      ? []
      : [
          table(
            ['Attribute', 'Value in its log rows'],
            attributes.map(({ name, value, why }) => [
              code(name),
              value === '' ? `– (${prose(why)})` : code(value),
            ]),
          ),
        ]),
    ...(traces === undefined
      ? []
      : [
          `Traces: ${String(traces.spans)} spans; ${
            traces.correlatedLogs === 0
              ? 'no log rows have their trace IDs (only logs that an OpenTelemetry SDK sends have them)'
              : `${String(traces.correlatedLogs)} log rows have their trace IDs`
          }.${traces.metricPoints === undefined ? '' : ` Metrics: ${String(traces.metricPoints)} points.`}`,
        ]),
    ...(found.length === 0 ? [] : [`Links: ${found.join(' · ')}`]),
  ]
}
