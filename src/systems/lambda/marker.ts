/** What the marker among a function's variables says is ours. */

import { type LogsOwnership, MARKER, type Ownership, readMarker } from '../../model/ownership'
import type { LambdaFunction } from './lambda-function'

type Marked = Pick<LambdaFunction, 'environment'>

/** `unreadable`: Lambda does not show the variables, or the marker has a form that this version does not know. */
export function ownershipOf({ environment }: Marked): Ownership | 'unreadable' {
  return environment.readable ? readMarker(environment.variables.get(MARKER)) : 'unreadable'
}

/**
 * How its CloudWatch Logs were disabled, by the marker. It decides which proof is the stricter one, and never that all is
 * well (promise P8).
 * @returns `undefined`: the marker does not say so, or cannot be read
 */
export function markedDisabled(fn: Marked): LogsOwnership | undefined {
  const owned = ownershipOf(fn)
  return owned === 'unreadable' ? undefined : owned.logs
}
