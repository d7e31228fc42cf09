/** docs/permissions.md: each mode runs with exactly its policy, and needs all of it. */

import { expect, test } from '@jest/globals'
import { requireIdentityDocument } from '../../local/aws/iam/policy-documents'
import { permitOfJudge, refusalOfJudge } from './judged-caller'
import { aShop, SHOP_INPUTS } from './printed-features'
import { actionsOf, allPolicies, asCallerWith, made, policiesUnder } from './printed-policies'
import { inStack } from './stack-world'
import { inWorld, statusesOf, type World } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

const statement = (Action: string | readonly string[], Resource = '*') => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
})

/** What cannot be compared, because a log group is new, is no lack of a permission. */
const NOT_CHECKED = /(?<!What the extension costs: )not checked (for|whether)|not checked:/

const INPUTS = SHOP_INPUTS

test('every policy that is printed is a whole one, which IAM accepts', () => {
  expect(allPolicies().length).toBeGreaterThan(15)
  for (const policy of allPolicies()) {
    expect(() => requireIdentityDocument(JSON.stringify(policy), 'managed')).not.toThrow()
  }
})

test.each(['plan', 'apply', 'verify', 'remove'] as const)(
  '`%s` runs with exactly its policy, and uses each of its actions',
  (mode) =>
    inWorld(async ({ aws, main }) => {
      aShop(aws)
      if (mode === 'verify' || mode === 'remove') await main(INPUTS)
      const printed = policiesUnder(mode)
      const used = await asCallerWith(
        aws,
        mode === 'apply' ? printed : printed.slice(0, 1),
        async () => {
          const result = await main({ ...INPUTS, mode })
          const good = {
            plan: 'planned',
            apply: 'written no-verifier',
            verify: 'unchanged no-verifier',
            remove: 'removed',
          }[mode]
          expect(statusesOf(result)).toEqual(
            expect.arrayContaining([`shop-edge: ${good}`, `shop-orders: ${good}`]),
          )
          expect(result.summary).not.toMatch(NOT_CHECKED)
          // By name, each function is read.
          if (mode === 'verify') await main({ ...INPUTS, functions: 'shop-orders', mode })
        },
      )
      expect(used).toEqual(actionsOf(printed.slice(0, 1)))
    }),
)

test('the Deny of other layers keeps a function unchanged that has one, and the report says what denies it', () =>
  inWorld(async ({ aws, main }) => {
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    const foreign = aws.lambda.layers.publish({
      name: 'theirs',
      account: '999999999999',
      readableBy: 'everyone',
    })
    aws.lambda.createFunction({ name: 'shop-orders', role, layers: [foreign] })
    aws.lambda.createFunction({ name: 'shop-cart', role })
    const others = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Others',
          Effect: 'Allow' as const,
          Action: 'lambda:GetLayerVersion',
          Resource: 'arn:aws:lambda:us-east-1:999999999999:layer:*:*',
        },
      ],
    }
    const policies = [...policiesUnder('apply'), others]
    aws.caller.allowOnly(policies)
    const result = await main({ functions: 'shop-*' })
    const refused = aws.caller.refused()
    expect(refused.map(({ action }) => action)).toEqual(['lambda:UpdateFunctionConfiguration'])
    for (const request of refused) {
      expect(await permitOfJudge(policies, request)).toBeUndefined()
    }
    expect(statusesOf(result)).toEqual([
      'shop-cart: written no-verifier',
      'shop-orders: blocked denied-explicitly',
    ])
    expect(result.summary).toContain('lambda:UpdateFunctionConfiguration')
    expect(aws.lambda.get('shop-orders').layers).toEqual([foreign])
  }))

/** Modes in order, each with its policy and the feature's: [reads, writes]. @returns what was used of either */
async function through(
  { aws, main }: Pick<World, 'aws' | 'main'>,
  heading: string,
  inputs: Readonly<Record<string, string>>,
  expected: string,
  modes: readonly ('plan' | 'apply' | 'verify' | 'remove')[],
  besides: readonly string[] = [],
): Promise<void> {
  const [reads, writes = reads] = policiesUnder(heading)
  if (reads === undefined || writes === undefined) throw new Error(`${heading} has no policy`)
  let restorePath = ''
  const used = { read: new Set<string>(), write: new Set<string>() }
  for (const mode of modes) {
    const isWriting = mode === 'apply' || mode === 'remove'
    const more = besides.flatMap((other) =>
      policiesUnder(other)
        .slice(isWriting ? -1 : 0)
        .slice(0, 1),
    )
    const policies = [...policiesUnder(mode).slice(0, 1), isWriting ? writes : reads, ...more]
    const given =
      mode === 'remove'
        ? {
            functions: 'shop-orders',
            mode,
            ...(restorePath !== '' && { 'restore-file': restorePath }),
            ...(inputs['deny-policy-arn'] && { 'deny-policy-arn': inputs['deny-policy-arn'] }),
          }
        : { ...inputs, functions: 'shop-orders', mode }
    const actions = await asCallerWith(aws, policies, async () => {
      const result = await main(given)
      restorePath = result.outputs['restore-path'] || restorePath
      const good = { plan: 'planned', apply: expected, verify: 'unchanged', remove: 'removed' }[
        mode
      ]
      expect(statusesOf(result).join()).toContain(`shop-orders: ${good}`)
      expect(result.summary).not.toMatch(NOT_CHECKED)
    })
    for (const action of actions) used[isWriting ? 'write' : 'read'].add(action)
  }
  const isRead = modes.some((mode) => mode === 'plan' || mode === 'verify')
  const unused = {
    read: isRead ? actionsOf([reads]).filter((action) => !used.read.has(action)) : [],
    write: actionsOf([writes]).filter((action) => !used.write.has(action)),
  }
  expect(unused).toEqual({ read: [], write: [] })
}

