/**
 * IAM shows late what was written: reads, its simulator and the services each by themselves. What this run wrote it
 * remembers, so a read that is old neither makes it write again nor lets it believe that there is nothing to restore.
 */

import { describe, expect, test } from '@jest/globals'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'
import { killAt, nth } from './killed-at'
import { inStack, type StackWorld } from './stack-world'
import { mayLog, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders'
const LATE = { readMs: 3_000, simulatorMs: 2_000, dataPlaneMs: 1_900 }
const NEVER = { readMs: Infinity, simulatorMs: Infinity, dataPlaneMs: Infinity }
const AT_ONCE = { readMs: 0, simulatorMs: 0, dataPlaneMs: 0 }
/** How long what was written stays unseen, counted from the first look of the way back: however slow the machine is. */
const UNSEEN_MS = 1_500

const mixed = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: WRITES, Resource: `${GROUP}:*` },
    { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' },
  ],
}

/** Where the right to write the log comes from, and the write that takes it away. */
const SOURCES = {
  'a managed policy': {
    kind: 'remove',
    write: 'CreatePolicyVersion',
    seed: ({ aws }: StackWorld) =>
      aws.iam.createRole({
        name: 'orders-role',
        attached: [aws.iam.createPolicy('logging', mixed)],
      }),
  },
  'an inline policy': {
    kind: 'remove',
    write: 'PutRolePolicy',
    seed: ({ aws }: StackWorld) =>
      aws.iam.createRole({ name: 'orders-role', inline: { logging: mixed } }),
  },
  'AWS’s policy': {
    kind: 'remove',
    write: 'DetachRolePolicy',
    seed: ({ aws }: StackWorld) =>
      aws.iam.createRole({
        name: 'orders-role',
        attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      }),
  },
  'an inline policy, denied by one of ours': {
    kind: 'deny',
    write: 'PutRolePolicy',
    seed: ({ aws }: StackWorld) =>
      aws.iam.createRole({ name: 'orders-role', inline: { logging: mixed } }),
  },
} as const

describe.each(Object.entries(SOURCES))('%s:', (_, { kind, write, seed }) => {
  const inputs = { functions: 'orders', 'cloudwatch-logs': kind }
  const inLateIam = (
    scenario: (
      world: StackWorld & {
        readonly found: ReturnType<typeof stateOf>
        readonly dark: ReturnType<typeof watchForDarkness>
      },
    ) => Promise<void>,
  ) =>
    inStack(async (world) => {
      const { aws } = world
      aws.lambda.createFunction({ name: 'orders', role: seed(world).arn, variables: FOREIGN })
      aws.iam.setPropagation(LATE)
      const dark = watchForDarkness(world)
      await scenario({ ...world, found: stateOf(world), dark })
      aws.iam.settle()
      dark.look('everything that was written is seen')
      expect(dark.moments).toEqual([])
    })

  test('it is written once, and removing leaves everything in its original state', () =>
    inLateIam(async (world) => {
      const { aws, main, found } = world
      const applied = await main(inputs)
      expect(statusesOf(applied)).toEqual(['orders: instrumented'])
      expect(aws.calls.count(write)).toBe(1)
      const path = applied.outputs['restore-path'] ?? ''
      const removed = await main({
        functions: 'orders',
        mode: 'remove',
        ...(path !== '' && { 'restore-file': path }),
      })
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(stateOf(world)).toEqual(found)
    }))

  test('a rollback before reads show the write leaves everything in its original state', () =>
    inLateIam(async (world) => {
      const { aws, main, found } = world
      aws.iam.setPropagation({ ...LATE, readMs: Infinity })
      aws.onWorkDone(({ operation }) => {
        if (operation === write) aws.caller.deny('lambda:InvokeFunction')
      })
      showWritesAfter(aws, ({ operation }) => operation === 'Invoke' && aws.calls.count(write) > 0)
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: rolled-back invoke-denied'])
      expect(stateOf(world)).toEqual(found)
    }))

  test('a run that is killed right after the write is rolled back by the post step', () =>
    inLateIam(async (world) => {
      const { aws, main, post, found } = world
      aws.iam.setPropagation(NEVER)
      const killer = killAt(aws, 'after', nth(write, 1))
      const killed = await main(inputs, killer)
      killer.stop()
      expect(killed.killedBy).toBe('SIGKILL')
      showWritesAfter(aws, ({ service }) => service === 'iam')
      const finished = await post(killed.state)
      expect(finished.exitCode).toBe(0)
      aws.iam.settle()
      expect(stateOf(world)).toEqual(found)
      expect(mayLog(world, 'orders')).toBe(true)
    }))
})

/** Everybody sees what was written a while after this moment, and what is written later at once. */
function showWritesAfter(aws: LocalAws, isMoment: (call: CallEvent) => boolean): void {
  const stop = aws.onCall((call) => {
    if (!isMoment(call)) return
    stop()
    setTimeout(() => {
      aws.iam.settle()
      aws.iam.setPropagation(AT_ONCE)
    }, UNSEEN_MS).unref()
  })
}
