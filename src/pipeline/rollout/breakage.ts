/**
 * What becomes of a run in which something breaks that no function is the cause of: the journal cannot be written, or
 * there is a fault in this action. The function ends in order, and nothing more is begun (promise P2).
 */

import type { Refusal } from '../../model/refusal'
import { isJournalFault } from './journal'

export interface Breakage {
  /** Tells it, and why the function ends at which it broke. */
  readonly broke: (thrown: unknown) => Refusal
  /** Why nothing more may be written; `undefined`: nothing broke. */
  readonly halted: () => Refusal | undefined
}

/** @param unexpected hears of faults of this action */
export function breakage(unexpected: (thrown: unknown) => void): Breakage {
  let halted: Refusal | undefined
  return {
    broke(thrown) {
      if (isJournalFault(thrown)) {
        const detail = thrown.message
        halted ??= { reason: 'stopped', detail }
        return { reason: 'journal-failed', detail }
      }
      unexpected(thrown)
      // Its message may hold anything.
      const name = thrown instanceof Error ? thrown.name : 'unknown'
      halted ??= { reason: 'stopped', detail: 'an error in this action' }
      return { reason: 'unexpected-error', detail: `an error in this action (${name})` }
    },
    halted: () => halted,
  }
}
