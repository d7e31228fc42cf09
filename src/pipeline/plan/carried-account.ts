/**
 * Templates carry the variables of a function for all accounts that they are deployed to, so they may leave the account
 * out. Its absence there is no difference: nothing is written for it (systems/rotel/account.ts tells what it costs).
 */

import type { Ownership } from '../../model/ownership'
import type { Variables } from '../../systems/lambda/lambda-function'
import { RESOURCE_ATTRIBUTES, withoutAccount } from '../../systems/rotel/account'

/**
 * The wanted variables, without the account where the function has the others from somebody else.
 *
 * @param desired all of them
 * @param before what the function has
 */
export function acceptAbsentAccount(
  desired: Variables,
  before: Variables,
  owned: Ownership,
): Variables {
  const list = desired.get(RESOURCE_ATTRIBUTES)
  if (list === undefined || owned.variables.includes(RESOURCE_ATTRIBUTES)) return desired
  const rest = withoutAccount(list)
  if (before.get(RESOURCE_ATTRIBUTES) !== rest) return desired
  if (rest !== undefined) return new Map(desired).set(RESOURCE_ATTRIBUTES, rest)
  const others = [...desired].filter(
    ([name]) => name.startsWith('ROTEL_') && name !== RESOURCE_ATTRIBUTES,
  )
  const isCarried = others.every(
    ([name, value]) => before.get(name) === value && !owned.variables.includes(name),
  )
  return isCarried
    ? new Map([...desired].filter(([name]) => name !== RESOURCE_ATTRIBUTES))
    : desired
}
