/** The steps of the kill matrix and of the fault matrix: each way to change a function, its role and its alias, the way back of each, and what only reads. */

import { expect } from '@jest/globals'
import type { Behaviour } from '../../local/aws'
import type { LocalAws } from '../../local/aws/local-aws'
import type { Attempt } from './disturbed-step'
import {
  ACCESS_KEY,
  ERROR_MESSAGE,
  GITHUB_TOKEN,
  INGESTION_KEY,
  LOG_LINE,
  PARAMETER_VALUE,
  PAYLOAD_VALUE,
  RESPONSE_VALUE,
  type StackWorld,
} from './stack-world'
import { FOREIGN, statusesOf } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders'
const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const FORWARDER = 'arn:aws:lambda:us-east-1:123456789012:function:forwarder'
const PAYLOAD = { payload: JSON.stringify({ order: PAYLOAD_VALUE }) }
const ORDERS = { functions: 'orders', ...PAYLOAD }

/** How functions answer: no step may show it, nor the lines of one that fails. */
export const ANSWERS: Behaviour = { response: { receipt: RESPONSE_VALUE } }
export const FAILS: Behaviour = {
  logs: [{ raw: LOG_LINE }],
  failure: { kind: 'throws', errorMessage: ERROR_MESSAGE },
}

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
  const layers = [aws.lambda.layers.publish({ name: 'team-lib' })]
  aws.lambda.createFunction({
    name: 'orders',
    role: arn,
    variables: FOREIGN,
    layers,
    handler: ANSWERS,
  })
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

export const configure: Attempt = {
  title: '`cloudwatch-logs: keep`',
  prepare(world) {
    aFunction(world)
    return ORDERS
  },
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
    world.aws.logs.createGroup({
      name: '/aws/lambda/orders',
      subscriptionFilters: [{ name: 'forwarder', destinationArn: FORWARDER }],
      metricFilters: [{ name: 'errors', metricName: 'errors', metricNamespace: 'shop' }],
    })
    return {
      ...ORDERS,
      'cloudwatch-logs': 'deny',
      'deny-policy-arn': policy,
      accept: 'log-loss',
      'allowed-account-ids': world.aws.account,
    }
  },
}

export const remove: Attempt = {
  title: '`cloudwatch-logs: remove`',
  prepare(world) {
    aFunction(world)
    return { ...ORDERS, 'cloudwatch-logs': 'remove' }
  },
}

/** One edit of the role reaches both. */
export const removeOfTwo: Attempt = {
  title: '`cloudwatch-logs: remove` of two functions on one role',
  prepare(world) {
    aFunction(world)
    const { role } = world.aws.lambda.get('orders')
    world.aws.lambda.createFunction({
      name: 'invoices',
      role,
      variables: FOREIGN,
      handler: ANSWERS,
    })
    return {
      ...PAYLOAD,
      functions: 'orders\ninvoices',
      'cloudwatch-logs': 'remove',
      accept: 'shared-role',
    }
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

/** The version, or only what comes through the alias, fails its invocation: the way back is walked. */
function failing(title: string, isFailing: (invocationsOfVersion: number) => boolean): Attempt {
  return {
    title,
    failsAnyway: true,
    prepare(world) {
      const inputs = publishAlias.prepare(world)
      let invocations = 0
      world.aws.lambda.setHandler('orders', ({ version }) =>
        version !== '$LATEST' && isFailing(invocations++) ? FAILS : ANSWERS,
      )
      return inputs
    },
  }
}

export const publishFailingVersion: Attempt = {
  ...failing('`publish-alias` of a version that fails', () => true),
  neverRouted: '2',
}

export const publishFailingAlias: Attempt = failing(
  '`publish-alias` of an alias that fails',
  (invocations) => invocations > 0,
)

/** It asks nothing of GitHub. */
export const planUncommented: Attempt = {
  title: '`mode: plan`',
  async prepare(world) {
    return { ...(await publishAlias.prepare(world)), mode: 'plan' }
  },
}

export const plan: Attempt = {
  title: '`mode: plan` with a comment',
  github: 'comment',
  async prepare(world) {
    const inputs = await planUncommented.prepare(world)
    return { ...inputs, comment: 'true', 'github-token': GITHUB_TOKEN }
  },
}

/** What the other steps do not ask for: tags, parameters, code signing, what leads to a published version, releases. */
export const applyByTag: Attempt = {
  title:
    'apply to a signed function with a tag, a version and parameters, with `layer-version: latest`',
  github: 'releases',
  prepare({ aws }) {
    const { arn } = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] })
    aws.lambda.createFunction({
      name: 'orders',
      role: arn,
      variables: FOREIGN,
      tags: { team: 'shop' },
      codeSigning: 'Warn',
      handler: ANSWERS,
    })
    aws.lambda.setAlias('orders', 'live', aws.lambda.publishVersion('orders'))
    aws.lambda.setProvisionedConcurrency('orders', 'live')
    aws.lambda.addEventSource('orders', 'live')
    return {
      ...PAYLOAD,
      functions: '',
      'function-tags': 'team=shop',
      'api-key': secretOf(aws),
      headers: `x-team=${aws.parameters.create({ name: '/clickstack/team', value: PARAMETER_VALUE })}`,
      'grant-secret-access': 'true',
      'layer-version': 'latest',
      accept: 'unproven-aliases',
    }
  },
}

/** `mode: verify` of a function that an earlier run has configured. */
function verifying(title: string, verifier: (world: StackWorld) => Attempt['prepare']): Attempt {
  return {
    title: `\`mode: verify\` ${title}`,
    async prepare(world) {
      const inputs = await verifier(world)(world)
      expect(statusesOf(await world.main(inputs))).toEqual(['orders: instrumented'])
      return { ...inputs, mode: 'verify' }
    },
  }
}

export const verifyDenied: Attempt = verifying('with `cloudwatch-logs: deny`', () => deny.prepare)

export const verifyThroughHyperDx: Attempt = verifying(
  'through HyperDX',
  ({ clickStack }) =>
    (world) => {
      aFunction(world)
      return {
        ...ORDERS,
        'clickhouse-url': '',
        'clickhouse-password': '',
        'hyperdx-url': clickStack.hyperDxUrl,
        'hyperdx-api-key': ACCESS_KEY,
      }
    },
)

/** Rotel is there and proven, and nothing is to be written. */
export const again: Attempt = {
  title: 'apply for the second time',
  // What cannot be proven with logs disabled gets its logs back.
  restoresForGood: true,
  protocol: 'http',
  async prepare(world) {
    const inputs = await deny.prepare(world)
    expect(statusesOf(await world.main(inputs))).toEqual(['orders: instrumented'])
    return inputs
  },
}
