/** Which calls of AWS are worth repeating, and how soon. */

import { membersOf } from '../model/json'
import { awsFault, describeThrown, isNotConnected, isUnanswered } from './aws-fault'

export type Failure =
  /** It was not carried out, because there were too many calls. */
  | {
      readonly kind: 'throttled'
      /** As AWS asks for it, in ms. */
      readonly afterMs: number | undefined
    }
  /** No good answer, which may pass; a write may have landed. */
  | {
      readonly kind: 'unavailable'
      /** How long a read is repeated, in ms. */
      readonly limitMs: number
    }
  /** Its signature was of a wrong time; the client has set its clock by the answer. */
  | { readonly kind: 'skewed' }
  /** The answer is for good. */
  | { readonly kind: 'final' }

const UNAVAILABLE_LIMIT_MS = 120_000
/** Of a server that cannot be reached; a name may be wrong. */
const UNREACHABLE_LIMIT_MS = 20_000
/** AWS is not believed that it wants a pause of hours. */
const LONGEST_PAUSE_MS = 60_000

/** @param thrown by an AWS client */
export function failureOf(thrown: unknown): Failure {
  const { name, httpStatus } = describeThrown(thrown)
  if (awsFault(thrown).kind === 'throttled') {
    return { kind: 'throttled', afterMs: pauseIn(thrown) }
  }
  // Before the status: what says that the clock is wrong comes as 400 or 403.
  if (membersOf(membersOf(thrown)['$metadata'])['clockSkewCorrected'] === true) {
    return { kind: 'skewed' }
  }
  if (isNotConnected(name)) return { kind: 'unavailable', limitMs: UNREACHABLE_LIMIT_MS }
  const isServerError = httpStatus !== undefined && httpStatus >= 500
  return isServerError || isUnanswered(name)
    ? { kind: 'unavailable', limitMs: UNAVAILABLE_LIMIT_MS }
    : { kind: 'final' }
}

/** `Retry-After`, in seconds. */
function pauseIn(thrown: unknown): number | undefined {
  const { headers } = membersOf(membersOf(thrown)['$response'])
  const seconds = Number(membersOf(headers)['retry-after'] ?? NaN)
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : undefined
}
