/** When only this run's request ID proves a function: asked for, or because its rows do not tell which account they are of. */

import type { Refusal } from '../../model/refusal'
import type { Variables } from '../../systems/lambda/lambda-function'
import { accountInRows } from '../../systems/rotel/account'
import type { OnlyRequestId } from './judge'
import type { VerifyLevel } from './settings'

/**
 * @param variables what the function has, or will have
 * @returns `undefined` where other rows prove it too
 */
export function onlyRequestId(
  level: VerifyLevel,
  variables: Variables,
  account: string,
): OnlyRequestId | undefined {
  if (level === 'invocation') return 'level'
  switch (accountInRows(variables, account)) {
    case 'written':
      return undefined
    case 'absent':
      return 'account-absent'
    case 'open':
      return 'account-open'
  }
}

/** Nothing can prove it: its own traffic has request IDs that nobody knows. */
export function needsInvocation(because: OnlyRequestId): Refusal {
  return {
    reason: 'proof-needs-invocation',
    detail: `${WHY[because]}, and this run does not invoke the function`,
  }
}

/** As the beginning of a sentence. */
export const WHY: Readonly<Record<OnlyRequestId, string>> = {
  level: 'only the request ID of this run proves it (`verify-level: invocation`)',
  'account-absent':
    'its ROTEL_OTEL_RESOURCE_ATTRIBUTES do not set cloud.account.id, so only the request ID of this run proves it',
  'account-open':
    'its env file or variables may set another cloud.account.id, so only the request ID of this run proves it',
}
