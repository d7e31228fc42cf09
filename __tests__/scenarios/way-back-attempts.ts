/** Steps that fail when roles are edited already, or the right to secrets is given: their way back meets faults, too. */

import type { Attempt } from './disturbed-step'
import { ANSWERS, deny, denyByPolicy, FAILS, grant, remove } from './step-attempts'

/** @param invocations that succeed before */
function failingAfter(invocations: number, attempt: Attempt): Attempt {
  return {
    ...attempt,
    title: `${attempt.title} that fails at its invocation ${String(invocations + 1)}`,
    failsAnyway: true,
    async prepare(world) {
      const inputs = await attempt.prepare(world)
      let count = 0
      world.aws.lambda.setHandler('orders', () => (count++ < invocations ? ANSWERS : FAILS))
      return inputs
    },
  }
}

export const failingDeny: Attempt = failingAfter(1, deny)
export const failingDenyByPolicy: Attempt = failingAfter(1, denyByPolicy)
export const failingRemove: Attempt = failingAfter(1, remove)
export const failingGrant: Attempt = failingAfter(0, grant)
