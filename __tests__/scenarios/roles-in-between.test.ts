/** What changes, or is found out, between the plan of an edit and its end: nobody is left dark by it (promises P8 and P9). */

import { expect, test } from '@jest/globals'
import type { Reason } from '../../src/model/reason'
import type { LocalAws } from '../../local/aws/local-aws'
import { accepting, type Risk } from './accepting'
import { concealed, roleState, roleWrites, watchEverybody } from './cloudwatch-watch'
import { BASIC } from './shared-roles'
import { granting } from './secret-rights'
import { INGESTION_KEY, inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, functionsOf, statusesOf } from './world'

const documentOf = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

const LOGGING = {
  Effect: 'Allow',
  Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
}

/** One role with AWS's policy for `mails` and `orders`. */
function twoOnOneRole({ iam, lambda }: LocalAws): string {
  const { arn } = iam.createRole({ name: 'shop', attached: [BASIC] })
  for (const name of ['mails', 'orders']) {
    lambda.createFunction({ name, role: arn, variables: FOREIGN })
  }
  return arn
}

const BOTH = {
  functions: 'mails\norders',
  'cloudwatch-logs': 'remove',
  'verify-timeout': '8',
  ...accepting('shared-role'),
}

/** When the log group is first searched after the edit and an invocation. */
function whileWatched({ aws }: StackWorld, happens: () => void): void {
  const waiting = ['DetachRolePolicy', 'Invoke']
  const stop = aws.onCall(({ operation }) => {
    if (operation === waiting[0]) waiting.shift()
    if (waiting.length > 0 || operation !== 'FilterLogEvents') return
    stop()
    happens()
  })
}

test('a function whose variables have no room for what the marker tells of its logs counts as not selected', () =>
  inStack(async (world) => {
    const { aws, main } = world
    twoOnOneRole(aws)
    // It fits without that, and not with it: found by halving.
    let [least, most] = [2_000, 4_000]
    while (most - least > 1) {
      const size = Math.floor((least + most) / 2)
      aws.lambda.changeAsSomebodyElse('orders', { variables: { PADDING: 'x'.repeat(size) } })
      if (await fits(world)) least = size
      else most = size
    }
    aws.lambda.changeAsSomebodyElse('orders', { variables: { PADDING: 'x'.repeat(least) } })
    const dark = watchEverybody(world)
    const before = roleState(world, 'shop')
    const result = await main(BOTH)
    expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
      dark: [],
      statuses: ['mails: blocked log-loss', 'orders: blocked environment-too-large'],
    })
    expect(roleState(world, 'shop')).toEqual(before)
  }))

/** Without what is told of its logs. */
async function fits({ main }: StackWorld): Promise<boolean> {
  const planned = await main({ functions: 'orders', mode: 'plan' })
  return statusesOf(planned).every((status) => !status.includes('environment-too-large'))
}

const SENDING = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }

