/** Who runs with a role, in the regions of the run. */

import { describe, expect, test } from '@jest/globals'
import { type Result, succeeded } from '../../../src/model/result'
import type { ListedVersion, RoutedVersion } from '../../../src/systems/lambda/lambda-control'
import { roleUsers, userKey, userText } from '../../../src/pipeline/roles/role-users'
import { aFunction } from '../support/functions'
import { aFault } from '../support/lambda'
import { aRole } from './disabling'

const ROLE = aRole().text
const SECOND = aRole('second').text

const listed = (
  name: string,
  version: string,
  roleArn = ROLE,
  region = 'eu-west-1',
): ListedVersion => ({
  version,
  fn: aFunction({ name, roleArn, region }),
})
const routed = (name: string, version: string, via: string, roleArn = ROLE): RoutedVersion => ({
  version,
  via: [via],
  fn: aFunction({ name, roleArn }),
})

/** A Lambda that counts what it is asked. */
function aLambda(
  regions: Readonly<Record<string, readonly ListedVersion[] | 'fails'>>,
  routes: Readonly<Record<string, readonly RoutedVersion[] | 'fails'>> = {},
) {
  const asked: string[] = []
  const answer = <T>(
    what: string,
    found: readonly T[] | 'fails' = [],
  ): Promise<Result<readonly T[]>> => {
    asked.push(what)
    return Promise.resolve(
      found === 'fails'
        ? { ok: false, fault: aFault('denied', { code: 'AccessDenied', text: 'no' }) }
        : { ok: true, value: found },
    )
  }
  return {
    asked,
    async listVersions(region: string, take: (page: readonly ListedVersion[]) => boolean) {
      const listed = await answer(region, regions[region])
      if (!listed.ok) return listed
      take(listed.value)
      return succeeded('all' as const)
    },
    routedVersions: ({ name }: { readonly name: string }) => answer(name, routes[name]),
  }
}

async function texts(
  lambda: ReturnType<typeof aLambda>,
  regions: readonly string[] = ['eu-west-1'],
  role = ROLE,
) {
  const users = await roleUsers(regions, lambda).usersOf(role)
  return 'reason' in users ? users : users.map(userText)
}

describe('the users of a role', () => {
  test('are functions of all regions that have it, whatever else is there', async () => {
    const lambda = aLambda({
      'eu-west-1': [listed('orders', '$LATEST'), listed('mails', '$LATEST', SECOND)],
      'us-east-1': [listed('bills', '$LATEST', ROLE, 'us-east-1')],
    })
    expect(await texts(lambda, ['eu-west-1', 'us-east-1'])).toEqual(['orders', 'bills'])
    expect(lambda.asked).toEqual(['eu-west-1', 'us-east-1'])
  })

  test('are versions that something points to, and no others', async () => {
    const lambda = aLambda(
      { 'eu-west-1': ['$LATEST', '1', '2', '3'].map((version) => listed('orders', version)) },
      { orders: [routed('orders', '2', 'alias live'), routed('orders', '$LATEST', 'alias dev')] },
    )
    expect(await texts(lambda)).toEqual(['orders', 'version 2 of orders (alias live)'])
  })

  test('are asked for once a function, however many versions it has', async () => {
    const lambda = aLambda({
      'eu-west-1': ['1', '2', '3'].map((version) => listed('orders', version)),
    })
    expect(await texts(lambda)).toEqual([])
    expect(lambda.asked).toEqual(['eu-west-1', 'orders'])
  })

  test('are a version with the role where $LATEST has moved to another one', async () => {
    const lambda = aLambda(
      { 'eu-west-1': [listed('orders', '$LATEST', SECOND), listed('orders', '1')] },
      { orders: [routed('orders', '1', 'alias live'), routed('orders', '2', 'alias old', SECOND)] },
    )
    expect(await texts(lambda)).toEqual(['version 1 of orders (alias live)'])
    expect(await texts(lambda, ['eu-west-1'], SECOND)).toEqual(['orders'])
  })

  test('are told with their version, what points to it, and their configuration', async () => {
    const latest = listed('orders', '$LATEST')
    const version = routed('orders', '2', 'alias live')
    const lambda = aLambda({ 'eu-west-1': [latest, listed('orders', '2')] }, { orders: [version] })
    expect(await roleUsers(['eu-west-1'], lambda).usersOf(ROLE)).toEqual([
      { ...latest, via: [] },
      version,
    ])
  })

  test('are not sought among the versions of a function none of which has the role', async () => {
    const lambda = aLambda({ 'eu-west-1': [listed('orders', '1', SECOND), listed('mails', '1')] })
    expect(await texts(lambda)).toEqual([])
    expect(lambda.asked).toEqual(['eu-west-1', 'mails'])
  })

  test('are told apart by function, region and version', () => {
    const users = [
      listed('orders', '$LATEST'),
      listed('orders', '1'),
      listed('orders', '11'),
      listed('mails', '1'),
      listed('orders', '1', ROLE, 'us-east-1'),
    ].map((one) => ({ ...one, via: [] }))
    expect(new Set(users.map(userKey)).size).toBe(users.length)
    const again = { ...listed('orders', '1', SECOND), via: ['alias live'] }
    expect(users.map(userKey).indexOf(userKey(again))).toBe(1)
  })

  test('are read once for all roles, and once for each role', async () => {
    const lambda = aLambda({ 'eu-west-1': [listed('orders', '1'), listed('mails', '1', SECOND)] })
    const users = roleUsers(['eu-west-1'], lambda)
    await Promise.all([users.usersOf(ROLE), users.usersOf(SECOND), users.usersOf(ROLE)])
    await users.usersOf(ROLE)
    expect([...lambda.asked].sort()).toEqual(['eu-west-1', 'mails', 'orders'])
  })

  test('are not read before somebody asks', () => {
    const lambda = aLambda({})
    expect(roleUsers(['eu-west-1'], lambda).regions).toEqual(['eu-west-1'])
    expect(lambda.asked).toEqual([])
  })

  test('are unknown where one region cannot be read', async () => {
    const lambda = aLambda({ 'eu-west-1': [listed('orders', '$LATEST')], 'us-east-1': 'fails' })
    expect(await texts(lambda, ['eu-west-1', 'us-east-1'])).toEqual({
      reason: 'access-denied',
      detail: 'which functions share the role was not checked: AccessDenied: no',
    })
  })

  test('are unknown where it cannot be read which versions are in use', async () => {
    const lambda = aLambda({ 'eu-west-1': [listed('orders', '1')] }, { orders: 'fails' })
    expect(await texts(lambda)).toEqual({
      reason: 'access-denied',
      detail: 'which versions are in use was not checked: AccessDenied: no',
    })
  })
})
