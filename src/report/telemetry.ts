/** What the proof found of a function, in words. */

import { duration } from '../model/duration'
import type { Outcome } from '../pipeline/rollout/outcome'
import { code, prose, table } from './markdown'

/** `verified after 1.2 s (request ID)`; empty where arrival was not checked. */
export function telemetryText({ telemetry }: Outcome): string {
  if (telemetry === undefined) return ''
  const { by, latencyMs, traces } = telemetry
  if (by === undefined) return 'not verified'
  const after = latencyMs === undefined ? '' : ` after ${duration(latencyMs)}`
  const again = telemetry.invokedAgain ? ', second invocation' : ''
  const spans = traces === undefined ? '' : `, ${String(traces.spans)} spans`
  return `verified${after} (${by}${again})${spans}`
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
