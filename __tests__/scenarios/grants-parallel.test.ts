/** `grant-secret-access` by two jobs at once on one role: they end as if one had run after the other (promise P9). */

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
import { API_KEY, configurationOf, inWorld, statusesOf, type World } from './world'

/** A secret, and two functions whose shared role may not read it. */
function twoOnOneRole(aws: LocalAws) {
  aSharedRole(aws, 'mails', 'orders')
  return aws.secrets.create({ name: 'clickstack', value: API_KEY })
}

/** Calls of the operation wait for the promise, those about the function where one is named. */
function hold(aws: LocalAws, operation: string, until: Promise<unknown>, functionName?: string) {
  return aws.onCall(async (call) => {
    if (call.operation !== operation) return
    if (functionName === undefined || call.functionName === functionName) await until
  })
}

/** The first such call waits for the second one: neither job has seen anything of the other's. */
function untilBothCome(aws: LocalAws, operation: string) {
  let count = 0
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  aws.onCall(async (call) => {
    if (call.operation !== operation) return
    if (++count === 2) open()
    await opened
  })
}

/** Resolves with the first such call that has done its work. */
function firstWorkDone(aws: LocalAws, operation: string, functionName?: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = aws.onWorkDone((call) => {
      if (call.operation !== operation) return
      if (functionName !== undefined && call.functionName !== functionName) return
      stop()
      resolve()
    })
  })
}

/** Holds the first such call until the gate is opened. */
function gateAt(aws: LocalAws, operation: string, functionName: string) {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const reached = new Promise<void>((resolve) => {
    aws.onCall(async (call) => {
      if (call.operation !== operation || call.functionName !== functionName) return
      resolve()
      await opened
    })
  })
  return { reached, open: () => open() }
}

/** The job over `orders`: it gives the right, and its invocation fails once `until` has come. */
async function failingJob({ aws, main }: World, secret: string, until: Promise<unknown>) {
  aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
  hold(aws, 'Invoke', until, 'orders')
  return main(granting('orders', secret))
}

describe('the job that gave the right fails', () => {
  test.each([
    ['may give it too', 'true'],
    ['only uses it', 'false'],
  ])('after another job, which %s, is done: it stays for that one', (_, mayGrant) =>
    inWorld(async (world) => {
      const { aws, main } = world
      const secret = twoOnOneRole(aws)
      const [role, found] = [aws.iam.get('shared'), configurationOf(aws.lambda.get('orders'))]
      const given = firstWorkDone(aws, 'PutRolePolicy')
      const other = given.then(() =>
        main({ ...granting('mails', secret), 'grant-secret-access': mayGrant }),
      )
      const [failed, done] = await Promise.all([failingJob(world, secret, other), other])

      expect(statusesOf(done)).toEqual(['mails: written no-verifier'])
      expect(done.exitCode).toBe(0)
      expect(statusesOf(failed)).toEqual(['orders: rolled-back function-error'])
      expect(failed.exitCode).toBe(1)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
      expect(missingRights(aws, 'mails')).toEqual([])
      expect(await coldStartError(aws, 'mails')).toBeUndefined()
      expect(grantsOn(aws, 'shared').size).toBe(1)

      const removed = await main({ functions: 'mails', mode: 'remove' })
      expect(statusesOf(removed)).toEqual(['mails: removed'])
      expect(aws.iam.get('shared')).toEqual(role)
    }),
  )

  test('before another job writes its function, whose preflight had found the right there', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const secret = twoOnOneRole(aws)
      const write = gateAt(aws, 'UpdateFunctionConfiguration', 'mails')
      const other = firstWorkDone(aws, 'UpdateFunctionConfiguration', 'orders').then(() =>
        main(granting('mails', secret)),
      )
      const failed = await failingJob(world, secret, Promise.race([write.reached, other]))
      write.open()
      const done = await other

      expect(statusesOf(failed)).toEqual(['orders: rolled-back function-error'])
      expect(statusesOf(done)).toEqual(['mails: written no-verifier'])
      expect(await coldStartError(aws, 'mails')).toBeUndefined()
      expect(grantsOn(aws, 'shared').size).toBe(1)
    }))
})

