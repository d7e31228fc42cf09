/** IAM’s answers about log groups: how they are asked for, and what they mean. */

import { describe, expect, test } from '@jest/globals'
import {
  isForbidden,
  type RoleControl,
  type Simulated,
} from '../../../src/systems/iam/role-control'
import { LOG_WRITES, simulatedResources } from '../../../src/systems/iam/log-writes'
import {
  askLogRights,
  denialText,
  logWriterOf,
  missingToLog,
  neededPairs,
  simulationFailed,
  writerKey,
} from '../../../src/pipeline/roles/log-rights'
import { aFunction, anArn } from '../support/functions'
import { aFault } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { aRole, aWriter } from './disabling'

const { group: GROUP } = aWriter('fn')
const STREAM = simulatedResources(GROUP).at(-1) ?? ''

function answer(action: string, given: Partial<Simulated> = {}): Simulated {
  return {
    action,
    resource: STREAM,
    decision: 'allowed',
    by: [],
    allowedByOrganization: undefined,
    allowedByBoundary: undefined,
    ...given,
  }
}

describe('who writes the log of a function', () => {
  test('is its role, to the log group that it is configured for', () => {
    const fn = aFunction({ name: 'fn', roleArn: aRole().text, logGroup: '/own/app' })
    expect(logWriterOf(fn)).toEqual({
      function: anArn('fn'),
      role: aRole(),
      group: 'arn:aws:logs:eu-west-1:123456789012:log-group:/own/app',
    })
  })

  test.each([
    undefined,
    '',
    'orders-role',
    'arn:aws:iam::aws:role/x',
    'arn:aws:iam::123456789012:user/x',
  ])('is unknown with the role %j', (roleArn) => {
    expect(logWriterOf(aFunction({ roleArn }))).toBeUndefined()
  })
})

describe('what is missing for a log', () => {
  const stream = answer('logs:CreateLogStream')
  const events = answer('logs:PutLogEvents')
  const group = answer('logs:CreateLogGroup', { decision: 'explicitDeny' })

  test.each<[string, readonly Simulated[], readonly string[]]>([
    ['nothing, where both are allowed', [stream, events], []],
    ['nothing, where only the group cannot be created', [group, stream, events], []],
    ['events', [stream, { ...events, decision: 'implicitDeny' }], ['logs:PutLogEvents']],
    ['streams', [{ ...stream, decision: 'explicitDeny' }, events], ['logs:CreateLogStream']],
    ['what has no answer', [events], ['logs:CreateLogStream']],
    ['both, without answers', [], ['logs:CreateLogStream', 'logs:PutLogEvents']],
    [
      'what is allowed on the bare group only',
      [stream, { ...events, resource: GROUP }],
      ['logs:PutLogEvents'],
    ],
  ])('is %s', (_, rights, expected) => {
    const missing = missingToLog(rights, GROUP)
    expect(missing.map(({ action }) => action)).toEqual(expected)
    expect(missing.every(({ resource }) => resource === STREAM)).toBe(true)
  })

  test('is among the needed pairs', () => {
    expect(neededPairs(GROUP)).toEqual(
      missingToLog([], GROUP).map(({ action, resource }) => `${action} ${resource}`),
    )
  })
})

describe('a denial in words', () => {
  const put = 'logs:PutLogEvents'
  test.each<[readonly Simulated[], string]>([
    [[], 'IAM allows it'],
    [[answer(put, { decision: 'implicitDeny' })], 'IAM answers implicitDeny for logs:PutLogEvents'],
    [
      [answer(put, { decision: 'explicitDeny', by: ['one', 'two'] }), answer('other')],
      'IAM answers explicitDeny for logs:PutLogEvents (one, two)',
    ],
    [
      [answer(put, { decision: 'implicitDeny', allowedByBoundary: false })],
      'IAM answers implicitDeny for logs:PutLogEvents: the permissions boundary does not allow it',
    ],
    [
      [answer(put, { decision: 'explicitDeny', by: ['scp'], allowedByOrganization: false })],
      'IAM answers explicitDeny for logs:PutLogEvents: the organization does not allow it',
    ],
  ])('%#: %j', (denied, expected) => {
    expect(denialText(denied)).toBe(expected)
  })

  test('is somebody else’s only where IAM says so', () => {
    expect(isForbidden(answer(put, { allowedByBoundary: true, allowedByOrganization: true }))).toBe(
      false,
    )
    expect(isForbidden(answer(put))).toBe(false)
  })
})

