/** A function in one line. */

import type { Outcome } from '../pipeline/rollout/outcome'

/** `rolled-back: extension-crash`, or the status alone. */
export function statusText({ status, reason }: Pick<Outcome, 'status' | 'reason'>): string {
  return reason === undefined ? status : `${status}: ${reason}`
}

/** Cold start, duration and memory of the smoke test's invocation, each with what it was before where that is known. */
export function metricsText(outcome: Outcome): string {
  if (outcome.smoke?.metrics === undefined) return ''
  const { coldStart, duration, memory } = figureCells(outcome)
  return [
    ...(coldStart === NONE ? [] : [`cold start ${coldStart}`]),
    `duration ${duration}`,
    `memory ${memory}`,
  ].join(', ')
}

const NONE = '–'

/** The figures one by one, for the columns of a table. */
export function figureCells({ smoke, extensionCost }: Outcome) {
  const metrics = smoke?.metrics
  if (metrics === undefined) return { coldStart: NONE, duration: NONE, memory: NONE }
  const { initMs, durationMs, maxMemoryMb, memoryMb } = metrics
  const before = extensionCost?.kind === 'compared' ? extensionCost.before : undefined
  return {
    coldStart: initMs === undefined ? NONE : figure(before?.initMs, initMs, 'ms'),
    duration: figure(before?.durationMs, durationMs, 'ms'),
    memory: figure(before?.maxMemoryMb, maxMemoryMb, `of ${String(memoryMb)} MB`),
  }
}

/** `154 → 216 ms (+62)`: the difference is that of the figures that are shown. */
function figure(before: number | undefined, after: number, unit: string): string {
  const shown = `${String(Math.round(after))} ${unit}`
  if (before === undefined) return shown
  return `${String(Math.round(before))} → ${shown} (${signed(Math.round(after) - Math.round(before))})`
}

/** `+62`, `-3`, `±0`. */
export function signed(difference: number): string {
  return difference === 0 ? '±0' : `${difference > 0 ? '+' : ''}${String(difference)}`
}

/** Words that details begin with. Whatever else begins one is a name, an ARN, a URL or a runtime, and stays as it is. */
const FIRST_WORD =
  /^(a|after|an|another|its?|logs|no|nothing|others?|some|somebody|spans|telemetry|the|there|this|users|versions?|whether|with|without)(?=[\s,’])/

/** As a sentence: with a full stop, and with a capital letter where the text begins with an English word. */
export function sentence(text: string): string {
  return ended(
    text.replace(FIRST_WORD, (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`),
  )
}

/** With a full stop, for what continues a line. */
export function ended(text: string): string {
  return `${text}${/[.!?]$/.test(text) ? '' : '.'}`
}

/** Longest explanation, in characters: a list of a thousand names is in the report file. */
const LONGEST = 1_500

/** @param most characters */
export function brief(text: string, most = LONGEST): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`
}
