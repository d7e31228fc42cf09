/**
 * Whether what the store holds of a function proves that its telemetry arrives. A row that an old environment or another
 * version could have written never counts for a function that had Rotel before.
 */

import type { LogEvidence } from '../../systems/clickstack/telemetry-store'
import type { VerifyLevel } from './settings'

/**
 * What the proof of a function requires. `needsOutput`: the invocation printed lines, and it is not known whether this
 * version of Rotel sends the function’s lines at all; only they prove it, not what Rotel logs itself.
 */
export type Rule =
  /** This run's request ID, and nothing else. */
  | { readonly kind: 'request-id'; readonly because: OnlyRequestId }
  /** It was written in this run. */
  | {
      readonly kind: 'changed'
      readonly level: Exclude<VerifyLevel, 'invocation'>
      readonly hadRotel: boolean
      readonly needsOutput?: boolean
    }
  /** It was not written: rows of the last 24 hours prove it. */
  | {
      readonly kind: 'unchanged'
      /** Rows of earlier than this run prove nothing: see `needsOwnRows`. */
      readonly ownRowsOnly: boolean
      readonly needsOutput?: boolean
    }

/** Why only the request ID proves it: `verify-level`, or its rows do not tell its account, so any account may have sent them. */
export type OnlyRequestId = 'level' | 'account-absent' | 'account-open'

/** A proof that does not cover this run's own invocation. */
export const BY_OLDER_ROWS = 'data from the last 24 hours'

/** What proved a function: stable, for the report file. The summary has more words for it. */
export type ProvenBy =
  | 'request ID'
  | 'printed lines'
  | 'new execution environment'
  | 'data after the invocation'
  | 'data after the change'
  | typeof BY_OLDER_ROWS

/** @returns `undefined`: not proven (yet) */
export function provenBy(evidence: LogEvidence, rule: Rule): ProvenBy | undefined {
  if (evidence.requestIds.length > 0) return 'request ID'
  if (rule.kind !== 'request-id' && rule.needsOutput === true) {
    return evidence.ownLines.length > 0 ? 'printed lines' : undefined
  }
  switch (rule.kind) {
    case 'request-id':
      return undefined
    case 'unchanged':
      // All of its execution environments have the wanted configuration, so any row since the invocation proves it.
      if (evidence.freshRows > 0) return 'data after the invocation'
      return evidence.newest === undefined || rule.ownRowsOnly ? undefined : BY_OLDER_ROWS
    case 'changed':
      // Another environment may print the same line, but without Rotel before it could not send it.
      if (!rule.hadRotel && evidence.ownLines.length > 0) return 'printed lines'
      if (evidence.freshStarts > 0) return 'new execution environment'
      return rule.level === 'function' && !rule.hadRotel && evidence.freshRows > 0
        ? 'data after the change'
        : undefined
  }
}
