/** Why something is not done with a function. */

import { denialReason, deniedAction } from './denial'
import { shortened } from './redaction'
import type { Reason } from './reason'
import type { AwsFault } from './result'

export interface Refusal {
  readonly reason: Reason
  /** What happened, without values of variables. */
  readonly detail: string
  /** The policy (JSON) that is missing. */
  readonly missingPolicy?: string
}

/** Why the run ended before the call was answered; `undefined`: it did not. */
export function endOfRun({ kind, code, text }: AwsFault): Refusal | undefined {
  if (kind !== 'aborted') return undefined
  const reason = code === 'cancelled' || code === 'credentials-refused' ? code : 'out-of-time'
  return { reason, detail: text }
}

/** Whether the end of the run is what refused it, see `endOfRun`. */
export function isEndOfRun({ reason }: Pick<Refusal, 'reason'>): boolean {
  return reason === 'cancelled' || reason === 'out-of-time' || reason === 'credentials-refused'
}

/**
 * What a fault comes to. The end of the run, credentials and AWS’s words of who denied it go before the reason given, for
 * they decide what to do.
 * @param reason where none of these explains it
 */
export function faultRefusal(fault: AwsFault, reason: Reason, prefix = ''): Refusal {
  const { kind, code, text } = fault
  const named = kind === 'unauthenticated' ? 'credentials-refused' : denialReason(text)
  const detail = shortened(`${prefix}${code}: ${text}`)
  return endOfRun(fault) ?? { reason: named ?? reason, detail }
}

/** A fault in a few words: its code, and before it the permission that the caller lacks, so that nobody has to guess it. */
export function faultName({ kind, code, text }: AwsFault): string {
  const action = kind === 'denied' ? deniedAction(text) : undefined
  return shortened(action === undefined ? code : `${action}: ${code}`)
}

/**
 * Why a function could not be read, as a reason and a sentence.
 * @param place the regions in which it was looked up, where that is not plain from elsewhere
 */
export function readRefusal(fault: AwsFault, place = ''): Refusal {
  if (fault.kind === 'not-found') {
    const where = place === '' ? '' : ` in ${place}`
    return { reason: 'not-found', detail: `the function does not exist${where}` }
  }
  return faultRefusal(fault, fault.kind === 'denied' ? 'access-denied' : 'read-failed')
}