test('a job that removes the last function takes no right from one that another job has just written', () =>
  inWorld(async ({ aws, main }) => {
    const secret = twoOnOneRole(aws)
    expect(statusesOf(await main(granting('orders', secret)))).toEqual([
      'orders: written no-verifier',
    ])
    // Nobody else needs the right when the removing job looks, and somebody does when it deletes.
    const other = firstWorkDone(aws, 'UpdateFunctionConfiguration', 'orders').then(() =>
      main(granting('mails', secret)),
    )
    hold(aws, 'DeleteRolePolicy', other)
    const removed = await main({ functions: 'orders', mode: 'remove' })

    expect(statusesOf(await other)).toEqual(['mails: written no-verifier'])
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(missingRights(aws, 'mails')).toEqual([])
    expect(await coldStartError(aws, 'mails')).toBeUndefined()
    expect(grantsOn(aws, 'shared').size).toBe(1)
  }))

test('a right is withdrawn only when the update that takes the last reference away is over', () =>
  inWorld(async ({ aws, main }) => {
    const secret = twoOnOneRole(aws)
    const role = aws.iam.get('shared')
    const missing = watchForMissingRights(aws)
    const given = await main({ ...granting('mails', secret), functions: 'mails\norders' })
    expect(statusesOf(given)).toEqual(['mails: written no-verifier', 'orders: written no-verifier'])
    // Reads show mails without Rotel at once, and its new environments still start with it.
    const deploy = { layers: [], variables: {}, updateMs: 2_000 }
    const deployed = firstWorkDone(aws, 'UpdateFunctionConfiguration', 'orders').then(() =>
      aws.lambda.changeAsSomebodyElse('mails', deploy),
    )
    const removed = await main({ functions: 'orders', mode: 'remove' })
    await deployed

    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(missing).toEqual([])
    expect(aws.iam.get('shared')).toEqual(role)
  }))

test('two jobs give one policy, and leave nothing when both remove at the same time', () =>
  inWorld(async ({ aws, main }) => {
    const secret = twoOnOneRole(aws)
    const role = aws.iam.get('shared')
    const missing = watchForMissingRights(aws)
    const names = ['mails', 'orders']
    untilBothCome(aws, 'PutRolePolicy')
    const given = await Promise.all(names.map((name) => main(granting(name, secret))))
    expect(given.flatMap(statusesOf)).toEqual(names.map((name) => `${name}: written no-verifier`))
    expect(grantsOn(aws, 'shared').size).toBe(1)

    const removed = await Promise.all(names.map((functions) => main({ functions, mode: 'remove' })))
    expect(removed.flatMap(statusesOf)).toEqual(names.map((name) => `${name}: removed`))
    expect(aws.iam.get('shared')).toEqual(role)
    expect(missing).toEqual([])
  }))

test('two jobs with different secrets give two policies, and neither touches the other’s', () =>
  inWorld(async ({ aws, main }) => {
    const first = twoOnOneRole(aws)
    const second = aws.secrets.create({ name: 'second', value: API_KEY })
    const role = aws.iam.get('shared')
    const missing = watchForMissingRights(aws)
    await Promise.all([main(granting('orders', first)), main(granting('mails', second))])
    const policies = [...grantsOn(aws, 'shared').values()]
    expect(policies).toHaveLength(2)
    for (const secret of [first, second]) {
      expect(policies.filter((document) => document.includes(secret))).toHaveLength(1)
    }
    await main({ functions: 'orders', mode: 'remove' })
    expect([...grantsOn(aws, 'shared').values()].join()).not.toContain(first)
    await main({ functions: 'mails', mode: 'remove' })
    expect(aws.iam.get('shared')).toEqual(role)
    expect(missing).toEqual([])
  }))
