/**
 * The lists of a role’s policies come back as something else than lists: that is no list without policies. Whoever takes it
 * for one overlooks what denies the logs, or what allows them.
 */

import { describe, expect, test } from '@jest/globals'
import { expectRemovedOrKept, roleState, watchEverybody } from './cloudwatch-watch'
import { deploy, disablingBy } from './disabling-logs'
import { faultOf, OTHER_ANSWERS, type OtherAnswer } from './other-answers'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

const LISTS = ['ListRolePolicies', 'ListAttachedRolePolicies'] as const

function answerOtherwise({ aws }: StackWorld, operation: string, answer: OtherAnswer): void {
  aws.faults.add({ service: 'iam', operation, count: Infinity, fault: faultOf(answer, 'iam') })
}

/** Who is not known to AWS lacks no permission. */
const unreadBy = (answer: OtherAnswer) =>
  answer === 'expired credentials' ? 'credentials-refused' : 'role-unreadable'

describe.each(LISTS)('%s answered with', (operation) => {
  test.each(OTHER_ANSWERS)(
    '%s: `mode: remove` does not leave a function dark that `deny` has disabled',
    (answer) =>
      inStack(async (world) => {
        const { aws, main } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const dark = watchEverybody(world)
        // The administrator's policy shows in the attached ones only, ours in the inline ones only.
        const way = operation === 'ListRolePolicies' ? 'deny' : 'deny-policy-arn'
        const inputs = { functions: 'orders', 'verify-timeout': '8', ...disablingBy(world, way) }
        expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])

        answerOtherwise(world, operation, answer)
        const result = await main({ ...inputs, 'cloudwatch-logs': 'keep', mode: 'remove' })
        expectRemovedOrKept(world, dark, result)
      }),
  )

  test.each(OTHER_ANSWERS)(
    '%s: `remove` does not disable the logs by a role that it has not read',
    (answer) =>
      inStack(async (world) => {
        const { aws, main } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const found = { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) }
        answerOtherwise(world, operation, answer)
        const inputs = { functions: 'orders', 'verify-timeout': '4', 'cloudwatch-logs': 'remove' }
        const result = await main(inputs)
        expect(statusesOf(result)).toEqual([`orders: blocked ${unreadBy(answer)}`])
        expect(result.exitCode).toBe(1)
        expect(roleState(world)).toEqual(found.role)
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
        expect(aws.lambda.get('orders').writes).toBe(0)
      }),
  )
})

describe('ListRolePolicies answered with', () => {
  test.each(OTHER_ANSWERS)('%s: `deny` does not write to a role that it has not read', (answer) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = roleState(world)
      answerOtherwise(world, 'ListRolePolicies', answer)
      const inputs = { functions: 'orders', 'verify-timeout': '4', 'cloudwatch-logs': 'deny' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual([`orders: blocked ${unreadBy(answer)}`])
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found)
      expect(aws.lambda.get('orders').writes).toBe(0)
    }),
  )

  test.each(OTHER_ANSWERS)(
    '%s: `verify` sees by effect that a deploy left a function dark',
    (answer) =>
      inStack(async (world) => {
        const { aws, main } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const inputs = { functions: 'orders', 'verify-timeout': '8', 'cloudwatch-logs': 'deny' }
        expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
        deploy(world)
        answerOtherwise(world, 'ListRolePolicies', answer)
        const result = await main({ functions: 'orders', mode: 'verify' })
        expect(statusesOf(result)).toEqual(['orders: dark rotel-missing'])
        expect(result.exitCode).toBe(1)
      }),
  )
})

describe('every call of IAM answered with', () => {
  test.each(OTHER_ANSWERS)('%s: nothing is removed, and nothing is written', (answer) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const dark = watchEverybody(world)
      const inputs = { functions: 'orders', 'verify-timeout': '8', 'cloudwatch-logs': 'deny' }
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      const before = { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) }

      aws.faults.add({ service: 'iam', count: Infinity, fault: faultOf(answer, 'iam') })
      const result = await main({ functions: 'orders', mode: 'remove' })
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: [
          `orders: blocked ${answer === 'expired credentials' ? 'credentials-refused' : 'simulation-failed'}`,
        ],
      })
      expect(result.exitCode).toBe(1)
      expect(result.outputs['changed']).toBe('false')
      expect(roleState(world)).toEqual(before.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before.fn)
    }),
  )
})
