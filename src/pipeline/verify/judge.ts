/**
 * Whether what the store holds of a function proves that its telemetry arrives. A row that an old environment or another
 * version could have written never counts for a function that had Rotel before.
 */

import type { VerifyLevel } from './settings'
import type { LogEvidence } from '../../systems/clickstack/telemetry-store'

/** What the proof of a function requires. */
export type Rule =
  /** It was written in this run. */
  (
    | { readonly kind: 'changed'; readonly level: VerifyLevel; readonly hadRotel: boolean }
    /** It was not written: rows of the last 24 hours prove it, unless the level requires this run's invocation. */
    | {
        readonly kind: 'unchanged'
        readonly level: VerifyLevel
        readonly invoked: boolean
        /** Rows of earlier than this run prove nothing: see `needsOwnRows`. */
        readonly ownRowsOnly: boolean
      }
  ) & {
    /**
     * The invocation printed lines, and whether this version of Rotel sends the function’s lines at all is not known: only
     * they prove it, not what Rotel logs itself.
     */
    readonly needsOutput?: boolean
  }

/** A proof that does not cover this run's own invocation. */
export const BY_OLDER_ROWS = 'data from the last 24 hours'

/** In words, what proved it; `undefined`: not proven (yet). */
export function provenBy(evidence: LogEvidence, rule: Rule): string | undefined {
  if (evidence.requestIds.length > 0) return 'request ID'
  if (rule.needsOutput === true) {
    return evidence.ownLines.length > 0 ? 'printed lines' : undefined
  }
  if (rule.kind === 'unchanged') {
    if (rule.invoked && rule.level === 'invocation') return undefined
    // All of its execution environments have the wanted configuration, so any row since the invocation proves it.
    if (evidence.freshRows > 0) return 'data after the invocation'
    return evidence.newest === undefined || rule.ownRowsOnly ? undefined : BY_OLDER_ROWS
  }
  // Another environment may print the same line, but without Rotel before it could not send it.
  if (!rule.hadRotel && evidence.ownLines.length > 0) return 'printed lines'
  if (rule.level === 'invocation') return undefined
  if (evidence.freshStarts > 0) return 'new execution environment'
  if (rule.level === 'function' && !rule.hadRotel && evidence.freshRows > 0) {
    return 'data after the change'
  }
  return undefined
}
