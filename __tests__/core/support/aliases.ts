/** Aliases that nobody is to ask for: each call fails the test. */

import type { AliasControl } from '../../../src/systems/lambda/alias-control'

const unasked = (): never => {
  throw new Error('Lambda was asked for an alias')
}

export const NO_ALIASES: AliasControl = {
  alias: unasked,
  provisioning: unasked,
  publish: unasked,
  move: unasked,
}
