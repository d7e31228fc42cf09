/** `grant-secret-access` and published versions: what traffic is led to keeps its right until nothing leads there (promise P9). */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { missingRights } from './missing-rights'
import {
  aSharedRole,
  coldStartError,
  granting,
  grantsOn,
  watchForMissingRights,
} from './secret-rights'
import { API_KEY, configurationOf, functionsOf, inWorld, statusesOf, type World } from './world'

const REMOVE = { functions: 'orders', mode: 'remove' }

/** `orders` reads its key from a secret by a right of ours, and this configuration is published as version 1. */
async function aPublishedReader({ aws, main }: World) {
  aSharedRole(aws, 'orders')
  const found = { role: aws.iam.get('shared'), fn: configurationOf(aws.lambda.get('orders')) }
  const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
  const written = await main(granting('orders', secret))
  expect(statusesOf(written)).toEqual(['orders: written no-verifier'])
  aws.lambda.publishVersion('orders')
  return { found, secret }
}

/** A deploy of somebody's publishes what `$LATEST` is now, and everything leads there. */
function deployWithoutRotel({ lambda }: LocalAws) {
  lambda.changeAsSomebodyElse('orders', { description: 'next release' })
  const next = lambda.publishVersion('orders')
  lambda.setAlias('orders', 'live', next)
}

describe('removing takes no right from a version that is led to', () => {
  test.each<[string, (aws: LocalAws) => void]>([
    ['an alias', ({ lambda }) => lambda.setAlias('orders', 'live', '1')],
    [
      'a weighted alias',
      ({ lambda }) => {
        lambda.changeAsSomebodyElse('orders', { description: 'without Rotel', layers: [] })
        lambda.setAlias('orders', 'live', lambda.publishVersion('orders'), { '1': 0.1 })
      },
    ],
    ['provisioned concurrency', ({ lambda }) => lambda.setProvisionedConcurrency('orders', '1')],
    ['an event source', ({ lambda }) => void lambda.addEventSource('orders', '1')],
  ])('by %s, and the report names both', (_, lead) =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found } = await aPublishedReader(world)
      lead(aws)
      const [policy = ''] = [...grantsOn(aws, 'shared').keys()]

      const removed = await main(REMOVE)
      expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
      expect(removed.exitCode).toBe(0)
      expect(configurationOf(aws.lambda.get('orders')).variables).toEqual(found.fn.variables)
      expect(missingRights(aws, 'orders')).toEqual([])
      expect(await coldStartError(aws, 'orders', '1')).toBeUndefined()
      expect([...grantsOn(aws, 'shared').keys()]).toEqual([policy])
      expect(removed.summary).toContain(policy)
      expect(removed.summary).toMatch(/version 1\b/)
    }),
  )
})

test('the right goes with the first removal after nothing leads to the version any more', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    const { found } = await aPublishedReader(world)
    aws.lambda.setAlias('orders', 'live', '1')
    const first = await main(REMOVE)
    expect(statusesOf(first)).toEqual([expect.stringMatching(/^orders: removed/)])
    expect(grantsOn(aws, 'shared').size).toBe(1)

    deployWithoutRotel(aws)
    const second = await main(REMOVE)
    expect(statusesOf(second)).toEqual(['orders: removed'])
    expect(second.outputs['changed']).toBe('true')
    expect(aws.iam.get('shared')).toEqual(found.role)
  }))

test('a version to which nothing leads keeps no right', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    const { found } = await aPublishedReader(world)
    expect(statusesOf(await main(REMOVE))).toEqual(['orders: removed'])
    expect(aws.iam.get('shared')).toEqual(found.role)
    expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
  }))

test('another secret for `$LATEST`: the version keeps the right to the old one', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    const { secret } = await aPublishedReader(world)
    aws.lambda.setAlias('orders', 'live', '1')
    const next = aws.secrets.create({ name: 'next', value: API_KEY })
    const missing = watchForMissingRights(aws)
    const changed = await main(granting('orders', next))
    expect(statusesOf(changed)).toEqual(['orders: written no-verifier'])
    expect(missing).toEqual([])
    expect(await coldStartError(aws, 'orders')).toBeUndefined()
    expect(await coldStartError(aws, 'orders', 'live')).toBeUndefined()
    const documents = [...grantsOn(aws, 'shared').values()].join()
    expect(documents).toContain(secret)
    expect(documents).toContain(next)
  }))

test('a failed first write is rolled back, and the version of a neighbour keeps what it needs', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    const { secret } = await aPublishedReader(world)
    aws.lambda.setAlias('orders', 'live', '1')
    await main(REMOVE)
    const between = aws.iam.get('shared')
    const { arn } = between
    aws.lambda.createFunction({
      name: 'mails',
      role: arn,
      handler: { failure: { kind: 'throws' } },
    })
    const failed = await main(granting('mails', secret))
    expect(statusesOf(failed)).toEqual(['mails: rolled-back function-error'])
    expect(functionsOf(failed)[0]).toMatchObject({ changed: false })
    expect(aws.iam.get('shared')).toEqual(between)
    expect(await coldStartError(aws, 'orders', 'live')).toBeUndefined()
  }))

describe('while it cannot be seen what leads to the version, no right is withdrawn', () => {
  test.each([['lambda:ListAliases'], ['lambda:ListVersionsByFunction']])('without %s', (action) =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found } = await aPublishedReader(world)
      aws.lambda.setAlias('orders', 'live', '1')
      const [policy = ''] = [...grantsOn(aws, 'shared').keys()]
      // By name and with the listing denied, versions are asked for one function at a time.
      aws.caller.deny('lambda:ListFunctions')
      aws.caller.deny(action)
      const removed = await main(REMOVE)
      expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
      expect(await coldStartError(aws, 'orders', 'live')).toBeUndefined()
      expect(removed.summary).toContain(policy)
      expect(removed.summary).toContain('not checked')

      aws.caller.allowAll()
      deployWithoutRotel(aws)
      expect(statusesOf(await main(REMOVE))).toEqual(['orders: removed'])
      expect(aws.iam.get('shared')).toEqual(found.role)
    }),
  )
})
