/** `grant-secret-access` and the other functions of a role: a right goes when nobody on the role needs it (promise P9). */

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
import { API_KEY, inWorld, statusesOf, type World } from './world'

const NAMES = ['mails', 'orders']
const removing = (functions: string) => ({ functions, mode: 'remove' })

/** Two functions on one role, both of which read their key from one secret by a right of ours. */
async function twoReaders({ aws, main }: World) {
  aSharedRole(aws, ...NAMES)
  const role = aws.iam.get('shared')
  const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
  const written = await main(granting(NAMES.join('\n'), secret))
  expect(statusesOf(written)).toEqual(NAMES.map((name) => `${name}: written no-verifier`))
  return { role, secret }
}

describe('one policy stands for all functions of a role with the same secrets', () => {
  test('it is written once, and its name tells its document: neither function nor role', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { secret } = await twoReaders(world)
      expect(aws.calls.count('PutRolePolicy')).toBe(1)
      const [[policy, document] = ['', '']] = grantsOn(aws, 'shared')
      expect(grantsOn(aws, 'shared').size).toBe(1)
      expect(policy).toMatch(/^ClickStackLambda-read-secrets-[0-9a-f]{16}$/)

      aws.lambda.createFunction({ name: 'refunds' })
      await main(granting('refunds', secret))
      expect([...grantsOn(aws, 'refunds-role')]).toEqual([[policy, document]])

      const other = aws.secrets.create({ name: 'other', value: API_KEY })
      aws.lambda.createFunction({ name: 'stock' })
      await main(granting('stock', other))
      expect([...grantsOn(aws, 'stock-role').keys()]).not.toContain(policy)
    }))

  test('it stays until the last of them is removed', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { role } = await twoReaders(world)
      const missing = watchForMissingRights(aws)
      const granted = [...grantsOn(aws, 'shared')]
      expect(statusesOf(await main(removing('orders')))).toEqual(['orders: removed'])
      expect([...grantsOn(aws, 'shared')]).toEqual(granted)
      expect(await coldStartError(aws, 'mails')).toBeUndefined()

      expect(statusesOf(await main(removing('mails')))).toEqual(['mails: removed'])
      expect(aws.iam.get('shared')).toEqual(role)
      expect(missing).toEqual([])
    }))

  test('all of them leave in one run, and so does the right, after the last write', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { role } = await twoReaders(world)
      const missing = watchForMissingRights(aws)
      aws.calls.clear()
      const removed = await main(removing(NAMES.join('\n')))
      expect(statusesOf(removed)).toEqual(NAMES.map((name) => `${name}: removed`))
      expect(aws.iam.get('shared')).toEqual(role)
      expect(aws.calls.count('DeleteRolePolicy')).toBe(1)
      expect(missing).toEqual([])
    }))

  test('one that fails in the run that gave it leaves it to the others', () =>
    inWorld(async ({ aws, main }) => {
      aSharedRole(aws, ...NAMES)
      const role = aws.iam.get('shared')
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      aws.lambda.setHandler('mails', { failure: { kind: 'throws' } })
      const missing = watchForMissingRights(aws)
      const result = await main(granting(NAMES.join('\n'), secret))
      expect(statusesOf(result)).toEqual([
        'mails: rolled-back function-error',
        'orders: written no-verifier',
      ])
      expect(await coldStartError(aws, 'orders')).toBeUndefined()
      expect(missing).toEqual([])
      await main(removing('orders'))
      expect(aws.iam.get('shared')).toEqual(role)
    }))

  test('all of them fail: the role is in its original state', () =>
    inWorld(async ({ aws, main }) => {
      aSharedRole(aws, ...NAMES)
      const role = aws.iam.get('shared')
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      for (const name of NAMES) aws.lambda.setHandler(name, { failure: { kind: 'throws' } })
      const result = await main(granting(NAMES.join('\n'), secret))
      expect(statusesOf(result)).toEqual(NAMES.map((name) => `${name}: rolled-back function-error`))
      expect(aws.iam.get('shared')).toEqual(role)
    }))

  test('`on-failure: keep` keeps the right with the function', () =>
    inWorld(async ({ aws, main }) => {
      aSharedRole(aws, 'orders')
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      const kept = await main({ ...granting('orders', secret), 'on-failure': 'keep' })
      expect(statusesOf(kept)).toEqual(['orders: failed function-error'])
      expect(missingRights(aws, 'orders')).toEqual([])
      expect(grantsOn(aws, 'shared').size).toBe(1)
    }))
})

