/** A finished run as data: what the log, the summary, the annotations and the outputs are all made of. */

import type { Savings } from '../systems/cloudwatch/savings'
import type { Mode } from '../model/mode'
import { isGood, type Outcome, type Status, STATUSES } from '../pipeline/rollout/outcome'

export interface Report {
  readonly mode: Mode
  /** Nothing was carried out: `mode: plan`, or `dry-run: true`. */
  readonly planOnly: boolean
  readonly result: 'success' | 'failure'
  readonly outcomes: readonly Outcome[]
  /** Things to know about the run as a whole. */
  readonly warnings: readonly string[]
  /** Things to know that ask for nothing, and what was not looked at. */
  readonly notes: readonly string[]
  /** `undefined`: no CloudWatch Logs were, or would be, cut. */
  readonly cloudwatch: CloudWatchTotals | undefined
  readonly durationMs: number
  /** Invocations that the smoke test made. */
  readonly invocations: number
}

export interface CloudWatchTotals {
  /** Functions whose CloudWatch Logs are cut and proven to be, or would be cut. */
  readonly functions: number
  /** `undefined`: the caller may not see what was taken in. */
  readonly savings: Savings | undefined
}

/** What needs a hand comes first, then by region and name. */
export function sortOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
  const key = (outcome: Outcome) =>
    [
      isGood(outcome) ? 1 : 0,
      String(STATUSES.indexOf(outcome.status)).padStart(2, '0'),
      outcome.region,
      outcome.name,
    ].join(' ')
  return [...outcomes].sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))))
}

export function countByStatus(outcomes: readonly Outcome[]): ReadonlyMap<Status, number> {
  const counts = new Map<Status, number>()
  for (const status of STATUSES) {
    const count = outcomes.filter((outcome) => outcome.status === status).length
    if (count > 0) counts.set(status, count)
  }
  return counts
}

/** `4 written, 1 rolled-back, 1 blocked`. */
export function countsText(outcomes: readonly Outcome[]): string {
  return [...countByStatus(outcomes)]
    .map(([status, count]) => `${String(count)} ${status}`)
    .join(', ')
}

/** The verdict in one line. */
export function headline({ planOnly, result, outcomes }: Report): string {
  const bad = outcomes.filter((outcome) => !isGood(outcome)).length
  const total = outcomes.length
  const functions = total === 1 ? '1 function' : `${String(total)} functions`
  if (bad === 0) return planOnly ? `Plan for ${functions}` : `${functions} as asked`
  const verdict = result === 'success' ? ' (passed, as `fail-on` says)' : ''
  return `${String(bad)} of ${functions} not as asked${verdict}`
}
