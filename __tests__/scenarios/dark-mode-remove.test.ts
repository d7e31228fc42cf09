/** `mode: remove` of a function whose CloudWatch Logs an earlier run has disabled: Rotel leaves only when they are back. */

import { describe, expect, test } from '@jest/globals'
import { accepting } from './accepting'
import { expectRemovedOrKept, roleState, roleWrites, watchEverybody } from './cloudwatch-watch'
import { disablingBy, type Way, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

const REMOVE = { functions: 'orders', mode: 'remove' }

/** The logs of `orders` are disabled and proven to be. */
async function disabled(world: StackWorld, way: Way) {
  const { aws, main } = world
  aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
  const found = { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) }
  const dark = watchEverybody(world)
  const inputs = { functions: 'orders', 'verify-timeout': '8', ...disablingBy(world, way) }
  expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
  aws.calls.clear()
  return { found, dark }
}

describe.each(WAYS)('after `%s`', (way) => {
  test('without repeating an input: the logs are restored first, and the function may write them', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { found, dark } = await disabled(world, way)
      const removed = await main(REMOVE)
      expect({ dark: dark.instants, statuses: statusesOf(removed) }).toEqual({
        dark: [],
        statuses: ['orders: removed'],
      })
      expect(removed.outputs['changed']).toBe('true')
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
      // What `remove` took away is known from its restore file only: a grant of the least stands in for it.
      if (way !== 'remove') expect(roleState(world)).toEqual(found.role)
      const written = aws.logs.events('/aws/lambda/orders').length
      await aws.lambda.traffic('orders', { cold: true })
      expect(aws.logs.events('/aws/lambda/orders').length).toBeGreaterThan(written)
    }))

  test.each(['iam:ListRolePolicies', 'iam:List*'])(
    'where the caller may not call %s, IAM is asked by simulation: the logs are restored, or Rotel stays',
    (action) =>
      inStack(async (world) => {
        const { aws, main } = world
        const { dark } = await disabled(world, way)
        aws.caller.deny(action)
        const result = await main(REMOVE)
        expectRemovedOrKept(world, dark, result)
      }),
  )

  test('where the caller may do nothing in IAM it is blocked, and nothing is written', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { dark } = await disabled(world, way)
      const before = { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) }
      aws.caller.deny('iam:*')
      const result = await main(REMOVE)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: ['orders: blocked simulation-failed'],
      })
      expect(result.exitCode).toBe(1)
      expect(result.outputs['changed']).toBe('false')
      expect(roleState(world)).toEqual(before.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before.fn)
    }))
})

describe('a function whose logs nobody has disabled', () => {
  const NEVER_LOGGED = { functions: 'orders', 'verify-timeout': '8' }

  test('is blocked where IAM cannot be asked whether it may log without Rotel', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      expect(statusesOf(await main(NEVER_LOGGED))).toEqual(['orders: instrumented'])
      aws.caller.deny('iam:*')
      const result = await main(REMOVE)
      expect(statusesOf(result)).toEqual(['orders: blocked simulation-failed'])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }))

  test('and which never had the right to log is blocked, unless its loss of logs is accepted', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { arn: role } = aws.iam.createRole({ name: 'orders-role' })
      aws.lambda.createFunction({ name: 'orders', role, variables: FOREIGN })
      const found = { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) }
      expect(statusesOf(await main(NEVER_LOGGED))).toEqual(['orders: instrumented'])

      const refused = await main(REMOVE)
      expect(statusesOf(refused)).toEqual(['orders: blocked would-go-dark'])
      expect(refused.exitCode).toBe(1)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)

      const removed = await main({ ...REMOVE, ...accepting('log-loss') })
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(removed.exitCode).toBe(0)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
      expect(roleState(world)).toEqual(found.role)
      expect(roleWrites(world)).toEqual([])
    }))
})
