/** An edit of a role reaches functions and versions that the run was not given: they block it unless both risks are accepted. */

import { describe, expect, test } from '@jest/globals'
import { accepting, type Risk } from './accepting'
import { roleState, roleWrites, watchEverybody } from './cloudwatch-watch'
import { disablingBy } from './disabling-logs'
import { BASIC, LOG_WRITES } from './shared-roles'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, statusesOf } from './world'

type Inputs = Readonly<Record<string, string>>

interface Reached {
  /** Inputs that disable the logs of `orders`. */
  readonly inputs: Inputs
  /** Who loses logs with it. */
  readonly others: readonly string[]
}

const REMOVE = { 'cloudwatch-logs': 'remove' }

function onOneRole({ aws }: Pick<StackWorld, 'aws'>): void {
  const role = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] }).arn
  for (const name of ['orders', 'twin']) {
    aws.lambda.createFunction({ name, role, variables: FOREIGN })
  }
}

const REACHED: Readonly<Record<string, (world: StackWorld) => Reached>> = {
  'a function on the same role, `remove`': (world) => {
    onOneRole(world)
    return { inputs: REMOVE, others: ['twin'] }
  },
  'a function on the same role, `deny` by an administrator’s policy': (world) => {
    onOneRole(world)
    return { inputs: disablingBy(world, 'deny-policy-arn'), others: ['twin'] }
  },
  'a function with the same role and log group, `deny`': ({ aws }) => {
    const role = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] }).arn
    for (const name of ['orders', 'twin']) {
      aws.lambda.createFunction({ name, role, variables: FOREIGN, logGroup: '/shop' })
    }
    return { inputs: { 'cloudwatch-logs': 'deny' }, others: ['twin'] }
  },
  'a function on another role with the same customer-managed policy, `remove`': ({ aws }) => {
    const policy = aws.iam.createPolicy('shop-logging', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: [...LOG_WRITES, 's3:GetObject'], Resource: '*' }],
    })
    for (const name of ['orders', 'twin']) {
      const role = aws.iam.createRole({ name: `${name}-role`, attached: [policy] }).arn
      aws.lambda.createFunction({ name, role, variables: FOREIGN })
    }
    return { inputs: REMOVE, others: ['twin'] }
  },
  'a routed version that has the role which its function has left, `remove`': (world) => {
    onOneRole(world)
    const { aws } = world
    aws.lambda.publishVersion('twin')
    aws.lambda.setAlias('twin', 'live', '1')
    const own = aws.iam.createRole({ name: 'twin-role', attached: [BASIC] }).arn
    aws.lambda.changeAsSomebodyElse('twin', { role: own })
    return { inputs: REMOVE, others: ['twin:1'] }
  },
}

describe.each(Object.keys(REACHED))('%s', (kind) => {
  const run = async (
    world: StackWorld,
    risks: readonly Risk[],
    meantToBe: (reached: Reached) => readonly string[] = () => [],
  ) => {
    const reached = REACHED[kind]?.(world) ?? { inputs: {}, others: [] }
    const found = roleState(world)
    const dark = watchEverybody(world, meantToBe(reached))
    const result = await world.main({
      functions: 'orders',
      'verify-timeout': '8',
      ...reached.inputs,
      ...accepting(...risks),
    })
    return { result, dark, found, reached }
  }

  test.each<[string, readonly Risk[], string]>([
    ['no risk is accepted', [], 'shared-role'],
    ['a shared role is accepted and the loss of logs is not', ['shared-role'], 'log-loss'],
    ['the loss of logs is accepted and a shared role is not', ['log-loss'], 'shared-role'],
  ])('blocks the edit where %s', (_, risks, reason) =>
    inStack(async (world) => {
      const { result, dark, found } = await run(world, risks)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: [`orders: blocked ${reason}`],
      })
      expect(result.exitCode).toBe(1)
      expect(result.outputs['changed']).toBe('false')
      expect(roleState(world)).toEqual(found)
      expect(world.aws.lambda.get('orders').writes).toBe(0)
    }),
  )

  test('goes along where both risks are accepted', () =>
    inStack(async (world) => {
      const risks = ['shared-role', 'log-loss'] as const
      const { result, dark } = await run(world, risks, ({ others }) => others)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: ['orders: instrumented'],
      })
      expect(roleWrites(world)).toHaveLength(1)
    }))
})

interface Unfit {
  /** The `functions` input. */
  readonly select: string
  readonly make: (world: StackWorld) => void
  /** How the unfit one ends. */
  readonly end: string
}

const UNFIT: Readonly<Record<string, Unfit>> = {
  'blocked for its runtime': {
    select: 'orders\ntwin',
    make: ({ aws }) => {
      onOneRole({ aws })
      aws.lambda.changeAsSomebodyElse('twin', { runtime: 'python3.9' })
    },
    end: 'twin: blocked unsupported-runtime',
  },
  'blocked for a version without Rotel': {
    select: 'orders\ntwin',
    make: ({ aws }) => {
      onOneRole({ aws })
      aws.lambda.publishVersion('twin')
      aws.lambda.setAlias('twin', 'live', '1')
    },
    end: 'twin: blocked version-not-instrumented',
  },
  'skipped, as a pattern matched it': {
    select: '*',
    make: ({ aws }) => {
      const role = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] }).arn
      aws.lambda.createFunction({ name: 'orders', role, variables: FOREIGN })
      aws.lambda.createFunction({ name: 'twin', role, variables: FOREIGN, packageType: 'Image' })
    },
    end: 'twin: skipped not-applicable',
  },
}

describe.each(Object.keys(UNFIT))('a selected function that is %s counts as unselected', (kind) => {
  test.each(['remove', 'deny-policy-arn'] as const)('by `%s`', (way) =>
    inStack(async (world) => {
      const { select, make, end } = UNFIT[kind] ?? { select: '', make: onOneRole, end: '' }
      make(world)
      const found = roleState(world)
      const dark = watchEverybody(world)
      const result = await world.main({
        functions: select,
        ...disablingBy(world, way),
        ...accepting('shared-role'),
      })
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: ['orders: blocked log-loss', end],
      })
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found)
    }),
  )
})
