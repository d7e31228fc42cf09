/** Functions that share what lets them log: a role, or a policy of several roles. An edit for one of them reaches all. */

import { accepting } from './accepting'
import { disablingBy } from './disabling-logs'
import type { StackWorld } from './stack-world'
import { FOREIGN } from './world'

export const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
export const LOG_WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

/** The first one is the canary. */
export const SHARERS = ['shop-prod-mails', 'shop-prod-orders', 'shop-prod-stock'] as const

export const SHARED = {
  'AWS’s policy on one role, `remove`': onePolicyOfAws,
  'the Serverless Framework’s role, `remove`': roleOfServerless,
  'one customer-managed policy on two roles, `remove`': onePolicyOnTwoRoles,
  'an administrator’s Deny on one role, `deny`': oneDenyByPolicy,
} as const satisfies Readonly<Record<string, (world: StackWorld) => SharedRoles>>

export type SharedKind = keyof typeof SHARED
export const SHARED_KINDS = Object.keys(SHARED) as readonly SharedKind[]

export interface SharedRoles {
  /** Of a run over all of them that accepts that they share. */
  readonly inputs: Readonly<Record<string, string>>
  readonly roles: readonly string[]
}

const INPUTS = {
  functions: SHARERS.join('\n'),
  'verify-timeout': '8',
  ...accepting('shared-role'),
}

function functionsWith({ aws }: StackWorld, roles: readonly string[]): void {
  for (const [index, name] of SHARERS.entries()) {
    const role = aws.iam.get(roles[index] ?? roles[0] ?? '').arn
    aws.lambda.createFunction({ name, role, variables: FOREIGN })
  }
}

function onePolicyOfAws(world: StackWorld): SharedRoles {
  world.aws.iam.createRole({ name: 'shop', path: '/service-role/', attached: [BASIC] })
  functionsWith(world, ['shop'])
  return { inputs: { ...INPUTS, 'cloudwatch-logs': 'remove' }, roles: ['shop'] }
}

/** As its version 4 writes it. */
function roleOfServerless(world: StackWorld): SharedRoles {
  const groups = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/shop-prod*'
  world.aws.iam.createRole({
    name: 'shop-prod-us-east-1-lambdaRole',
    inline: {
      'shop-prod-lambda': {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:CreateLogGroup', 'logs:TagResource'],
            Resource: [`${groups}:*`],
          },
          { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: [`${groups}:*:*`] },
        ],
      },
    },
  })
  functionsWith(world, ['shop-prod-us-east-1-lambdaRole'])
  return {
    inputs: { ...INPUTS, 'cloudwatch-logs': 'remove' },
    roles: ['shop-prod-us-east-1-lambdaRole'],
  }
}

function onePolicyOnTwoRoles(world: StackWorld): SharedRoles {
  const policy = world.aws.iam.createPolicy('shop-logging', {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: [...LOG_WRITES, 's3:GetObject'], Resource: '*' },
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' },
    ],
  })
  const roles = ['shop-mails', 'shop-goods']
  for (const name of roles) world.aws.iam.createRole({ name, attached: [policy] })
  functionsWith(world, ['shop-mails', 'shop-goods', 'shop-goods'])
  return { inputs: { ...INPUTS, 'cloudwatch-logs': 'remove' }, roles }
}

function oneDenyByPolicy(world: StackWorld): SharedRoles {
  world.aws.iam.createRole({ name: 'shop', attached: [BASIC] })
  functionsWith(world, ['shop'])
  return { inputs: { ...INPUTS, ...disablingBy(world, 'deny-policy-arn') }, roles: ['shop'] }
}
