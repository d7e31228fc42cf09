/**
 * The policies of docs/permissions.md, each with the runs that it is printed for: functions that make the run use each of its
 * actions, what ran before it, its inputs, and all policies of the caller.
 */

import type { StepResult } from '../../local/runner/step'
import type { Policy } from '../../scripts/printed-policies'
import { accepting } from './accepting'
import { policiesUnder } from './printed-policies'
import { ROTEL_X86, type World } from './world'

export type Mode = 'plan' | 'apply' | 'verify' | 'remove'
export type Inputs = Readonly<Record<string, string>>
/** With or without a ClickStack. */
export type FeatureWorld = Pick<World, 'aws' | 'main' | 'post' | 'job'>

export interface PrintedCase {
  /** `apply with deny-policy-arn`. */
  readonly title: string
  readonly mode: Mode
  readonly policies: readonly Policy[]
  /** Which of them is the one that is printed for it. */
  readonly at: number
  readonly needsStack: boolean
  /** Makes the functions, runs what comes before, with every right, and returns the inputs. */
  readonly prepare: (world: FeatureWorld) => Promise<Inputs>
}

/** A policy of the page. */
export interface Printed {
  /** `plan`, or `deny-policy-arn (apply, remove)`. */
  readonly title: string
  readonly policy: Policy
  readonly cases: readonly PrintedCase[]
}

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const ORDERS = 'shop-orders'

const statement = (Action: string | readonly string[], Resource = '*') => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
})

/**
 * An ordinary function of a stack, one whose names point to Lambda@Edge, two that may not log, with a version in use, and one
 * that may log, but whose version in use may not, because it has an earlier role.
 */
export function aShop({ lambda, iam }: World['aws']): void {
  const logs = iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
  const mute = iam.createRole({ name: 'shop-mute' }).arn
  const own = lambda.layers.publish({ name: 'shared' })
  const tags = {
    'aws:cloudformation:stack-name': 'shop',
    'aws:cloudformation:logical-id': 'Orders',
  }
  lambda.createFunction({ name: ORDERS, role: logs, layers: [own], tags })
  lambda.createFunction({ name: 'shop-edge', role: logs })
  for (const [name, variables] of [
    ['shop-mute', {}],
    ['shop-odd', { CLICKSTACK_LAMBDA: 'unknown' }],
  ] as const) {
    lambda.createFunction({ name, role: mute, variables })
    lambda.setAlias(name, 'live', lambda.publishVersion(name))
  }
  lambda.createFunction({ name: 'shop-moved', role: mute })
  lambda.setAlias('shop-moved', 'live', lambda.publishVersion('shop-moved'))
  lambda.changeAsSomebodyElse('shop-moved', { role: logs })
}

export const SHOP_INPUTS = { functions: 'shop-*', ...accepting('log-loss') }

const isWriting = (mode: Mode): boolean => mode === 'apply' || mode === 'remove'

/** The policy of a heading for a mode: the first is for what reads, the last for what writes. */
function policyFor(heading: string, mode: Mode): Policy {
  const printed = policiesUnder(heading)
  const policy = isWriting(mode) ? printed.at(-1) : printed[0]
  if (policy === undefined) throw new Error(`${heading} has no policy`)
  return policy
}

const shopCase = (mode: Mode, functions = SHOP_INPUTS.functions): PrintedCase => ({
  title: `${mode} of ${functions}`,
  mode,
  policies: mode === 'apply' ? policiesUnder(mode) : policiesUnder(mode).slice(0, 1),
  at: 0,
  needsStack: false,
  async prepare({ aws, main }) {
    aShop(aws)
    if (mode === 'verify' || mode === 'remove') await main(SHOP_INPUTS)
    return { ...SHOP_INPUTS, functions, mode }
  },
})

/** The same run with a further input, and with another policy in the place of the mode's. */
const withInput = (
  one: PrintedCase,
  policy: Policy,
  title: string,
  given: (aws: World['aws']) => Inputs,
): PrintedCase => ({
  ...one,
  title: `${one.title} with ${title}`,
  policies: [policy, ...one.policies.slice(1)],
  async prepare(world) {
    return { ...(await one.prepare(world)), ...given(world.aws) }
  },
})

