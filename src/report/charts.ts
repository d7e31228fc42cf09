/**
 * Charts in Mermaid, which GitHub draws: where three or more functions make a picture that a row of figures does not.
 * A few functions have a bar each; many are counted by the time that they took.
 */

import type { Outcome } from '../pipeline/rollout/outcome'
import { medianOf } from '../pipeline/smoke-test/extension-cost'
import { duration } from '../model/duration'
import { costText } from './extension-cost'
import { functionsText } from './headline'
import { plain } from './markdown'
import type { Report } from './report'

/** A smaller number of bars tells no more than a sentence. */
const FEWEST = 3

/** Names that fit below, or beside, the bars. */
const MOST_BARS = 12
const LONGEST_NAME = 32

/** How long telemetry took, and what the extension costs; with a chart where there is something to see. */
export function measuredSections({
  outcomes,
  extensionCost,
}: Pick<Report, 'outcomes' | 'extensionCost'>): readonly string[] {
  const chart = coldStartChart(outcomes)
  const legend = chart.length === 0 ? '' : ' Gray: before, in ms; gray and blue: with Rotel.'
  return [
    ...arrivalChart(outcomes),
    ...(extensionCost === undefined
      ? []
      : [`**Cold start:** ${plain(costText(extensionCost))}.${legend}`, ...chart]),
  ]
}

/** How long the telemetry took from the invocation to a row that the verifier found. */
function arrivalChart(outcomes: readonly Outcome[]): readonly string[] {
  const times = outcomes
    .flatMap(({ name, telemetry }) =>
      telemetry?.by === undefined || telemetry.latencyMs === undefined
        ? []
        : [{ name, ms: telemetry.latencyMs }],
    )
    .sort((a, b) => b.ms - a.ms)
  const [slowest] = times
  if (slowest === undefined || times.length < FEWEST) return []
  const all = times.map(({ ms }) => ms)
  const text = `**Arrival in ClickStack** after the invocation: median ${duration(medianOf(all))}, slowest ${duration(slowest.ms)} (${functionsText(times.length)}).`
  return [
    text,
    times.length <= MOST_BARS
      ? bars({ labels: times.map(({ name }) => name), series: [all] })
      : histogram(all),
  ]
}

/** The cold starts of before, as a part of those of now. */
function coldStartChart(outcomes: readonly Outcome[]): readonly string[] {
  const costs = outcomes
    .flatMap(({ name, extensionCost: cost }) =>
      cost?.kind === 'compared'
        ? [{ name, before: cost.before.initMs, after: cost.after.initMs }]
        : [],
    )
    .sort((a, b) => b.after - a.after)
  if (costs.length < FEWEST) return []
  const isFew = costs.length <= MOST_BARS
  const shown = isFew ? costs : MARKS.map(([, share]) => atShare(costs, share))
  return [
    bars({
      labels: isFew ? costs.map(({ name }) => name) : MARKS.map(([name]) => name),
      series: [shown.map(({ after }) => after), shown.map(({ before }) => before)],
    }),
  ]
}

/** Where in the order of many values it is read. */
const MARKS: readonly (readonly [string, number])[] = [
  ['fastest', 1],
  ['25 percent', 0.75],
  ['median', 0.5],
  ['75 percent', 0.25],
  ['95 percent', 0.05],
  ['slowest', 0],
]

function atShare(costs: readonly { before: number; after: number }[], share: number) {
  const at = (of: 'before' | 'after') => {
    const sorted = costs.map((cost) => cost[of]).sort((a, b) => b - a)
    return sorted[Math.round((sorted.length - 1) * share)] ?? 0
  }
  return { before: at('before'), after: at('after') }
}

/** About how many bars a histogram has. */
const BARS = 8

/** How many functions took how long. */
function histogram(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const step = roundStep((most - least) / BARS)
  const first = Math.floor(least / step)
  const bins = Array.from({ length: Math.floor(most / step) - first + 1 }, (_, index) => {
    const from = (first + index) * step
    return {
      label: `${timeText(from, most)} - ${timeText(from + step, most)} ${most < 1000 ? 'ms' : 's'}`,
      count: values.filter((ms) => ms >= from && ms < from + step).length,
    }
  })
  return bars({
    labels: bins.map(({ label }) => label),
    series: [bins.map(({ count }) => count)],
  })
}

/** In the unit that all bars share. */
function timeText(ms: number, most: number): string {
  return most < 1000 ? String(ms) : String(Math.round(ms) / 1000)
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)))
  return [1, 2, 5].map((factor) => factor * power).find((step) => step >= atLeast) ?? 10 * power
}

/** In pixels: hardly wider than a telephone, as Mermaid cuts the names off where it has to shrink a chart. */
const WIDTH = 480

/** Blue and gray, which can be read on white and on black. */
const COLORS = '#2f81f7, #8b949e'

/**
 * Horizontal bars, so that names have room. A later series is drawn over the one before.
 * Source of the grammar: mermaid, packages/mermaid/src/diagrams/xychart/parser/xychart.jison.
 */
function bars({
  labels,
  series,
}: {
  readonly labels: readonly string[]
  readonly series: readonly (readonly number[])[]
}): string {
  const values = series.map((one) => one.map((value) => Math.max(0, Math.round(value))))
  const height = 60 + 26 * labels.length
  const settings = {
    themeVariables: { xyChart: { plotColorPalette: COLORS, backgroundColor: 'transparent' } },
    xyChart: { width: WIDTH, height, yAxis: { labelFontSize: 11 } },
  }
  return [
    '```mermaid',
    `%%{init: ${JSON.stringify(settings)}}%%`,
    'xychart-beta horizontal',
    `  x-axis [${labels.map((text) => `"${label(text)}"`).join(', ')}]`,
    `  y-axis 0 --> ${String(Math.max(1, ...values.flat()))}`,
    ...values.map((one) => `  bar [${one.join(', ')}]`),
    '```',
  ].join('\n')
}

/** Mermaid has no escapes inside quotes: what is neither a letter, a digit nor harmless becomes an underscore. */
function label(text: string): string {
  const safe = text.replace(/[^\w .-]/g, '_')
  return safe.length <= LONGEST_NAME ? safe : `${safe.slice(0, LONGEST_NAME)}..`
}
