/** Why a write to a role was not made, as a reason with its detail. */

import type { Reason } from '../../model/reason'
import { faultRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import type { RoleArn } from '../../systems/iam/role-arn'
import { INLINE_LIMIT } from '../../systems/iam/role-size'

/** The wire’s name, and the SDK’s: the sum of a role’s inline policies, or the number of attached ones, is at its limit. */
const FULL: ReadonlySet<string> = new Set(['LimitExceeded', 'LimitExceededException'])

/** A role of AWS’s own, see `isProtected`. */
const PROTECTED = /^UnmodifiableEntity/

export function roleWriteRefusal(role: RoleArn, policy: string, fault: AwsFault): Refusal {
  return faultRefusal(fault, writeReason(fault), `${policy} on the role ${role.name}: `)
}

function writeReason({ code }: AwsFault): Reason {
  if (FULL.has(code)) return 'role-policies-full'
  return PROTECTED.test(code) ? 'role-protected' : 'role-write-failed'
}

/** @param size characters that its inline policies would take */
export function roleFull({ name }: RoleArn, size: number): Refusal {
  const wanted = size.toLocaleString('en')
  const allowed = INLINE_LIMIT.toLocaleString('en')
  return {
    reason: 'role-policies-full',
    detail: `the inline policies of the role ${name} would take ${wanted} of ${allowed} characters`,
  }
}
