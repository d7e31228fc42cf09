/** `cloudwatch-logs: remove` through the built action: the rights go out of the role's own policies, and come back. */

import { statSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { stateOf, watchForDarkness } from './cloudwatch-watch'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const REMOVE = { functions: 'orders', 'cloudwatch-logs': 'remove' }
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders'
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

const documentOf = (...statements: readonly unknown[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})
const TABLE = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }

/** A function whose role may write its logs three times over: inline, by a policy of its account, and by AWS's. */
function aFunction({ aws }: Pick<StackWorld, 'aws'>) {
  const policy = aws.iam.createPolicy(
    'own-logging',
    documentOf({ Effect: 'Allow', Action: WRITES, Resource: `${GROUP}:*` }, TABLE),
  )
  const only = aws.iam.createPolicy(
    'only-logging',
    documentOf({ Effect: 'Allow', Action: ['LOGS:PutLogEvents'], Resource: [GROUP, `${GROUP}:*`] }),
  )
  aws.iam.createRole({
    name: 'orders-role',
    path: '/service-role/',
    inline: {
      mixed: documentOf({ Effect: 'Allow', Action: [...WRITES, 's3:GetObject'], Resource: '*' }),
      own: documentOf({ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: `${GROUP}:*` }),
    },
    attached: [policy, only, BASIC],
  })
  aws.lambda.createFunction({
    name: 'orders',
    role: aws.iam.get('orders-role').arn,
    variables: FOREIGN,
  })
  return { policy, only }
}

/** Everything about the role and its policies that a run may change. */
const rightsOf = (world: StackWorld, { policy, only }: { policy: string; only: string }) => ({
  ...stateOf(world),
  attached: [...world.aws.iam.get('orders-role').attached].sort(),
  policies: [policy, only].map((arn) => {
    const { defaultVersion, versions } = world.aws.iam.policy(arn)
    return { arn, defaultVersion, versions }
  }),
  role: { ...stateOf(world).role, attached: [] },
})

test('the rights go out of policies of all kinds, nothing else does, and the restore file brings all of it back first', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const policies = aFunction(world)
    const found = rightsOf(world, policies)
    const dark = watchForDarkness(world)

    const planned = await main({ ...REMOVE, mode: 'plan' })
    expect(planned.summary).toContain('also lost')
    expect(rightsOf(world, policies)).toEqual(found)

    const cut = await main(REMOVE)
    expect(statusesOf(cut)).toEqual(['orders: instrumented'])
    expect(aws.iam.get('orders-role').attached).toEqual([policies.policy])
    expect(JSON.parse(aws.iam.get('orders-role').inline['mixed'] ?? '')).toEqual(
      documentOf({ Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' }),
    )
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual(['mixed'])
    const written = aws.logs.events('/aws/lambda/orders').length
    await aws.lambda.traffic('orders', { cold: true })
    expect(aws.logs.events('/aws/lambda/orders')).toHaveLength(written)
    expect(statusesOf(await main(REMOVE))).toEqual(['orders: unchanged'])

    const path = cut.outputs['restore-path'] ?? ''
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const removed = await main({ functions: 'orders', mode: 'remove', 'restore-file': path })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(rightsOf(world, policies)).toEqual(found)
    expect(dark).toEqual([])
  }))

test('without the restore file a minimal grant comes back, and the report says so', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders' })
    const dark = watchForDarkness(world)
    expect(statusesOf(await main(REMOVE))).toEqual(['orders: instrumented'])
    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(removed.summary).toContain('a minimal grant for the log group')
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([
      expect.stringMatching(/^ClickStackLambda-grant-logs-/),
    ])
    await aws.lambda.traffic('orders', { cold: true })
    expect(aws.logs.events('/aws/lambda/orders').at(-1)?.message).toContain('REPORT')
    expect(dark).toEqual([])
  }))

