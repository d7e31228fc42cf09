/** `cloudwatch-logs: deny` through the built action: cut last, proven, given back first. */

import { describe, expect, test } from '@jest/globals'
import { stateOf, watchForDarkness } from './cloudwatch-watch'
import { disablingBy, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

/** By the hash of the function's ARN. */
const NAME_OF_OURS = 'ClickStackLambda-deny-logs-66d2e7d49f3e923c'
const FORWARDER = 'arn:aws:lambda:us-east-1:123456789012:function:forwarder'
const STREAM = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:log-stream:x'
const DENY = { functions: 'orders', 'cloudwatch-logs': 'deny' }

test('a function is proven, its CloudWatch Logs are denied by a policy of its own, and removing restores them first', async () => {
  await inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    const found = aws.iam.get('orders-role')

    const cut = await main(DENY)
    expect(statusesOf(cut)).toEqual(['orders: instrumented'])
    expect(cut.summary).toContain('CloudWatch Logs are disabled for 1 function (verified).')
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([
      expect.stringMatching(/^ClickStackLambda-deny-logs-[0-9a-f]{16}$/),
    ])
    const written = aws.logs.events('/aws/lambda/orders').length
    await aws.lambda.traffic('orders', { cold: true })
    expect(aws.logs.events('/aws/lambda/orders')).toHaveLength(written)

    const again = await main(DENY)
    expect(statusesOf(again)).toEqual(['orders: unchanged'])
    expect(aws.calls.count('PutRolePolicy')).toBe(1)
    expect(aws.lambda.get('orders').writes).toBe(2)

    aws.calls.clear()
    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(aws.iam.get('orders-role')).toEqual(found)
    const order = aws.calls.all().map(({ operation }) => operation)
    expect(order.indexOf('DeleteRolePolicy')).toBeLessThan(
      order.indexOf('UpdateFunctionConfiguration'),
    )
  })
})

describe('a denial that is not effective', () => {
  test('fails the proof though IAM’s simulator names it, and is withdrawn', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      aws.iam.setPropagation({ simulatorMs: 0, dataPlaneMs: Infinity })
      const result = await main({ ...DENY, 'verify-timeout': '8' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back cloudwatch-still-written'])
      expect(result.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(found)
      expect(dark).toEqual([])
    }))

  test('is waited for where IAM is late, the simulator before what it simulates', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      aws.iam.setPropagation({ simulatorMs: 500, dataPlaneMs: 3_000 })
      expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
    }))
})

describe('a proof that fails after the edit restores CloudWatch Logs', () => {
  const losingTelemetry = ({ aws }: StackWorld) =>
    aws.onWorkDone(({ operation }) => {
      if (operation === 'PutRolePolicy') aws.lambda.blockEgress('orders')
    })

  test('before Rotel leaves, and leaves role and function as they were found', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      losingTelemetry(world)
      const result = await main({ ...DENY, 'verify-timeout': '5' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back telemetry-lost-after-disabling'])
      expect(stateOf(world)).toEqual(found)
      expect(dark).toEqual([])
      const order = aws.calls.all().map(({ operation }) => operation)
      expect(order.indexOf('DeleteRolePolicy')).toBeLessThan(
        order.lastIndexOf('UpdateFunctionConfiguration'),
      )
    }))

  test('also with on-failure: keep, which keeps Rotel only', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      const { role } = stateOf(world)
      losingTelemetry(world)
      const result = await main({ ...DENY, 'verify-timeout': '5', 'on-failure': 'keep' })
      expect(statusesOf(result)).toEqual(['orders: failed telemetry-lost-after-disabling'])
      expect(aws.iam.get('orders-role')).toEqual(role)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }))

  test('or Rotel stays where they cannot be restored, until the post step can', () =>
    inStack(async (world) => {
      const { aws, main, post } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      losingTelemetry(world)
      aws.caller.deny('iam:DeleteRolePolicy')
      const result = await main({ ...DENY, 'verify-timeout': '5' })
      expect(statusesOf(result)).toEqual(['orders: failed restore-not-seen'])
      expect(aws.lambda.get('orders').layers).toHaveLength(1)

      aws.caller.allowAll()
      const finished = await post(result.state)
      expect(finished.exitCode).toBe(0)
      expect(stateOf(world)).toEqual(found)
      expect(dark).toEqual([])
    }))
})