/** Its filters are read where it exists. */
const withLogGroup = ({ logs }: World['aws']) =>
  logs.createGroup({ name: '/aws/lambda/shop-orders' })

const ALL = ['plan', 'apply', 'verify', 'remove'] as const
const WRITTEN = 'written no-verifier'

test.concurrent('secrets by reference and `grant-secret-access`', () =>
  inWorld(async (world) => {
    const { aws } = world
    const role = aws.iam.createRole({
      name: 'shop-role',
      attached: [BASIC],
      inline: {
        own: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
        },
      },
    })
    aws.lambda.createFunction({ name: 'shop-orders', role: role.arn })
    const key = aws.secrets.create({ name: 'clickstack-key', value: 'canary-api-key-0d9f' })
    const team = aws.parameters.create({ name: '/clickstack/team', value: 'shop' })
    const inputs = { 'api-key': key, headers: `x-team=${team}`, 'grant-secret-access': 'true' }
    await through(
      world,
      'grant-secret-access',
      inputs,
      WRITTEN,
      ['plan', 'apply', 'remove'],
      ['Secrets by reference'],
    )
  }),
)

test.concurrent('variables with your own KMS key', () =>
  inWorld(async (world) => {
    const { aws } = world
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'
    const variables = { TABLE: 'orders' }
    aws.lambda.createFunction({ name: 'shop-orders', role, kmsKeyArn, variables })
    await through(world, 'Variables with your own KMS key', {}, WRITTEN, ALL)
  }),
)

test.concurrent('`function-tags` and `stack`', () =>
  inWorld(async (world) => {
    const { aws } = world
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    aws.lambda.createFunction({ name: 'shop-orders', role, tags: { team: 'shop' } })
    const inputs = { 'function-tags': 'team=shop' }
    await through(world, 'function-tags and stack', inputs, WRITTEN, ['plan', 'apply'])
  }),
)

test.concurrent('`publish-alias`', () =>
  inWorld(async (world) => {
    const { iam, lambda } = world.aws
    const role = iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    lambda.createFunction({ name: 'shop-orders', role })
    lambda.setAlias('shop-orders', 'live', lambda.publishVersion('shop-orders'))
    const inputs = { 'publish-alias': 'live' }
    await through(world, 'publish-alias', inputs, WRITTEN, ['plan', 'apply'])
  }),
)

test.concurrent('signed functions, and `auto-instrumentation`', () =>
  inWorld(async (world) => {
    const { aws } = world
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    aws.lambda.createFunction({ name: 'shop-orders', role, codeSigning: 'Warn' })
    const inputs = { 'auto-instrumentation': 'nodejs' }
    const modes = ['plan', 'apply'] as const
    await through(world, 'Signed functions', inputs, WRITTEN, modes, ['auto-instrumentation'])
    const used = aws.calls.of('GetLayerVersionByArn').map(({ params }) => String(params['Arn']))
    expect(used.some((arn) => arn.includes(':184161586896:'))).toBe(true)
  }),
)

test.concurrent('`cloudwatch-logs: deny`', () =>
  inStack(async (world) => {
    withLogGroup(world.aws)
    const inline = { own: statement('s3:GetObject') }
    const role = world.aws.iam.createRole({ name: 'shop-role', attached: [BASIC], inline })
    world.aws.lambda.createFunction({ name: 'shop-orders', role: role.arn })
    const inputs = { 'cloudwatch-logs': 'deny' }
    await through(world, 'cloudwatch-logs: deny', inputs, 'instrumented', ALL)
  }),
)

test.concurrent('`deny-policy-arn`', () =>
  inStack(async (world) => {
    const { aws } = world
    withLogGroup(aws)
    const inline = { own: statement('s3:GetObject') }
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC], inline })
    aws.lambda.createFunction({ name: 'shop-orders', role: role.arn })
    const arn = aws.iam.createPolicy('deny-cloudwatch-logs', {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 'logs:*', Resource: '*' },
    })
    const inputs = { 'cloudwatch-logs': 'deny', 'deny-policy-arn': arn }
    await through(world, 'deny-policy-arn', inputs, 'instrumented', ALL)
  }),
)

test.concurrent('`cloudwatch-logs: remove`', () =>
  inStack(async (world) => {
    const { aws } = world
    withLogGroup(aws)
    const group = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop-orders:*'
    const writes = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
    const mixed = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: writes, Resource: group },
        { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' },
      ],
    }
    const policy = aws.iam.createPolicy('shop-logging', mixed)
    const role = aws.iam.createRole({
      name: 'shop-role',
      attached: [BASIC, policy],
      inline: { mixed, own: statement('logs:PutLogEvents', group) },
    })
    aws.lambda.createFunction({ name: 'shop-orders', role: role.arn })
    const inputs = { 'cloudwatch-logs': 'remove' }
    await through(world, 'cloudwatch-logs: remove', inputs, 'instrumented', ALL)
  }),
)

// After all others: what they have called is judged.
test('an independent judge allows each call of each mode and feature by the policies that are printed for it', async () => {
  const distinct = new Map(made.map((one) => [JSON.stringify(one), one]))
  expect(distinct.size).toBeGreaterThan(100)
  const refused: string[] = []
  for (const { policies, request } of distinct.values()) {
    const refusal = await refusalOfJudge(policies, request)
    if (refusal !== undefined) refused.push(refusal)
  }
  expect(refused).toEqual([])
})