/** `orders` with a role and a policy of the customer; while it is proven, something happens to that. */
async function whileProven(
  world: StackWorld,
  happens: (aws: LocalAws, policy: string) => void,
  accepted: readonly Risk[] = [],
) {
  const { aws, main } = world
  const { iam, lambda } = aws
  const logging = { ...LOGGING, Resource: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/*' }
  const policy = iam.createPolicy('logging', documentOf(logging, SENDING))
  const { arn } = iam.createRole({ name: 'shop', attached: [policy] })
  lambda.createFunction({ name: 'orders', role: arn, variables: FOREIGN })
  const before = { fn: configurationOf(lambda.get('orders')), policy: iam.policy(policy).document }
  const stop = aws.onCall(({ operation }) => {
    if (operation !== 'Invoke') return
    stop()
    happens(aws, policy)
  })
  const inputs = { functions: 'orders', 'cloudwatch-logs': 'remove' }
  const result = await main({ ...inputs, ...accepting(...accepted) })
  const after = { fn: configurationOf(lambda.get('orders')), policy: iam.policy(policy).document }
  return { result, before, after }
}

/** A deploy gives the policy to the role of a function that nobody selects. */
function attachElsewhere({ iam, lambda }: LocalAws, policy: string): void {
  const { arn } = iam.createRole({ name: 'stock', attached: [policy] })
  lambda.createFunction({ name: 'stock', role: arn, variables: FOREIGN })
}

test.each<[string, (aws: LocalAws, policy: string) => void, readonly Risk[], Reason, string]>([
  [
    'is attached to another role',
    attachElsewhere,
    [],
    'shared-role',
    'logging is attached to 1 more users',
  ],
  [
    'is attached to another role, where a shared role is accepted and no loss',
    attachElsewhere,
    ['shared-role'],
    'log-loss',
    'logging is attached to 1 more users',
  ],
  [
    'bounds another role',
    ({ iam }, boundary) => iam.createRole({ name: 'stock', attached: [BASIC], boundary }),
    ['shared-role'],
    'log-loss',
    'logging is a boundary 1 times',
  ],
])(
  'a policy that %s while the function is proven is not narrowed',
  (_, happens, accepted, reason, why) =>
    inStack(async (world) => {
      const { result, before, after } = await whileProven(world, happens, accepted)
      expect(statusesOf(result)).toEqual([`orders: rolled-back ${reason}`])
      expect(functionsOf(result)[0]?.detail).toContain(why)
      expect(world.aws.calls.count('CreatePolicyVersion')).toBe(0)
      expect(after).toEqual(before)
    }),
)

test('a policy that is attached to another role while the function is proven is narrowed where that is accepted', () =>
  inStack(async (world) => {
    const { result } = await whileProven(world, attachElsewhere, ['shared-role', 'log-loss'])
    expect(statusesOf(result)).toEqual(['orders: instrumented'])
    expect(world.aws.calls.count('CreatePolicyVersion')).toBe(1)
  }))

test.each([
  [
    'an inline policy',
    (aws: LocalAws) => {
      const own = documentOf(LOGGING, { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' })
      aws.iam.changeRoleAsSomebodyElse('shop', { putInline: { own } })
    },
  ],
  [
    'an inline policy that would be deleted',
    (aws: LocalAws) => {
      const only = documentOf(LOGGING, {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: '*',
      })
      aws.iam.changeRoleAsSomebodyElse('shop', { putInline: { only } })
    },
  ],
])(
  'a statement that another user adds to %s after it was read and before it is narrowed stays',
  (_, add) =>
    inStack(async ({ aws, main }) => {
      const { iam, lambda } = aws
      const logging = iam.createPolicy('logging', documentOf(LOGGING))
      const { arn } = iam.createRole({
        name: 'shop',
        attached: [logging],
        inline: {
          own: documentOf(LOGGING, { ...LOGGING, Action: 's3:GetObject' }),
          only: documentOf(LOGGING),
        },
      })
      lambda.createFunction({ name: 'orders', role: arn, variables: FOREIGN })
      // After the invocation it is for the write: the inline policies have been read then.
      const stop = aws.onCall(({ operation }) => {
        if (operation !== 'GetPolicyVersion' || aws.calls.count('Invoke') === 0) return
        stop()
        add(aws)
      })
      const result = await main({ functions: 'orders', 'cloudwatch-logs': 'remove' })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(iam.decide(arn, 'sqs:SendMessage', '*')).toBe('allowed')
      expect(iam.decide(arn, 'logs:PutLogEvents', '*')).not.toBe('allowed')
    }),
)

test('a new function on the role, deployed while the log groups are watched: the edit is undone', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const role = twoOnOneRole(aws)
    const before = roleState(world, 'shop')
    whileWatched(world, () => aws.lambda.createFunction({ name: 'stock', role }))
    const dark = watchEverybody(world)
    const result = await main(BOTH)
    expect(concealed(result, dark)).toEqual([])
    expect(result.exitCode).toBe(1)
    expect(statusesOf(result)).toEqual([
      'mails: instrumented cloudwatch-withheld',
      'orders: instrumented cloudwatch-withheld',
    ])
    expect(roleState(world, 'shop')).toEqual(before)
  }))

test('an alias that moves to a version without Rotel while the log group is watched: restored', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const version = aws.lambda.publishVersion('orders')
    const before = roleState(world)
    whileWatched(world, () => aws.lambda.setAlias('orders', 'live', version))
    const dark = watchEverybody(world)
    const result = await main({ functions: 'orders', 'cloudwatch-logs': 'remove' })
    expect(concealed(result, dark)).toEqual([])
    expect(statusesOf(result)).toEqual(['orders: rolled-back version-not-instrumented'])
    expect(roleState(world)).toEqual(before)
  }))

test('`remove`, a deploy that resets only the layers, the same step again: instrumented', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const inputs = { functions: 'orders', 'cloudwatch-logs': 'remove' }
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    aws.lambda.changeAsSomebodyElse('orders', { layers: [] })
    const dark = watchEverybody(world)
    const again = await main(inputs)
    expect(statusesOf(again)).toEqual(['orders: instrumented'])
    expect(dark.now()).toEqual([])
    // What the repair gave is taken out again with the rest.
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([])
  }))

test('another job disables the logs between the preflight and the removal: never dark', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const before = roleState(world)
    expect(statusesOf(await main({ functions: 'orders' }))).toEqual(['orders: instrumented'])
    let isHeld = false
    aws.onCall(async ({ operation }) => {
      if (operation !== 'UpdateFunctionConfiguration' || isHeld) return
      isHeld = true
      await main({ functions: 'orders', 'cloudwatch-logs': 'deny' })
    })
    const dark = watchEverybody(world)
    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(concealed(removed, dark)).toEqual([])
    if (removed.exitCode === 0) expect(roleState(world)).toEqual(before)
  }))

test('a Deny of ours for a log group that the function has no more goes with it', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const before = roleState(world)
    const inputs = { functions: 'orders', 'cloudwatch-logs': 'deny' }
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    aws.lambda.changeAsSomebodyElse('orders', { logGroup: '/own/orders' })
    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(roleState(world)).toEqual(before)
  }))

test.each([['always'], ['never']])(
  'a boundary that does not let the role read the secret blocks the function, with `smoke-test: %s`',
  (smokeTest) =>
    inStack(async (world) => {
      const { aws, main } = world
      const bounds = aws.iam.createPolicy(
        'bounds',
        documentOf({ Effect: 'Allow', Action: ['logs:*', 's3:*'], Resource: '*' }),
      )
      const { arn } = aws.iam.createRole({ name: 'shop', attached: [BASIC], boundary: bounds })
      aws.lambda.createFunction({ name: 'orders', role: arn })
      const secret = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
      const result = await main({ ...granting('orders', secret), 'smoke-test': smokeTest })
      expect(statusesOf(result)).toEqual(['orders: blocked secret-not-readable'])
      expect(roleWrites(world)).toEqual([])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }),
)
