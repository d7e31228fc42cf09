/** Why functions failed: each cause once, with the functions that it stopped, and its remedy. */

import { REMEDIES } from '../model/reason'
import { groupedBy } from '../model/grouped-by'
import { byText } from '../model/order'
import { isGood, type Outcome, STATUSES, wasNotTried } from '../pipeline/rollout/outcome'
import { alike } from './alike'
import { statusText } from './function-line'

/** What happened to functions alike: in their details only figures and their own names differ. */
export interface Fact {
  /** `rolled-back: out-of-memory` */
  readonly status: string
  /** Of the first one. */
  readonly detail: string | undefined
  /** It is that of all. */
  readonly isExact: boolean
  readonly outcomes: readonly Outcome[]
}

export interface Cause {
  /** What to do; several reasons can have the same. Empty without a reason. */
  readonly remedy: string
  /** Most functions first. */
  readonly facts: readonly Fact[]
  readonly outcomes: readonly Outcome[]
}

/** The causes of all failures: the worst first, then those of most functions; last what was only not tried. */
export function causesOf(outcomes: readonly Outcome[]): readonly Cause[] {
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  const byRemedyText = groupedBy(bad, ({ reason }) =>
    reason === undefined ? '' : REMEDIES[reason],
  )
  return [...byRemedyText]
    .map(([remedy, members]) => ({ remedy, facts: factsOf(members), outcomes: members }))
    .sort((a, b) => rank(a) - rank(b) || b.outcomes.length - a.outcomes.length || byRemedy(a, b))
}

function factsOf(outcomes: readonly Outcome[]): readonly Fact[] {
  return alike(outcomes, ({ detail }) => detail ?? '', statusText)
    .flatMap((members) => {
      const [first] = members
      if (first === undefined) return []
      const { detail } = first
      const isExact = members.every((one) => one.detail === detail)
      return [{ status: statusText(first), detail, isExact, outcomes: members }]
    })
    .sort((a, b) => b.outcomes.length - a.outcomes.length)
}

function rank({ outcomes }: Cause): number {
  return Math.min(
    ...outcomes.map((one) => (wasNotTried(one) ? STATUSES.length : STATUSES.indexOf(one.status))),
  )
}

function byRemedy(a: Cause, b: Cause): number {
  return byText(a.remedy, b.remedy)
}