/** What the page says of inputs beside the policies: which actions are not needed with them, or one more. */
function policiesOfInputs(): readonly Printed[] {
  const dryRun = withoutActions(policyFor('remove', 'remove'), /:(Update|Invoke)/)
  const apply = policyFor('apply', 'plan')
  const uninvoked = withoutActions(apply, /:Invoke|^logs:FilterLogEvents$/)
  const pinned = {
    ...policyFor('verify', 'plan'),
    Statement: [
      ...policyFor('verify', 'plan').Statement,
      ...apply.Statement.filter(({ Sid }) => Sid === 'Layers').map((layers) => ({
        ...layers,
        Resource: [layers.Resource]
          .flat()
          .filter((entry) => entry.includes(':rotel-'))
          .join(),
      })),
    ],
  }
  return [
    {
      title: 'remove with dry-run',
      policy: dryRun,
      cases: [shopCase('remove'), removalOfReaders].map((one) =>
        withInput(one, dryRun, 'dry-run', () => ({ 'dry-run': 'true' })),
      ),
    },
    {
      title: 'apply with smoke-test: never',
      policy: uninvoked,
      cases: [
        withInput(shopCase('apply'), uninvoked, 'smoke-test: never', () => ({
          'smoke-test': 'never',
        })),
      ],
    },
    {
      title: 'verify with layer-sha256',
      policy: pinned,
      cases: [SHOP_INPUTS.functions, ORDERS].map((functions) =>
        withInput(shopCase('verify', functions), pinned, 'layer-sha256', ({ lambda }) => ({
          'layer-sha256': lambda.layers.codeSha256(ROTEL_X86),
        })),
      ),
    },
  ]
}

function withoutActions(policy: Policy, unneeded: RegExp): Policy {
  return {
    ...policy,
    Statement: policy.Statement.map((one) => ({
      ...one,
      Action: [one.Action].flat().filter((action) => !unneeded.test(action)),
    })).filter(({ Action }) => Action.length > 0),
  }
}

/** Two functions read a secret by one role, and a version of one of them is in use. */
const removalOfReaders: PrintedCase = {
  title: 'remove of functions that read secrets, with a version in use',
  mode: 'remove',
  policies: [policyFor('remove', 'plan'), policyFor('grant-secret-access', 'remove')],
  at: 0,
  needsStack: false,
  async prepare({ aws, main }) {
    const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
    for (const name of [ORDERS, 'shop-cart']) aws.lambda.createFunction({ name, role })
    const key = aws.secrets.create({
      name: 'clickstack-key',
      value: 'canary-api-key-0d9f',
      suffix: 'a1B2c3',
    })
    const inputs = { functions: 'shop-*', 'api-key': key, 'grant-secret-access': 'true' }
    await main(inputs)
    aws.lambda.setAlias(ORDERS, 'live', aws.lambda.publishVersion(ORDERS))
    return { functions: inputs.functions, mode: 'remove' }
  },
}

interface Feature {
  readonly heading: string
  readonly modes: readonly Mode[]
  /** Headings of what the run uses besides. */
  readonly besides?: readonly string[]
  readonly needsStack?: boolean
  /** Makes the function, and returns the inputs of the feature. */
  readonly prepare: Preparation
  /** Other inputs that the policy is printed for, by name. */
  readonly also?: Readonly<Record<string, Preparation>>
}

type Preparation = (aws: World['aws']) => Inputs

function anOrdersFunction(
  { iam, lambda }: World['aws'],
  facts: Omit<Parameters<World['aws']['lambda']['createFunction']>[0], 'name'> = {},
): void {
  const inline = { own: statement('s3:GetObject') }
  const role = iam.createRole({ name: 'shop-role', attached: [BASIC], inline }).arn
  lambda.createFunction({ name: ORDERS, role, ...facts })
}

const withLogGroup = ({ logs }: World['aws']) => logs.createGroup({ name: `/aws/lambda/${ORDERS}` })

const ALL = ['plan', 'apply', 'verify', 'remove'] as const

