/** Functions that share a role or a policy, and one of them is not proven: nobody’s logs are disabled (promise P9). */

import { expect, test } from '@jest/globals'
import { roleState, roleWrites, watchEverybody } from './cloudwatch-watch'
import { SHARED, SHARED_KINDS } from './shared-roles'
import { inStack } from './stack-world'
import { functionsOf, statusesOf } from './world'

test.each(SHARED_KINDS)(
  '%s: with a neighbour whose telemetry never arrives the proven ones keep Rotel and their logs, and the run fails',
  (kind) =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, roles } = SHARED[kind](world)
      const found = roles.map((role) => roleState(world, role))
      const dark = watchEverybody(world)
      aws.lambda.blockEgress('shop-prod-stock')

      const result = await main(inputs)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: [
          'shop-prod-mails: instrumented cloudwatch-withheld',
          'shop-prod-orders: instrumented cloudwatch-withheld',
          'shop-prod-stock: rolled-back export-unreachable',
        ],
      })
      expect(result.exitCode).toBe(1)
      expect(functionsOf(result).map(({ name, changed }) => [name, changed])).toEqual(
        expect.arrayContaining([
          ['shop-prod-mails', true],
          ['shop-prod-orders', true],
          ['shop-prod-stock', false],
        ]),
      )
      expect(roleWrites(world)).toEqual([])
      expect(roles.map((role) => roleState(world, role))).toEqual(found)
      expect(aws.lambda.get('shop-prod-mails').layers).toHaveLength(1)
    }),
)

test('`deny` by policies of our own reaches nobody else: the proven ones lose their logs, the failing one does not', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const { inputs } = SHARED['AWS’s policy on one role, `remove`'](world)
    const dark = watchEverybody(world)
    aws.lambda.blockEgress('shop-prod-stock')
    const result = await main({ ...inputs, 'cloudwatch-logs': 'deny' })
    expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
      dark: [],
      statuses: [
        'shop-prod-mails: instrumented',
        'shop-prod-orders: instrumented',
        'shop-prod-stock: rolled-back export-unreachable',
      ],
    })
    expect(Object.keys(aws.iam.get('shop').inline)).toHaveLength(2)
  }))
