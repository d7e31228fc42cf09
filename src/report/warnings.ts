/** Warnings of functions: what concerns several of them is told once, with their names. */

import { groupedBy } from '../model/grouped-by'
import { type Outcome, wasNotTried } from '../pipeline/rollout/outcome'
import { alike } from './alike'
import { sentence } from './function-line'
import { functionsText } from './headline'

/** One warning, which functions have alike: in their texts only figures and their own names differ. */
export interface Warning {
  readonly members: readonly { readonly outcome: Outcome; readonly text: string }[]
  /** It concerns every function that this run was about. */
  readonly isOfAll: boolean
}

/** Of most functions first. */
export function warningsOf(outcomes: readonly Outcome[]): readonly Warning[] {
  const concerned = outcomes.filter(isConcerned).length
  const all = outcomes.flatMap((outcome) =>
    outcome.warnings.map((text) => ({ name: outcome.name, outcome, text })),
  )
  return alike(all, ({ text }) => text)
    .flatMap(withoutRepeats)
    .map((members) => ({
      members,
      isOfAll: new Set(members.map(({ outcome }) => outcome)).size === concerned && concerned > 1,
    }))
    .sort((a, b) => b.members.length - a.members.length)
}

/** Two warnings of one function are two, however alike they are. */
function withoutRepeats(members: Warning['members']): readonly Warning['members'][] {
  const functions = new Set(members.map(({ outcome }) => outcome))
  if (functions.size === members.length) return [members]
  return [...groupedBy(members, ({ text }) => text).values()]
}

/** `All 5 functions`, for a warning that concerns every function. */
export function allText(outcomes: readonly Outcome[]): string {
  const concerned = outcomes.filter(isConcerned).length
  return concerned === outcomes.length
    ? `All ${functionsText(concerned)}`
    : `${String(concerned)} of ${functionsText(outcomes.length)}`
}

/** What the members say: one sentence where they say the same; else that of the first. */
export function warningText({ members }: Warning): {
  readonly text: string
  readonly isExact: boolean
} {
  const texts = new Set(members.map(({ text }) => text))
  const [first = ''] = texts
  return { text: sentence(first), isExact: texts.size === 1 }
}

/** That a run was about: neither a misfit nor one whose turn never came. */
function isConcerned(outcome: Outcome): boolean {
  return outcome.reason !== 'not-applicable' && !wasNotTried(outcome)
}