const FEATURES: readonly Feature[] = [
  {
    heading: 'cloudwatch-logs: deny',
    modes: ALL,
    needsStack: true,
    prepare(aws) {
      withLogGroup(aws)
      anOrdersFunction(aws)
      return { 'cloudwatch-logs': 'deny' }
    },
  },
  {
    heading: 'deny-policy-arn',
    modes: ALL,
    needsStack: true,
    prepare(aws) {
      withLogGroup(aws)
      anOrdersFunction(aws)
      const arn = aws.iam.createPolicy('deny-cloudwatch-logs', {
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Action: 'logs:*', Resource: '*' },
      })
      return { 'cloudwatch-logs': 'deny', 'deny-policy-arn': arn }
    },
  },
  {
    heading: 'cloudwatch-logs: remove',
    modes: ALL,
    needsStack: true,
    prepare(aws) {
      withLogGroup(aws)
      const group = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${ORDERS}:*`
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
      aws.lambda.createFunction({ name: ORDERS, role: role.arn })
      return { 'cloudwatch-logs': 'remove' }
    },
  },
  {
    heading: 'Secrets by reference',
    modes: ['plan', 'apply', 'verify'],
    prepare(aws) {
      const key = aws.secrets.create({
        name: 'clickstack-key',
        value: 'canary-api-key-0d9f',
        suffix: 'a1B2c3',
      })
      const team = aws.parameters.create({ name: '/clickstack/team', value: 'shop' })
      const reads = {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' },
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: key },
          { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: team },
        ],
      }
      const inline = { reads }
      const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC], inline })
      aws.lambda.createFunction({ name: ORDERS, role: role.arn })
      return { 'api-key': key, headers: `x-team=${team}` }
    },
  },
  {
    heading: 'grant-secret-access',
    modes: ['plan', 'apply', 'remove'],
    besides: ['Secrets by reference'],
    prepare(aws) {
      anOrdersFunction(aws)
      const key = aws.secrets.create({
        name: 'clickstack-key',
        value: 'canary-api-key-0d9f',
        suffix: 'a1B2c3',
      })
      const team = aws.parameters.create({ name: '/clickstack/team', value: 'shop' })
      return { 'api-key': key, headers: `x-team=${team}`, 'grant-secret-access': 'true' }
    },
  },
  {
    heading: 'publish-alias',
    modes: ['plan', 'apply'],
    prepare(aws) {
      anOrdersFunction(aws)
      aws.lambda.setAlias(ORDERS, 'live', aws.lambda.publishVersion(ORDERS))
      return { 'publish-alias': 'live' }
    },
  },
  {
    heading: 'function-tags and stack',
    modes: ALL,
    prepare(aws) {
      anOrdersFunction(aws, { tags: { team: 'shop' } })
      return { 'function-tags': 'team=shop', functions: '' }
    },
    also: {
      stack(aws) {
        anOrdersFunction(aws, { tags: { 'aws:cloudformation:stack-name': 'shop' } })
        return { stack: 'shop', functions: '', ...accepting('drift') }
      },
    },
  },
  {
    heading: 'Variables with your own KMS key',
    modes: ALL,
    prepare(aws) {
      const kmsKeyArn =
        'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'
      anOrdersFunction(aws, { kmsKeyArn, variables: { TABLE: 'orders' } })
      return {}
    },
  },
  {
    heading: 'Signed functions',
    modes: ['plan', 'apply'],
    prepare(aws) {
      anOrdersFunction(aws, { codeSigning: 'Warn' })
      return {}
    },
  },
  {
    heading: 'auto-instrumentation',
    modes: ['plan', 'apply'],
    prepare(aws) {
      anOrdersFunction(aws)
      return { 'auto-instrumentation': 'nodejs' }
    },
    also: {
      adot(aws) {
        anOrdersFunction(aws)
        return { 'auto-instrumentation': 'nodejs', 'instrumentation-distribution': 'adot' }
      },
    },
  },
]

function featureCases(feature: Feature, mode: Mode): readonly PrintedCase[] {
  return [
    featureCase(feature, mode),
    ...Object.entries(feature.also ?? {}).map(([name, prepare]) =>
      featureCase({ ...feature, prepare }, mode, name),
    ),
  ]
}

function featureCase(feature: Feature, mode: Mode, input?: string): PrintedCase {
  const { heading, besides = [], needsStack = false } = feature
  return {
    title: `${mode} with ${heading}${input === undefined ? '' : ` (${input})`}`,
    mode,
    policies: [
      policyFor(heading, mode),
      policyFor(mode, 'plan'),
      ...besides.map((other) => policyFor(other, mode)),
    ],
    at: 0,
    needsStack,
    async prepare({ aws, main }) {
      const inputs = { functions: ORDERS, ...feature.prepare(aws) }
      const earlier: StepResult | undefined =
        mode === 'verify' || mode === 'remove' ? await main(inputs) : undefined
      if (mode !== 'remove') return { ...inputs, mode }
      const restore = earlier?.outputs['restore-path'] ?? ''
      const {
        'deny-policy-arn': policy = '',
        'function-tags': tags = '',
        stack = '',
      } = inputs as Inputs
      return {
        functions: inputs.functions,
        mode,
        ...(restore !== '' && { 'restore-file': restore }),
        ...(policy !== '' && { 'deny-policy-arn': policy }),
        ...(tags !== '' && { 'function-tags': tags }),
        ...(stack !== '' && { stack, ...accepting('drift') }),
      }
    },
  }
}

/** All policies of the page for callers, in its order, but the Deny of other layers, which allows nothing. */
export const PRINTED: readonly Printed[] = [
  ...ALL.map((mode) => ({
    title: mode,
    policy: policyFor(mode, 'plan'),
    cases: [
      shopCase(mode),
      // By name, each function is read.
      ...(mode === 'verify' ? [shopCase(mode, ORDERS)] : []),
      ...(mode === 'remove' ? [removalOfReaders] : []),
    ],
  })),
  ...policiesOfInputs(),
  ...FEATURES.flatMap((feature) => {
    const { heading, modes } = feature
    const printed = policiesUnder(heading)
    return printed.map((policy, index) => {
      const its = modes.filter((mode) => (isWriting(mode) ? printed.length - 1 : 0) === index)
      return {
        title: `${heading} (${its.join(', ')})`,
        policy,
        cases: its.flatMap((mode) => featureCases(feature, mode)),
      }
    })
  }),
]
