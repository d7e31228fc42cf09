/** A campaign has tried something of each attempt of which it has chosen something. */

import { expect } from '@jest/globals'

interface Counted {
  readonly chosen: number
  /** Without those that were not reached. */
  readonly tried: number
}

/** Where nothing was reached, nothing was tried: all that holds then is that there was nothing to look at. */
export function expectReached({ chosen, tried }: Counted): void {
  expect({ chosen, isReached: tried > 0 }).toEqual({ chosen, isReached: chosen > 0 })
}
