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

/** Why the run ended before the call was answered; `undefined`: it did not. */
export function endOfRun({ kind, code, text }: AwsFault): Refusal | undefined {
  if (kind !== 'aborted') return undefined
  return { reason: code === 'cancelled' ? 'cancelled' : 'out-of-time', detail: text }
}

/** What a fault comes to, where it does not come of the end of the run. */
export function faultRefusal(fault: AwsFault, reason: Reason, prefix = ''): Refusal {
  const detail = shortened(`${prefix}${fault.code}: ${fault.text}`)
  return endOfRun(fault) ?? { reason, detail }
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
  return endOfRun(fault) ?? { reason: 'read-failed', detail }
}