describe('a function that keeps settings which do not work, with logs that an earlier run has disabled', () => {
  const KEEP = {
    functions: 'orders',
    'verify-timeout': '5',
    'on-failure': 'keep',
    'resource-attributes': 'team=shop',
  }
  const isWritable = ({ aws }: StackWorld) =>
    aws.iam.decide(aws.lambda.get('orders').role, 'logs:PutLogEvents', STREAM, 'dataPlane')

  test.each(
    WAYS.flatMap((way) => [[way, 'as before'] as const, [way, '`cloudwatch-logs: keep`'] as const]),
  )('may log again: %s, %s', (way, then) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      const disabling = disablingBy(world, way)
      const first = await main({ functions: 'orders', ...disabling })
      expect(statusesOf(first)).toEqual(['orders: instrumented'])
      expect(isWritable(world)).not.toBe('allowed')
      aws.lambda.blockEgress('orders')
      const logs = then === 'as before' ? disabling : { ...disabling, 'cloudwatch-logs': 'keep' }
      const result = await main({ ...KEEP, ...logs })
      const [fn] = functionsOf(result)
      expect(fn).toMatchObject({ status: 'failed', changed: true })
      expect(fn?.detail).toContain('it keeps what was written (`on-failure: keep`)')
      expect(result.summary).toContain('CloudWatch Logs were restored')
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      expect(aws.lambda.get('orders').variables).toMatchObject({
        ROTEL_OTEL_RESOURCE_ATTRIBUTES: expect.stringContaining('team=shop'),
      })
      expect(isWritable(world)).toBe('allowed')
    }),
  )

  test('is dark where they cannot be restored', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      await main(DENY)
      aws.lambda.blockEgress('orders')
      aws.caller.deny('iam:DeleteRolePolicy')
      const result = await main({ ...DENY, ...KEEP })
      const [fn] = functionsOf(result)
      expect(fn).toMatchObject({ status: 'dark', reason: 'restore-not-seen', changed: true })
      expect(fn?.detail).toContain('it keeps what was written (`on-failure: keep`)')
    }))

  test.each([
    ['stays without logs where only its handler fails', false],
    ['may log again where its handler fails and nothing arrives', true],
  ])('%s', (_, isLost) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      await main(DENY)
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      if (isLost) aws.lambda.blockEgress('orders')
      const result = await main({ ...DENY, ...KEEP })
      expect(functionsOf(result)).toMatchObject([{ status: 'failed', reason: 'function-error' }])
      expect(isWritable(world) === 'allowed').toBe(isLost)
    }),
  )
})

test('two functions with one role are denied by two policies, at once, and one leaves without the other', () =>
  inStack(async ({ aws, main }) => {
    const role = aws.iam.createRole({
      name: 'shared',
      path: '/service-role/',
      attached: ['arn:aws:iam::aws:policy/PowerUserAccess'],
      inline: {
        own: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
        },
      },
    }).arn
    aws.lambda.createFunction({ name: 'orders', role })
    aws.lambda.createFunction({ name: 'mails', role, logGroup: '/own/mails' })
    const results = await Promise.all([main(DENY), main({ ...DENY, functions: 'mails' })])
    expect(results.flatMap(statusesOf)).toEqual(['orders: instrumented', 'mails: instrumented'])
    expect(Object.keys(aws.iam.get('shared').inline)).toHaveLength(3)
    await main({ functions: 'orders', mode: 'remove' })
    expect(Object.keys(aws.iam.get('shared').inline)).toHaveLength(2)
    await aws.lambda.traffic('mails', { cold: true })
    expect(aws.logs.streams('/own/mails').length).toBe(1)
  }))

test('an administrator’s policy is attached in place of ours, and detached before Rotel leaves', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders' })
    const found = stateOf(world)
    const arn = aws.iam.createPolicy('deny-logs', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'logs:*', Resource: '*' }],
    })
    const inputs = { ...DENY, 'deny-policy-arn': arn }
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    expect(aws.iam.get('orders-role').attached).toContain(arn)
    expect(aws.calls.count('PutRolePolicy')).toBe(0)
    await main({ functions: 'orders', mode: 'remove', 'deny-policy-arn': arn })
    expect(stateOf(world)).toEqual(found)
  }))

