/** A finished run as data: the source of the log, the summary, the annotations and the outputs. */

import type { Savings } from '../systems/cloudwatch/savings'
import type { RoleWrite } from '../systems/iam/role-write'
import type { Mode } from '../model/mode'
import { byText } from '../model/order'
import { isGood, type Outcome, type Status, STATUSES } from '../pipeline/rollout/outcome'

export interface Report {
  readonly mode: Mode
  /** Nothing was carried out: `mode: plan`, or `dry-run: true`. */
  readonly planOnly: boolean
  readonly result: 'success' | 'failure'
  /** It is a failure because something would change, as `fail-on-change` asks for. */
  readonly failsOnChange?: boolean
  /** In which the functions are; `undefined`: not known. */
  readonly account?: string | undefined
  readonly outcomes: readonly Outcome[]
  /** About the run as a whole. */
  readonly warnings: readonly string[]
  /** What needs no action, and what was not checked. */
  readonly notes: readonly string[]
  /** `undefined`: CloudWatch Logs were not, and would not be, disabled. */
  readonly cloudwatch: CloudWatchTotals | undefined
  /** Medians; absent where no function was compared. */
  readonly extensionCost?: CostTotals | undefined
  readonly durationMs: number
  /** Each write to IAM that was made, or would be, in order. */
  readonly roleWrites: readonly RoleWrite[]
  /** Invocations that the smoke test made. */
  readonly invocations: number
}

export interface CloudWatchTotals {
  /** Functions whose CloudWatch Logs are disabled and proven to be, or would be disabled. */
  readonly functions: number
  /** `undefined`: the caller may not read the ingested volume. */
  readonly savings: Savings | undefined
}

/** Medians of the differences between the cold starts before and after, over the functions that were compared. */
export interface CostTotals {
  readonly functions: number
  readonly notChecked: number
  readonly initMs: number
  readonly durationMs: number
  readonly maxMemoryMb: number
}

/** Whether a plan holds a change of the function or of its role. */
export function wouldChange({ status, reason, changed, roleEdits }: Outcome): boolean {
  return status === 'planned' ? !isNothing(reason) : changed || roleEdits !== undefined
}

export function isNothing(reason: Outcome['reason']): boolean {
  return reason === 'no-change' || reason === 'nothing-to-remove'
}

/** Failures first, then by region and name. */
export function sortOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
  const key = (outcome: Outcome) =>
    [
      isGood(outcome) ? 1 : 0,
      String(STATUSES.indexOf(outcome.status)).padStart(2, '0'),
      outcome.region,
      outcome.name,
    ].join(' ')
  return [...outcomes].sort((a, b) => byText(key(a), key(b)))
}

export function countByStatus(outcomes: readonly Outcome[]): ReadonlyMap<Status, number> {
  const counts = new Map<Status, number>()
  for (const status of STATUSES) {
    const count = outcomes.filter((outcome) => outcome.status === status).length
    if (count > 0) counts.set(status, count)
  }
  return counts
}

export function durationText({ durationMs }: Report): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
