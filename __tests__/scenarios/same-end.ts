/** Whether two states are the same end of a step, but for what decides nothing and is named. */

import { isDeepStrictEqual } from 'node:util'
import type { StepResult } from '../../local/runner/step'
import { inForce } from './disturbed-step'
import type { FoundState } from './way-back-state'

/** Functions, roles and policies, by name. */
export type Ended = Readonly<Record<keyof FoundState, Readonly<Record<string, unknown>>>>

/** Versions of policies that IAM does not delete, or does not show, decide nothing, and may stay where the step names them. */
export function withoutNamedVersions(state: FoundState, { annotations }: StepResult): Ended {
  const isNamed = annotations.some(({ message }) => /\bnot in force\b/.test(message))
  return isNamed ? inForce(state) : state
}

/** But for what `withoutNamedVersions` leaves out. */
export function isSame(one: FoundState, other: FoundState, result: StepResult): boolean {
  return isDeepStrictEqual(withoutNamedVersions(one, result), withoutNamedVersions(other, result))
}

/**
 * Whether each function has come to one of the two ends. Where they are several, the roles are as found as soon as one of
 * them is: what reaches all is edited once all are proven, and undone when one is not (promise P9).
 */
export function isEnd(
  now: FoundState,
  { found, wanted }: { readonly found: FoundState; readonly wanted: FoundState },
  result: StepResult,
): boolean {
  if ([found, wanted].some((state) => isSame(now, state, result))) return true
  if (!hasSeveral(found)) return false
  const isWhole = Object.entries(now.functions).every(([name, fn]) =>
    [found, wanted].some(({ functions }) => isDeepStrictEqual(fn, functions[name])),
  )
  return isWhole && isSame({ ...now, functions: {} }, { ...found, functions: {} }, result)
}

export function hasSeveral({ functions }: FoundState): boolean {
  return Object.keys(functions).length > 1
}
