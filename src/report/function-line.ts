/** A function in one line. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { REMEDIES } from '../model/reason'

/** `rolled-back: extension-crash`, or the status alone. */
export function statusText({ status, reason }: Pick<Outcome, 'status' | 'reason'>): string {
  return reason === undefined ? status : `${status}: ${reason}`
}

/** Cold start, duration and memory of the smoke test's invocation, each with what it was before where that is known. */
export function metricsText({ smoke, extensionCost }: Outcome): string {
  const metrics = smoke?.metrics
  if (metrics === undefined) return ''
  const { initMs, durationMs, maxMemoryMb, memoryMb } = metrics
  const before = extensionCost?.kind === 'compared' ? extensionCost.before : undefined
  return [
    ...(initMs === undefined ? [] : [`cold start ${figure(before?.initMs, initMs, 'ms')}`]),
    `duration ${figure(before?.durationMs, durationMs, 'ms')}`,
    `memory ${figure(before?.maxMemoryMb, maxMemoryMb, `of ${String(memoryMb)} MB`)}`,
  ].join(', ')
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

/** What happened, and what to do; empty without a reason. */
export function whyText(outcome: Outcome): string {
  const { reason, detail } = outcome
  if (reason === undefined) return ''
  return detail === undefined ? REMEDIES[reason] : `${sentence(detail)} ${REMEDIES[reason]}`
}

/** Words that details begin with. Whatever else begins one is a name, an ARN, a URL or a runtime, and stays as it is. */
const FIRST_WORD =
  /^(a|after|an|another|its?|logs|no|nothing|others?|some|somebody|spans|telemetry|the|there|this|users|versions?|whether|with|without)(?=[\s,’])/

/** As a sentence: with a full stop, and with a capital letter where the text begins with an English word. */
export function sentence(text: string): string {
  const begun = text.replace(
    FIRST_WORD,
    (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  )
  return `${begun}${/[.!?]$/.test(text) ? '' : '.'}`
}
