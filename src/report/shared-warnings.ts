/** Warnings that concern all functions alike are shown once, and not once for each function. */

import { wasNotTried, type Outcome } from '../pipeline/rollout/outcome'
import { functionsText } from './headline'

/** Warnings that every function has which this run was about; empty for a single function. */
function sharedWarnings(outcomes: readonly Outcome[]): ReadonlySet<string> {
  const [first, ...others] = concerned(outcomes)
  if (first === undefined || others.length === 0) return new Set()
  return new Set(
    first.warnings.filter((text) => others.every(({ warnings }) => warnings.includes(text))),
  )
}

/** `All 5 functions: …`, for each of them. */
export function sharedTexts(outcomes: readonly Outcome[]): readonly string[] {
  const count = concerned(outcomes).length
  const which =
    count === outcomes.length
      ? `All ${functionsText(count)}`
      : `${String(count)} of ${functionsText(outcomes.length)}`
  return [...sharedWarnings(outcomes)].map((text) => `${which}: ${text}`)
}

/** The functions without those that all share. */
export function withoutShared(outcomes: readonly Outcome[]): readonly Outcome[] {
  const shared = sharedWarnings(outcomes)
  if (shared.size === 0) return outcomes
  return outcomes.map((outcome) => ({
    ...outcome,
    warnings: outcome.warnings.filter((text) => !shared.has(text)),
  }))
}

function concerned(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter((outcome) => outcome.reason !== 'not-applicable' && !wasNotTried(outcome))
}