describe('while the configuration of another function of the role cannot be read, the right stays', () => {
  test.each<[string, (aws: LocalAws) => void]>([
    [
      'its variables are encrypted with a key that the caller may not use',
      ({ lambda }) => void lambda.changeAsSomebodyElse('mails', { environmentUnreadable: true }),
    ],
    ['the functions cannot be listed', ({ caller }) => caller.deny('lambda:ListFunctions')],
  ])('%s', (_, hide) =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { role } = await twoReaders(world)
      const [policy = ''] = [...grantsOn(aws, 'shared').keys()]
      hide(aws)
      const removed = await main(removing('orders'))
      expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
      expect(await coldStartError(aws, 'mails')).toBeUndefined()
      expect(removed.summary).toContain(policy)
      expect(removed.summary).toContain('not checked')

      aws.caller.allowAll()
      aws.lambda.changeAsSomebodyElse('mails', { environmentUnreadable: false })
      expect(statusesOf(await main(removing('mails')))).toEqual(['mails: removed'])
      expect(aws.iam.get('shared')).toEqual(role)
    }),
  )
})

describe('a function of the role in another region', () => {
  const FAR = 'eu-west-1'

  async function readersInTwoRegions({ aws, main }: World) {
    const role = aSharedRole(aws, 'orders')
    const { arn } = aws.lambda.createFunction({ name: 'orders', region: FAR, role })
    const found = aws.iam.get('shared')
    const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
    const near = aws.lambda.get('orders').arn
    const written = await main(granting(`${near}\n${arn}`, secret))
    expect(written.exitCode).toBe(0)
    return { found, near, far: arn }
  }

  test('of the run keeps its right, though it is not selected', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const { found, near, far } = await readersInTwoRegions(world)
      const regions = `us-east-1\n${FAR}`
      expect((await main({ ...removing(near), regions })).exitCode).toBe(0)
      expect(missingRights(aws, far)).toEqual([])
      expect(grantsOn(aws, 'shared').size).toBe(1)

      expect((await main({ ...removing(far), regions })).exitCode).toBe(0)
      expect(aws.iam.get('shared')).toEqual(found)
    }))

  test('at which the run does not look is named as not checked when a right is withdrawn', () =>
    inWorld(async ({ aws, main }) => {
      aSharedRole(aws, 'orders')
      const found = aws.iam.get('shared')
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      await main(granting('orders', secret))
      const removed = await main(removing('orders'))
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(aws.iam.get('shared')).toEqual(found)
      expect(removed.summary).toContain('not checked')
    }))
})

test('a policy that an earlier build wrote for one function serves the others, and goes with the last', () =>
  inWorld(async ({ aws, main }) => {
    aSharedRole(aws, ...NAMES)
    const role = aws.iam.get('shared')
    const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
    await main(granting('orders', secret))
    // Earlier builds named it by the hash of the function's ARN; the Sids are the same.
    const earlier = 'ClickStackLambda-read-secrets-66d2e7d49f3e923c'
    const [[policy, document] = ['', '']] = grantsOn(aws, 'shared')
    aws.iam.changeRoleAsSomebodyElse('shared', {
      deleteInline: [policy],
      putInline: { [earlier]: document },
    })
    aws.calls.clear()
    expect(statusesOf(await main(granting('mails', secret)))).toEqual([
      'mails: written no-verifier',
    ])
    expect(aws.calls.count('PutRolePolicy')).toBe(0)

    await main(removing('orders'))
    expect(missingRights(aws, 'mails')).toEqual([])
    expect(await coldStartError(aws, 'mails')).toBeUndefined()
    expect(statusesOf(await main(removing('mails')))).toEqual(['mails: removed'])
    expect(aws.iam.get('shared')).toEqual(role)
  }))
