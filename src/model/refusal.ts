/** Why something is not done with a function. */

import { denialReason } from './denial'
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

/** Why a function could not be read, as a reason and a sentence. */
export function readRefusal(fault: AwsFault): Refusal {
  const detail = shortened(`${fault.code}: ${fault.text}`)
  if (fault.kind === 'not-found')
    return { reason: 'not-found', detail: 'the function does not exist' }
  if (fault.kind === 'unauthenticated') return { reason: 'credentials-refused', detail }
  if (fault.kind === 'denied') {
    return { reason: denialReason(fault.text) ?? 'access-denied', detail }
  }
  return { reason: 'read-failed', detail }
}