describe('nothing is written where', () => {
  const OWN_GROUP = '/aws/lambda/orders'
  test.each<[string, string, (world: StackWorld) => void, Record<string, string>]>([
    [
      'a template tool owns the function',
      'template-owned',
      ({ aws }) =>
        aws.lambda.changeAsSomebodyElse('orders', {
          tags: { 'aws:cloudformation:stack-name': 'shop' },
        }),
      { accept: 'drift' },
    ],
    [
      'somebody subscribes to the log group',
      'log-loss',
      ({ aws }) =>
        aws.logs.createGroup({
          name: OWN_GROUP,
          subscriptionFilters: [{ name: 'forwarder', destinationArn: FORWARDER }],
        }),
      { accept: 'log-loss' },
    ],
    [
      'a metric filter reads the log group',
      'log-loss',
      ({ aws }) =>
        aws.logs.createGroup({
          name: OWN_GROUP,
          metricFilters: [{ name: 'errors', metricName: 'errors', metricNamespace: 'shop' }],
        }),
      { accept: 'log-loss' },
    ],
    [
      'an alias points to a version without Rotel',
      'version-not-instrumented',
      ({ aws }) => {
        aws.lambda.publishVersion('orders')
        aws.lambda.setAlias('orders', 'live', '1')
      },
      {},
    ],
    [
      'another function writes to the same group with the same role',
      'shared-role',
      ({ aws }) => {
        const { role } = aws.lambda.get('orders')
        aws.lambda.createFunction({ name: 'twin', role, logGroup: OWN_GROUP })
      },
      { accept: 'shared-role\nlog-loss' },
    ],
    [
      'a policy of the same name is not ours',
      'foreign-policy',
      ({ aws }) =>
        aws.iam.changeRoleAsSomebodyElse('orders-role', {
          putInline: {
            [NAME_OF_OURS]: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
            },
          },
        }),
      {},
    ],
    [
      'the role has no room for another policy',
      'role-policies-full',
      ({ aws }) =>
        aws.iam.changeRoleAsSomebodyElse('orders-role', {
          putInline: {
            long: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'x'.repeat(10_100)}` },
              ],
            },
          },
        }),
      {},
    ],
    [
      'IAM’s simulator may not be asked',
      'simulation-failed',
      ({ aws }) => aws.caller.deny('iam:SimulatePrincipalPolicy'),
      {},
    ],
    [
      'the role may not be read',
      'role-unreadable',
      ({ aws }) => aws.caller.deny('iam:GetRole'),
      {},
    ],
    [
      'the log group cannot be searched',
      'log-group-unreadable',
      ({ aws }) => aws.logs.createGroup({ name: OWN_GROUP, class: 'INFREQUENT_ACCESS' }),
      {},
    ],
  ])('%s: %s', (_, reason, seed, opening) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders' })
      seed(world)
      const found = stateOf(world)
      const inputs = { ...DENY, 'verify-timeout': '10' }
      expect(statusesOf(await main(inputs))).toEqual([`orders: blocked ${reason}`])
      expect(stateOf(world)).toEqual(found)
      expect(aws.lambda.get('orders').writes).toBe(0)
      if (Object.keys(opening).length > 0) {
        expect(statusesOf(await main({ ...inputs, ...opening }))).toEqual(['orders: instrumented'])
      }
    }),
  )

  test.each([
    ['nothing verifies', { verify: 'none', 'clickhouse-url': '' }],
    ['nothing is invoked', { 'smoke-test': 'never' }],
    ['the price is no number', { 'cloudwatch-price': 'much' }],
  ])('%s: that is an input error', (_, inputs) =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ ...DENY, ...inputs })
      expect(result.exitCode).toBe(1)
      expect(aws.calls.count()).toBe(0)
    }),
  )
})

test('what is saved is estimated from the bytes of 30 days and the price', () =>
  inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    aws.logs.createGroup({ name: '/aws/lambda/orders' })
    aws.logs.setIncomingBytes('/aws/lambda/orders', 1024 ** 3)
    const result = await main({ ...DENY, 'cloudwatch-price': '0.76' })
    expect(result.summary.replaceAll('&#36;', '$')).toMatch(
      /\$22\.\d\d in 30 days \(30\.\d GB were ingested in the last 30 days, at \$0\.76\/GB/,
    )
  }))
