/** Functions that share a role or a policy, and one of them is not proven: nobody’s logs are disabled (promise P9). */

import { expect, test } from '@jest/globals'
import { roleState, roleWrites, watchEverybody } from './cloudwatch-watch'
import { BASIC, SHARED, SHARED_KINDS } from './shared-roles'
import { accepting } from './accepting'
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

test('with a neighbour that the endpoint check blocks after the roles were planned, the role is not edited', () =>
  inStack(async (world) => {
    const { aws, main, clickStack } = world
    const role = aws.iam.createRole({ name: 'shop', attached: [BASIC] }).arn
    for (const name of ['mails', 'orders']) aws.lambda.createFunction({ name, role })
    const overHttp = {
      endpoint: clickStack.httpEndpoint,
      protocol: 'auto',
      'verify-timeout': '8',
    }
    // Rotel sends by gRPC then to a port that answers HTTP alone, and the next run keeps that.
    const wrong = { ...overHttp, protocol: 'grpc', 'endpoint-check': 'off', verify: 'none' }
    expect(statusesOf(await main({ ...wrong, functions: 'mails' }))).toEqual([
      'mails: written no-verifier',
    ])
    const found = roleState(world, 'shop')

    const both = { ...overHttp, functions: 'mails\norders', 'cloudwatch-logs': 'remove' }
    const result = await main({ ...both, ...accepting('shared-role') })
    expect(statusesOf(result)).toEqual([
      'mails: blocked endpoint-wrong-protocol',
      'orders: instrumented cloudwatch-withheld',
    ])
    expect(functionsOf(result).find(({ name }) => name === 'orders')?.detail).toBe(
      'not proven: mails',
    )
    expect(roleState(world, 'shop')).toEqual(found)
  }))

test('with `smoke-test: changed`, one that is disabled already is not withheld because its neighbour is not invoked', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const role = aws.iam.createRole({ name: 'shop', attached: [BASIC] }).arn
    for (const name of ['mails', 'orders']) aws.lambda.createFunction({ name, role })
    const inputs = {
      functions: 'mails\norders',
      'cloudwatch-logs': 'remove',
      'resource-attributes': 'team=shop',
      'verify-timeout': '8',
      ...accepting('shared-role'),
    }
    expect(statusesOf(await main(inputs))).toEqual(['mails: instrumented', 'orders: instrumented'])
    const attributes = 'ROTEL_OTEL_RESOURCE_ATTRIBUTES'
    const { layers, variables } = aws.lambda.get('mails')
    const edited = variables[attributes]?.replace('team=shop', 'team=other') ?? ''
    aws.lambda.changeAsSomebodyElse('mails', {
      layers,
      variables: { ...variables, [attributes]: edited },
    })
    const again = await main({ ...inputs, 'smoke-test': 'changed' })
    expect(statusesOf(again)).toEqual(['mails: instrumented', 'orders: unproven no-traffic'])
  }))
