/** What the proof found of a function, for people. */

import { duration } from '../model/duration'
import type { Outcome } from '../pipeline/rollout/outcome'
import { code, table } from './markdown'

/** `arrived after 1.2 s, by its request id`; empty where nobody looked. */
export function telemetryText({ telemetry }: Outcome): string {
  if (telemetry === undefined) return ''
  const { by, latencyMs, traces } = telemetry
  if (by === undefined) return 'not seen'
  const spans = traces === undefined ? '' : `, ${String(traces.spans)} spans`
  const again = telemetry.invokedAgain ? ', after a second invocation' : ''
  return `${latencyMs === undefined ? 'seen' : `arrived after ${duration(latencyMs)}`}, ${by}${again}${spans}`
}

/** The guide's attributes, traces and links, as Markdown sections. */
export function telemetryDetails({ telemetry }: Outcome): string[] {
  if (telemetry === undefined) return []
  const { attributes, traces, links } = telemetry
  const { search, trace } = links
  const found = [
    ...(search === undefined ? [] : [`[its logs in HyperDX](${search})`]),
    ...(trace === undefined ? [] : [`[a trace](${trace})`]),
  ]
  return [
    ...(attributes.length === 0
      ? []
      : [
          table(
            ['Attribute', 'On its log rows'],
            attributes.map(({ name, value, why }) => [
              code(name),
              value === '' ? `– (${why})` : code(value),
            ]),
          ),
        ]),
    ...(traces === undefined
      ? []
      : [
          `Traces: ${String(traces.spans)} spans; ${
            traces.correlatedLogs === 0
              ? 'no logs carry their trace ids (logs that Lambda hands to Rotel never do, only logs that an SDK sends)'
              : `${String(traces.correlatedLogs)} log rows carry their trace ids`
          }.${traces.metricPoints === undefined ? '' : ` Metrics: ${String(traces.metricPoints)} points.`}`,
        ]),
    ...(found.length === 0 ? [] : [`Look: ${found.join(' · ')}`]),
  ]
}
