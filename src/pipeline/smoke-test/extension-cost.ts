/**
 * What the extension costs: the cold starts that are in the log of before the change, beside the cold start of this run's
 * own invocation. Log lines are production data: only figures come out of here.
 */

import type { LogEvent, NewestEvents } from '../../systems/cloudwatch/log-groups'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { type InvocationReport, reportIn } from './tail'

/** An invocation that started an execution environment; times in ms, memory in MB. */
export interface ColdStart {
  readonly initMs: number
  readonly durationMs: number
  readonly maxMemoryMb: number
}

export type ExtensionCost =
  | {
      readonly kind: 'compared'
      /** How many there were before. */
      readonly coldStarts: number
      /** Their median, figure by figure. */
      readonly before: ColdStart
      /** Of this run's own invocation. */
      readonly after: ColdStart
    }
  /** @property why in words that end no sentence */
  | { readonly kind: 'not-checked'; readonly why: string }

/** A deployment that is older than this tells more by its last days than by its first. */
const LONGEST_BACK_MS = 14 * 86_400_000
const LAST = 20

/**
 * What to ask the log group of a function: since its last change, as what ran before that may have been configured
 * otherwise, and may have carried Rotel.
 * @param until the write of this run, or a little before, in ms by Lambda's clock
 */
export function coldStartQuestion(
  { logFormat, systemLogLevel, lastModified = 0 }: LambdaFunction,
  until: number,
): NewestEvents | { readonly notChecked: string } {
  const isJson = logFormat === 'JSON'
  if (isJson && systemLogLevel === 'WARN') {
    return { notChecked: 'its `SystemLogLevel` is `WARN`, with which Lambda logs no REPORT' }
  }
  return {
    since: Math.max(lastModified, until - LONGEST_BACK_MS),
    until,
    texts: isJson ? ['platform.report', 'initDurationMs'] : ['REPORT RequestId:', 'Init Duration:'],
  }
}

/** The last ones of the function's `$LATEST`, newest first. Those that failed tell nothing of an ordinary one. */
export function coldStartsIn(
  events: readonly LogEvent[],
  { arn, logGroup }: LambdaFunction,
): readonly ColdStart[] {
  const isLatest = latestStreams(arn.name, logGroup)
  return events
    .filter(({ stream }) => isLatest(stream))
    .sort((one, other) => other.at - one.at)
    .flatMap(({ text }) => coldStartOf(reportIn(text)) ?? [])
    .slice(0, LAST)
}

/**
 * Which streams of a group are of the function's `$LATEST`: `YYYY/MM/DD/[$LATEST]<id>` in its own group, and
 * `YYYY/MM/DD/<function>[$LATEST][<id>]` in one that was chosen for it (Lambda, logging configuration).
 */
function latestStreams(functionName: string, group: string): (stream: string) => boolean {
  const isOwn = group === `/aws/lambda/${functionName}`
  return (stream) => {
    const last = stream.split('/').at(-1) ?? ''
    return last.startsWith(`${functionName}[$LATEST]`) || (isOwn && last.startsWith('[$LATEST]'))
  }
}

function coldStartOf(report: InvocationReport | undefined): ColdStart | undefined {
  if (report?.initMs === undefined || report.status !== undefined) return undefined
  const { initMs, durationMs, maxMemoryMb } = report
  const figures = { initMs, durationMs, maxMemoryMb }
  return Object.values(figures).every(Number.isFinite) ? figures : undefined
}

/** @param own of this run's invocation; `undefined`: its log had no REPORT */
export function compareColdStarts(
  before: readonly ColdStart[],
  own: InvocationReport | undefined,
): ExtensionCost {
  if (before.length === 0) {
    return notChecked('its log group contains no cold start of `$LATEST` since its last change')
  }
  if (own === undefined) return notChecked('the log of the invocation contains no REPORT')
  const after = coldStartOf(own)
  if (after === undefined) return notChecked('the invocation was not a cold start')
  const median = (of: keyof ColdStart) => medianOf(before.map((one) => one[of]))
  return {
    kind: 'compared',
    coldStarts: before.length,
    before: {
      initMs: median('initMs'),
      durationMs: median('durationMs'),
      maxMemoryMb: median('maxMemoryMb'),
    },
    after,
  }
}

export function notChecked(why: string): ExtensionCost {
  return { kind: 'not-checked', why }
}

/** The mean of the two in the middle where there is no middle one. @param values at least one */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (index: number) => sorted[index] ?? NaN
  const middle = (sorted.length - 1) / 2
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
}