describe('a restore file that was tampered with changes nothing:', () => {
  const tampering: readonly [string, (text: string) => string][] = [
    ['another role', (text) => text.replaceAll('role/orders-role', 'role/admin')],
    [
      'more than log rights',
      (text) => text.replaceAll('AWSLambdaBasicExecutionRole', 'AdministratorAccess'),
    ],
    [
      'a policy of its own',
      (text) =>
        `${text}${JSON.stringify({
          format: 'clickstack-lambda-restore-1',
          function: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
          role: 'arn:aws:iam::123456789012:role/orders-role',
          edit: {
            kind: 'delete-inline',
            policy: 'mine',
            before: JSON.stringify(documentOf({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })),
          },
        })}\n`,
    ],
    ['no JSON', () => 'restore everything\n'],
  ]
  test.each(tampering)('%s', (_, tamper) =>
    inStack(async (world) => {
      const { aws, main, job } = world
      aws.lambda.createFunction({ name: 'orders' })
      const cut = await main(REMOVE)
      const before = stateOf(world)
      const path = `${job.temp}/tampered.jsonl`
      writeFileSync(path, tamper(readFileSync(cut.outputs['restore-path'] ?? '', 'utf8')))
      const result = await main({ functions: 'orders', mode: 'remove', 'restore-file': path })
      expect(result.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(before)
      const [one] = functionsOf(result)
      if (one) expect(one).toMatchObject({ status: 'blocked', reason: 'restore-file-refused' })
    }),
  )
})

test('a grant that no policy shows makes the proof fail, and every document comes back byte for byte', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const policies = aFunction(world)
    const found = rightsOf(world, policies)
    aws.iam.grantByResource(aws.iam.get('orders-role').arn, 'logs:*', '*')
    const result = await main({ ...REMOVE, 'verify-timeout': '6' })
    expect(statusesOf(result)).toEqual(['orders: rolled-back cloudwatch-still-written'])
    expect(rightsOf(world, policies)).toEqual(found)
  }))

describe('what cannot be narrowed exactly is left unchanged:', () => {
  test.each<[string, string, (world: StackWorld) => string]>([
    [
      'a wildcard',
      'policy-not-narrowable',
      ({ aws }) =>
        aws.iam.createRole({
          name: 'orders-role',
          inline: { all: documentOf({ Effect: 'Allow', Action: 'logs:*', Resource: '*' }) },
        }).arn,
    ],
    [
      'NotAction',
      'policy-not-narrowable',
      ({ aws }) =>
        aws.iam.createRole({
          name: 'orders-role',
          attached: ['arn:aws:iam::aws:policy/PowerUserAccess'],
        }).arn,
    ],
    [
      'a policy of AWS’s that holds more',
      'policy-not-narrowable',
      ({ aws }) =>
        aws.iam.createRole({
          name: 'orders-role',
          attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole'],
        }).arn,
    ],
    [
      'a role that another function has too',
      'shared-role',
      ({ aws }) => {
        const { arn } = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] })
        aws.lambda.createFunction({ name: 'twin', role: arn })
        return arn
      },
    ],
    [
      'a role that others may assume',
      'shared-role',
      ({ aws }) =>
        aws.iam.createRole({
          name: 'orders-role',
          attached: [BASIC],
          trusts: ['lambda.amazonaws.com', 'states.amazonaws.com'],
        }).arn,
    ],
  ])('%s: %s', (_, reason, seed) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', role: seed(world) })
      const found = stateOf(world)
      expect(statusesOf(await main(REMOVE))).toEqual([`orders: blocked ${reason}`])
      expect(stateOf(world)).toEqual(found)
    }),
  )
})

test('two runs at once narrow one policy for two functions, and lose nothing of each other’s', () =>
  inStack(async ({ aws, main }) => {
    const grant = (name: string) => ({
      Effect: 'Allow',
      Action: WRITES,
      Resource: `${GROUP.replace('orders', name)}:*`,
    })
    const role = aws.iam.createRole({
      name: 'shared',
      inline: { logging: documentOf(grant('orders'), grant('mails'), TABLE) },
    }).arn
    aws.lambda.createFunction({ name: 'orders', role })
    aws.lambda.createFunction({ name: 'mails', role })
    // Each run selects one of the two: the other one is unselected.
    const inputs = { ...REMOVE, accept: 'shared-role\nlog-loss' }
    const results = await Promise.all([main(inputs), main({ ...inputs, functions: 'mails' })])
    expect(results.flatMap(statusesOf)).toEqual(['orders: instrumented', 'mails: instrumented'])
    expect(JSON.parse(aws.iam.get('shared').inline['logging'] ?? '')).toEqual(documentOf(TABLE))
  }))
