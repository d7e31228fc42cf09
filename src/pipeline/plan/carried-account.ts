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
  const theirs = before.get(RESOURCE_ATTRIBUTES)
  if (list === undefined || list === theirs) return desired
  if (owned.variables.includes(RESOURCE_ATTRIBUTES)) return desired
  const rest = withoutAccount(list)
  if (rest !== undefined) {
    return theirs === rest ? new Map(desired).set(RESOURCE_ATTRIBUTES, rest) : desired
  }
  // Attributes of the user's own, where the inputs give none: they stay, as other variables do that are not wanted.
  if (theirs !== undefined) return withoutAttributes(desired)
  const others = [...desired].filter(
    ([name]) => name.startsWith('ROTEL_') && name !== RESOURCE_ATTRIBUTES,
  )
  const isCarried = others.every(
    ([name, value]) => before.get(name) === value && !owned.variables.includes(name),
  )
  return isCarried ? withoutAttributes(desired) : desired
}

function withoutAttributes(desired: Variables): Variables {
  return new Map([...desired].filter(([name]) => name !== RESOURCE_ATTRIBUTES))
}
