/** Functions that share a role or a policy: a run that dies in its second wave leaves nobody dark. */

import { expect, test } from '@jest/globals'
import { roleState, watchEverybody } from './cloudwatch-watch'
import { killedAfter } from './disabling-logs'
import { SHARED, SHARED_KINDS, SHARERS } from './shared-roles'
import { inStack } from './stack-world'
import { configurationOf } from './world'

test.each(SHARED_KINDS)(
  '%s: killed in the second wave, the post step says that all is restored, and it is',
  (kind) =>
    inStack(async (world) => {
      const { aws, main, post } = world
      const { inputs, roles } = SHARED[kind](world)
      const found = {
        roles: roles.map((role) => roleState(world, role)),
        orders: configurationOf(aws.lambda.get('shop-prod-orders')),
      }
      const dark = watchEverybody(world)
      const [canary] = SHARERS
      const killed = await main(
        inputs,
        killedAfter(
          world,
          (operation, name) => operation === 'UpdateFunctionConfiguration' && name !== canary,
        ),
      )
      expect(killed.killedBy).toBe('SIGKILL')

      const finished = await post(killed.state)
      expect(finished.exitCode).toBe(0)
      expect(dark.instants).toEqual([])
      expect(dark.now()).toEqual([])
      expect(roles.map((role) => roleState(world, role))).toEqual(found.roles)
      expect(configurationOf(aws.lambda.get('shop-prod-orders'))).toEqual(found.orders)
    }),
)
