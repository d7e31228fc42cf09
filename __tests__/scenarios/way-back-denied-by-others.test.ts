/**
 * `mode: remove` where something that is not ours keeps the function from writing its log: Rotel does not leave it dark
 * unless that is accepted, the step does not wait for what cannot come, and nothing of ours is left.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { accepting } from './accepting'
import { inStack, type StackWorld } from './stack-world'
import { within } from './step-limit'
import { expectTruth, leftOfOurs, stateOf } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const REMOVE = { functions: 'orders', mode: 'remove' }

const documentOf = (effect: 'Allow' | 'Deny', action: string | readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: effect, Action: action, Resource: '*' }],
})

const ownDeny = (aws: LocalAws) =>
  aws.iam.createRole({
    name: 'orders-role',
    attached: [BASIC],
    inline: { 'no-logs': documentOf('Deny', WRITES) },
  })

const boundary = (aws: LocalAws) =>
  aws.iam.createRole({
    name: 'orders-role',
    attached: [BASIC],
    boundary: aws.iam.createPolicy('bounds', documentOf('Allow', 's3:*')),
  })

/** A function that never could write its log, with Rotel, and with its CloudWatch Logs disabled all the same. */
const instrumented = (
  seed: typeof ownDeny,
  kind: 'deny' | 'remove',
  scenario: (
    world: StackWorld & {
      readonly found: ReturnType<typeof stateOf>
      readonly restore: Readonly<Record<string, string>>
    },
  ) => Promise<void>,
) =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', role: seed(aws).arn, variables: FOREIGN })
    const found = stateOf(world)
    const applied = await main({ functions: 'orders', 'cloudwatch-logs': kind })
    expect(statusesOf(applied)).toEqual(['orders: instrumented'])
    const path = applied.outputs['restore-path'] ?? ''
    await scenario({ ...world, found, restore: path === '' ? {} : { 'restore-file': path } })
  })

describe.each([
  ['a Deny of the user’s own', 'deny', ownDeny],
  ['a Deny of the user’s own', 'remove', ownDeny],
  ['a permissions boundary without log rights', 'deny', boundary],
  ['a permissions boundary without log rights', 'remove', boundary],
] as const)('%s, after `cloudwatch-logs: %s`:', (_, kind, seed) => {
  test('removing is blocked at once and writes nothing; accepted, it leaves everything in its original state', () =>
    instrumented(seed, kind, async (world) => {
      const { main, found, restore } = world
      const before = stateOf(world)
      const refused = await within(30, main, { ...REMOVE, ...restore })
      expect(statusesOf(refused)).toEqual(['orders: blocked would-go-dark'])
      expect(refused.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(before)
      expectTruth(refused, before, stateOf(world))

      const removed = await within(30, main, { ...REMOVE, ...restore, ...accepting('log-loss') })
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(removed.exitCode).toBe(0)
      expect(stateOf(world)).toEqual(found)
      expectTruth(removed, before, found)
    }))
})

test.each([
  ['a Deny of the user’s own', ownDeny],
  ['a permissions boundary without log rights', boundary],
])(
  '%s: accepted, removing without a restore file leaves no grant that nobody had before',
  (_, seed) =>
    instrumented(seed, 'remove', async (world) => {
      const removed = await within(30, world.main, { ...REMOVE, ...accepting('log-loss') })
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(removed.exitCode).toBe(0)
      expect(leftOfOurs(world)).toEqual([])
    }),
)
