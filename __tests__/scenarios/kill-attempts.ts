/** The steps of the kill matrix: each way to disable CloudWatch Logs, the right to read secrets, and the way back of each. */

import { expect } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import type { Attempt } from './kill-matrix'
import { INGESTION_KEY, type StackWorld } from './stack-world'
import { FOREIGN, statusesOf } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders'
const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const ORDERS = { functions: 'orders' }

const documentOf = (...statements: readonly unknown[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** A function whose role may write its log by a policy of each kind. */
function aFunction({ aws }: StackWorld): void {
  const policy = aws.iam.createPolicy(
    'logging',
    documentOf(
      { Effect: 'Allow', Action: WRITES, Resource: `${GROUP}:*` },
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' },
    ),
  )
  const { arn } = aws.iam.createRole({
    name: 'orders-role',
    attached: [policy, BASIC],
    inline: {
      own: documentOf({
        Effect: 'Allow',
        Action: ['logs:PutLogEvents', 's3:GetObject'],
        Resource: '*',
      }),
    },
  })
  aws.lambda.createFunction({ name: 'orders', role: arn, variables: FOREIGN })
}

function administratorsDeny(aws: LocalAws): string {
  return aws.iam.createPolicy(
    'deny-logs',
    documentOf({ Effect: 'Deny', Action: 'logs:*', Resource: '*' }),
  )
}

function secretOf(aws: LocalAws): string {
  return aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY, suffix: 'a1B2c3' })
}

export const deny: Attempt = {
  title: '`cloudwatch-logs: deny`',
  prepare(world) {
    aFunction(world)
    return { ...ORDERS, 'cloudwatch-logs': 'deny' }
  },
}

export const denyByPolicy: Attempt = {
  title: '`cloudwatch-logs: deny` by `deny-policy-arn`',
  prepare(world) {
    aFunction(world)
    const policy = administratorsDeny(world.aws)
    return { ...ORDERS, 'cloudwatch-logs': 'deny', 'deny-policy-arn': policy }
  },
}

export const remove: Attempt = {
  title: '`cloudwatch-logs: remove`',
  prepare(world) {
    aFunction(world)
    return { ...ORDERS, 'cloudwatch-logs': 'remove' }
  },
}

export const publishAlias: Attempt = {
  title: '`publish-alias` with `cloudwatch-logs: deny`',
  prepare(world) {
    aFunction(world)
    const { lambda } = world.aws
    lambda.publishVersion('orders')
    lambda.setAlias('orders', 'live', '1')
    return { ...ORDERS, 'publish-alias': 'live', 'cloudwatch-logs': 'deny' }
  },
}

export const grant: Attempt = {
  title: '`grant-secret-access`',
  prepare(world) {
    aFunction(world)
    return { ...ORDERS, 'api-key': secretOf(world.aws), 'grant-secret-access': 'true' }
  },
}

/** `mode: remove` after a run with these inputs. */
function removing(title: string, before: Attempt, more: readonly string[] = []): Attempt {
  return {
    title: `\`mode: remove\` after ${title}`,
    restoresForGood: true,
    async prepare(world) {
      const inputs = await before.prepare(world)
      const applied = await world.main(inputs)
      expect(statusesOf(applied)).toEqual(['orders: instrumented'])
      const path = applied.outputs['restore-path'] ?? ''
      return {
        ...ORDERS,
        mode: 'remove',
        ...(path !== '' && { 'restore-file': path }),
        ...Object.fromEntries(more.map((name) => [name, inputs[name] ?? ''])),
      }
    },
  }
}

export const removingDenyAndGrant: Attempt = removing('`deny` and `grant-secret-access`', {
  title: '`deny` and `grant-secret-access`',
  async prepare(world) {
    return { ...(await grant.prepare(world)), 'cloudwatch-logs': 'deny' }
  },
})

export const removingDenyByPolicy: Attempt = removing('`deny` by `deny-policy-arn`', denyByPolicy, [
  'deny-policy-arn',
])

export const removingRemoval: Attempt = removing('`remove`, with its restore file', remove)