describe('IAM is asked', () => {
  /** Allows everything, and keeps what it was asked. */
  function anIam(fails: (role: string, nth: number) => boolean = () => false) {
    const asked: { readonly role: string; readonly resources: readonly string[] }[] = []
    const simulate: RoleControl['simulate'] = (role, actions, resources) => {
      const nth = asked.length
      asked.push({ role: role.name, resources })
      return Promise.resolve(
        fails(role.name, nth)
          ? { ok: false, fault: aFault('throttled') }
          : {
              ok: true,
              value: actions.flatMap((action) =>
                resources.map((resource) => answer(action, { resource })),
              ),
            },
      )
    }
    return { asked, simulate }
  }

  test('nothing about nobody', async () => {
    expect(await askLogRights([], NO_ROLES)).toEqual(new Map())
  })

  test('once for each role, and each log group once', async () => {
    const iam = anIam()
    const second = aRole('second')
    const writers = [aWriter('a'), aWriter('b'), aWriter('a'), aWriter('a', second)]
    const rights = await askLogRights(writers, iam)
    expect(iam.asked.map(({ role, resources }) => `${role} ${String(resources.length)}`)).toEqual([
      'fn-role 8',
      'second 4',
    ])
    expect([...rights.keys()]).toEqual([...new Set(writers.map(writerKey))])
  })

  test('and each writer gets the answers about its own log group', async () => {
    const writers = [aWriter('a'), aWriter('b')]
    const rights = await askLogRights(writers, anIam())
    for (const writer of writers) {
      const own = rights.get(writerKey(writer))
      expect(
        own?.ok && own.value.map(({ action, resource }) => `${action} ${resource}`).sort(),
      ).toEqual(
        LOG_WRITES.flatMap((action) =>
          simulatedResources(writer.group).map((resource) => `${action} ${resource}`),
        ).sort(),
      )
    }
  })

  test('about at most fifty log groups at a time', async () => {
    const iam = anIam()
    const writers = Array.from({ length: 120 }, (_, index) => aWriter(`fn-${String(index)}`))
    const rights = await askLogRights(writers, iam)
    expect(iam.asked.map(({ resources }) => resources.length)).toEqual([200, 200, 80])
    for (const { group, ...writer } of writers) {
      const own = rights.get(writerKey({ ...writer, group }))
      expect(own?.ok && missingToLog(own.value, group)).toEqual([])
    }
  })

  test.each([
    [50, [200]],
    [51, [200, 4]],
    [100, [200, 200]],
  ])('about %i log groups in as few questions as that takes', async (count, expected) => {
    const iam = anIam()
    await askLogRights(
      Array.from({ length: count }, (_, index) => aWriter(`fn-${String(index)}`)),
      iam,
    )
    expect(iam.asked.map(({ resources }) => resources.length)).toEqual(expected)
  })

  test('and what is not answered for one role is not answered for all of its functions, and for no other', async () => {
    const second = aRole('second')
    const fails = (role: string, nth: number) => role === 'fn-role' && nth > 0
    const writers = Array.from({ length: 60 }, (_, index) => aWriter(`fn-${String(index)}`))
    const rights = await askLogRights([...writers, aWriter('b', second)], anIam(fails))
    expect(writers.filter((writer) => rights.get(writerKey(writer))?.ok)).toEqual([])
    expect(rights.get(writerKey(aWriter('b', second)))?.ok).toBe(true)
  })
})

test('IAM that could not be asked is a reason of its own, and its fault is told where there is one', () => {
  const fault = aFault('unavailable', { code: 'X', text: 'why' })
  expect(simulationFailed({ ok: false, fault })).toEqual({
    reason: 'simulation-failed',
    detail: 'X: why',
  })
  expect(simulationFailed(undefined)).toEqual({ reason: 'simulation-failed', detail: 'no answer' })
})
