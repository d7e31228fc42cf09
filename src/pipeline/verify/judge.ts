/**
 * Whether what the store holds of a function proves that its telemetry arrives. A row that an old environment or another
 * version could have written never counts for a function that had Rotel before.
 */

import type { VerifyLevel } from './settings'
import type { LogEvidence } from '../../systems/clickstack/telemetry-store'

/** What a function has to show. */
export type Rule =
  /** It was written in this run. */
  | { readonly kind: 'changed'; readonly level: VerifyLevel; readonly hadRotel: boolean }
  /** It is as it was: rows of the last 24 hours show that it works, unless this run's invocation is asked for. */
  | {
      readonly kind: 'unchanged'
      readonly level: VerifyLevel
      readonly invoked: boolean
      /** Rows of earlier than this run prove nothing: see `needsOwnRows`. */
      readonly ownRowsOnly: boolean
    }

/** A proof that says nothing of this run's own invocation. */
export const BY_OLDER_ROWS = 'by rows of the last 24 h'

/** In words, what it was proven by; `undefined`: not (yet). */
export function provenBy(evidence: LogEvidence, rule: Rule): string | undefined {
  if (evidence.requestIds.length > 0) return 'by its request id'
  if (rule.kind === 'unchanged') {
    if (rule.invoked && rule.level === 'invocation') return undefined
    // All of its environments are of the configuration that is asked for, so any row since the invocation will do.
    if (evidence.freshRows > 0) return 'by a fresh row'
    return evidence.newest === undefined || rule.ownRowsOnly ? undefined : BY_OLDER_ROWS
  }
  // Another environment may print the same line; without Rotel before, none of them was heard.
  if (!rule.hadRotel && evidence.ownLines.length > 0) return 'by the lines it printed'
  if (rule.level === 'invocation') return undefined
  if (evidence.freshStarts > 0) return 'by a new environment'
  if (rule.level === 'function' && !rule.hadRotel && evidence.freshRows > 0) {
    return 'by a row after the change'
  }
  return undefined
}
