/** A function in one line. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { REMEDIES } from '../model/reason'

/** `rolled-back: extension-crash`, or the status alone. */
export function statusText({ status, reason }: Pick<Outcome, 'status' | 'reason'>): string {
  return reason === undefined ? status : `${status}: ${reason}`
}

/** Duration, cold start and memory of the smoke test's invocation. */
export function metricsText(outcome: Outcome): string {
  const metrics = outcome.smoke?.metrics
  if (metrics === undefined) return ''
  const cold =
    metrics.initMs === undefined ? [] : [`cold start ${String(Math.round(metrics.initMs))} ms`]
  return [
    ...cold,
    `duration ${String(Math.round(metrics.durationMs))} ms`,
    `memory ${String(metrics.maxMemoryMb)} of ${String(metrics.memoryMb)} MB`,
  ].join(', ')
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
