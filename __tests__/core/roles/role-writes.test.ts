/** Writes to roles: each that was made, or may have been, is remembered, and one that was refused says why. */

import { describe, expect, test } from '@jest/globals'
import type { Reason } from '../../../src/model/reason'
import { type AwsFault, type Result, succeeded } from '../../../src/model/result'
import { recordedWrites } from '../../../src/pipeline/roles/recorded-writes'
import { roleFull, roleWriteRefusal } from '../../../src/pipeline/roles/role-write-refusal'
import { simulatedOnce } from '../../../src/pipeline/roles/simulated-once'
import { roleWriteText } from '../../../src/systems/iam/role-write'
import type { RoleControl } from '../../../src/systems/iam/role-control'
import { aFault } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { aRole } from './disabling'

const ROLE = aRole()
const ARN = 'arn:aws:iam::123456789012:policy/team/shared'

/** Answers everything in the same way, and keeps what it was asked. */
function answering(answer: Result<never> | Result<true>) {
  const asked: unknown[][] = []
  const roles = Object.fromEntries(
    Object.keys(NO_ROLES).map((name) => [
      name,
      (...given: unknown[]) => {
        asked.push([name, ...given])
        return Promise.resolve(answer)
      },
    ]),
  ) as unknown as RoleControl
  return { roles, asked }
}

const WRITES: readonly [string, (roles: RoleControl) => Promise<unknown>, readonly unknown[]][] = [
  [
    'role fn-role: inline policy own written',
    (roles) => roles.putInline(ROLE, 'own', '{}'),
    ['putInline', ROLE, 'own', '{}'],
  ],
  [
    'role fn-role: inline policy own deleted',
    (roles) => roles.deleteInline(ROLE, 'own'),
    ['deleteInline', ROLE, 'own'],
  ],
  [
    'role fn-role: policy shared attached',
    (roles) => roles.attach(ROLE, ARN),
    ['attach', ROLE, ARN],
  ],
  ['role fn-role: policy x detached', (roles) => roles.detach(ROLE, 'x'), ['detach', ROLE, 'x']],
  [
    'policy shared: a new version created',
    (roles) => roles.createVersion(ARN, '{}'),
    ['createVersion', ARN, '{}'],
  ],
  [
    'policy shared: version v1 put in force',
    (roles) => roles.setDefaultVersion(ARN, 'v1'),
    ['setDefaultVersion', ARN, 'v1'],
  ],
  [
    'policy shared: version v2 deleted',
    (roles) => roles.deleteVersion(ARN, 'v2'),
    ['deleteVersion', ARN, 'v2'],
  ],
]

describe('a write', () => {
  test.each(WRITES)('is passed on and remembered: %s', async (text, write, call) => {
    const { roles, asked } = answering(succeeded(true))
    const memory = recordedWrites()
    expect(await write(memory.recording(roles))).toEqual(succeeded(true))
    expect(asked).toEqual([call])
    expect(memory.writes().map(roleWriteText)).toEqual([text])
  })

  test('without an answer is remembered as not confirmed, and a refused one is not', async () => {
    const memory = recordedWrites()
    const lost = aFault('unavailable', { code: 'Lost', mayHaveLanded: true })
    for (const fault of [lost, aFault('denied')]) {
      const answer = { ok: false, fault } as const
      const { roles } = answering(answer)
      expect(await memory.recording(roles).attach(ROLE, ARN)).toEqual(answer)
    }
    expect(memory.writes().map(roleWriteText)).toEqual([
      'role fn-role: policy shared attached: not confirmed (Lost)',
    ])
  })
})

test('reads are passed on, and none of them is a write', async () => {
  const { roles, asked } = answering(succeeded(true))
  const memory = recordedWrites()
  const recording = memory.recording(roles)
  const context = new Map([['a', 'b']])
  await recording.inlineNames(ROLE)
  await recording.inline(ROLE, 'own')
  await recording.read(ROLE)
  await recording.trusted(ROLE)
  await recording.managed(ARN)
  await recording.exists(ARN)
  await recording.version(ARN, 'v1')
  await recording.simulate(ROLE, ['a'], ['b'], context)
  expect(asked).toEqual([
    ['inlineNames', ROLE],
    ['inline', ROLE, 'own'],
    ['read', ROLE],
    ['trusted', ROLE],
    ['managed', ARN],
    ['exists', ARN],
    ['version', ARN, 'v1'],
    ['simulate', ROLE, ['a'], ['b'], context],
  ])
  expect(memory.writes()).toEqual([])
})

test('the same question is asked once, and any other by itself', async () => {
  const { roles, asked } = answering(succeeded(true))
  const asking = simulatedOnce(roles)
  for (let time = 0; time < 2; time++) {
    await asking.simulate(ROLE, ['a'], ['b'])
    await asking.simulate(ROLE, ['a'], ['b'], new Map())
    await asking.simulate(aRole('other'), ['a'], ['b'])
    await asking.simulate(ROLE, ['a', 'b'], ['b'])
    await asking.simulate(ROLE, ['a'], ['c'])
    await asking.simulate(ROLE, ['a'], ['b'], new Map([['k', 'v']]))
  }
  expect(asked).toHaveLength(5)
  await asking.read(ROLE)
  expect(asked).toHaveLength(6)
})

describe('a write that was not made', () => {
  test.each<[AwsFault, Reason]>([
    [aFault('refused', { code: 'LimitExceeded' }), 'role-policies-full'],
    [aFault('refused', { code: 'LimitExceededException' }), 'role-policies-full'],
    [aFault('refused', { code: 'UnmodifiableEntity' }), 'role-protected'],
    [aFault('refused', { code: 'UnmodifiableEntityException' }), 'role-protected'],
    [aFault('refused', { code: 'NoUnmodifiableEntity' }), 'role-write-failed'],
    [aFault('denied'), 'role-write-failed'],
    [aFault('unauthenticated'), 'credentials-refused'],
    [aFault('aborted', { code: 'cancelled' }), 'cancelled'],
    [aFault('aborted', { code: 'else' }), 'out-of-time'],
  ])('for %j says %s', (fault, reason) => {
    const { reason: told, detail } = roleWriteRefusal(ROLE, 'own', fault)
    expect(told).toBe(reason)
    if (fault.kind !== 'aborted') {
      expect(detail).toBe(`own on the role fn-role: ${fault.code}: ${fault.text}`)
    }
  })

  test('for want of room says how much it would take', () => {
    expect(roleFull(ROLE, 12_345)).toEqual({
      reason: 'role-policies-full',
      detail: 'the inline policies of the role fn-role would take 12,345 of 10,240 characters',
    })
  })
})
