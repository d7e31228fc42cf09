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
