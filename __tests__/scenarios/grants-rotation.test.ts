/** `grant-secret-access` when `api-key` changes: the new right is there before the function needs it, the old one goes after. */

import { describe, expect, test } from '@jest/globals'
import {
  aSharedRole,
  coldStartError,
  granting,
  grantsOn,
  watchForMissingRights,
} from './secret-rights'
import { API_KEY, configurationOf, inWorld, statusesOf, type World } from './world'

/** `orders` reads its key from secret `a` by a right of ours; secret `b` is there too. */
async function readingA({ aws, main }: World, ...others: readonly string[]) {
  aSharedRole(aws, 'orders', ...others)
  const found = { role: aws.iam.get('shared'), fn: configurationOf(aws.lambda.get('orders')) }
  const [a, b] = ['a', 'b'].map((name) => aws.secrets.create({ name, value: API_KEY }))
  if (a === undefined || b === undefined) throw new Error('there are two secrets')
  const functions = ['orders', ...others].join('\n')
  const written = await main(granting(functions, a))
  expect(written.exitCode).toBe(0)
  return { found, a, b }
}

describe('from one secret to another', () => {
  test('every cold start on the way finds its secret, and one right is left', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found, a, b } = await readingA(world)
      const missing = watchForMissingRights(aws)
      const changed = await main(granting('orders', b))
      expect(statusesOf(changed)).toEqual(['orders: written no-verifier'])
      expect(missing).toEqual([])
      expect(await coldStartError(aws, 'orders')).toBeUndefined()
      const documents = [...grantsOn(aws, 'shared').values()]
      expect(documents).toHaveLength(1)
      expect(documents[0]).toContain(b)
      expect(documents[0]).not.toContain(a)

      expect(statusesOf(await main({ functions: 'orders', mode: 'remove' }))).toEqual([
        'orders: removed',
      ])
      expect(aws.iam.get('shared')).toEqual(found.role)
    }))

  test('IAM is late: the function is written when the right is effective', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { b } = await readingA(world)
      aws.iam.setPropagation(1_500)
      const missing = watchForMissingRights(aws)
      const changed = await main(granting('orders', b))
      expect(statusesOf(changed)).toEqual(['orders: written no-verifier'])
      expect(missing).toEqual([])
    }))

  test('and back again, because the handler fails: the role is as the run found it', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { b } = await readingA(world)
      const before = {
        role: aws.iam.get('shared'),
        fn: configurationOf(aws.lambda.get('orders')),
      }
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      const missing = watchForMissingRights(aws)
      const failed = await main(granting('orders', b))
      expect(statusesOf(failed)).toEqual(['orders: rolled-back function-error'])
      expect(failed.exitCode).toBe(1)
      expect(aws.iam.get('shared')).toEqual(before.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before.fn)
      expect(missing).toEqual([])
    }))

  test('for one of two functions: the other one keeps the right to the old secret', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found, b } = await readingA(world, 'mails')
      const missing = watchForMissingRights(aws)
      const changed = await main(granting('orders', b))
      expect(statusesOf(changed)).toEqual(['orders: written no-verifier'])
      expect(await coldStartError(aws, 'mails')).toBeUndefined()
      expect(grantsOn(aws, 'shared').size).toBe(2)

      await main(granting('mails', b))
      expect(grantsOn(aws, 'shared').size).toBe(1)
      expect(missing).toEqual([])
      await main({ functions: 'mails\norders', mode: 'remove' })
      expect(aws.iam.get('shared')).toEqual(found.role)
    }))
})

describe('from a secret to a key in plain text', () => {
  test('the right goes after the function is written, and the role is in its original state', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found } = await readingA(world)
      const missing = watchForMissingRights(aws)
      aws.calls.clear()
      const changed = await main({ functions: 'orders' })
      expect(statusesOf(changed)).toEqual(['orders: written no-verifier'])
      expect(changed.outputs['changed']).toBe('true')
      expect(aws.iam.get('shared')).toEqual(found.role)
      const order = aws.calls.all().map(({ operation }) => operation)
      expect(order.indexOf('UpdateFunctionConfiguration')).toBeLessThan(
        order.indexOf('DeleteRolePolicy'),
      )
      expect(missing).toEqual([])
    }))

  test('for one of two functions: the right stays for the other one', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found } = await readingA(world, 'mails')
      const missing = watchForMissingRights(aws)
      await main({ functions: 'orders' })
      expect(await coldStartError(aws, 'mails')).toBeUndefined()
      expect(grantsOn(aws, 'shared').size).toBe(1)
      await main({ functions: 'mails' })
      expect(aws.iam.get('shared')).toEqual(found.role)
      expect(missing).toEqual([])
    }))

  test('and back again, because the handler fails: the right is there before the reference is', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      await readingA(world)
      const before = aws.iam.get('shared')
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      const missing = watchForMissingRights(aws)
      const failed = await main({ functions: 'orders' })
      expect(statusesOf(failed)).toEqual(['orders: rolled-back function-error'])
      expect(aws.iam.get('shared')).toEqual(before)
      expect(missing).toEqual([])
    }))
})

test('a right of the user’s own is used, and nothing of ours is written or taken away', () =>
  inWorld(async ({ aws, main }) => {
    aSharedRole(aws, 'orders')
    const secret = aws.secrets.create({ name: 'own', value: API_KEY })
    const own = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
          Resource: '*',
        },
      ],
    }
    aws.iam.changeRoleAsSomebodyElse('shared', { putInline: { own } })
    const role = aws.iam.get('shared')
    expect((await main(granting('orders', secret))).exitCode).toBe(0)
    expect(aws.iam.get('shared')).toEqual(role)
    expect((await main({ functions: 'orders', mode: 'remove' })).exitCode).toBe(0)
    expect(aws.iam.get('shared')).toEqual(role)
  }))
