/** What a fault of AWS comes to: what decides the remedy goes before the reason of whoever asked. */

import { describe, expect, test } from '@jest/globals'
import { faultRefusal, readRefusal } from '../../src/model/refusal'
import type { Reason } from '../../src/model/reason'
import type { AwsFault, AwsFaultKind } from '../../src/model/result'
import { planRoleEdits, readRoles } from '../../src/pipeline/roles/plan-edits'
import { roleWriteRefusal } from '../../src/pipeline/roles/role-write-refusal'
import { versionRefusal } from '../../src/pipeline/disable-logs/versions'
import { aMember, aRole } from '../core/roles/disabling'
import { NO_ROLES } from '../core/support/roles'
import { aFunction } from '../core/support/functions'

function aFault(kind: AwsFaultKind, code: string, text: string): AwsFault {
  return { kind, code, text, mayHaveLanded: false }
}

const BY_ORGANIZATION = aFault(
  'denied',
  'AccessDenied',
  'User: a is not authorized to perform: iam:X on resource: b with an explicit deny in a service control policy',
)
const EXPIRED = aFault('unauthenticated', 'ExpiredToken', 'the token is expired')

const DECIDING: readonly (readonly [string, AwsFault, Reason])[] = [
  ['the end of the run', aFault('aborted', 'out-of-time', 'late'), 'out-of-time'],
  ['a cancelled run', aFault('aborted', 'cancelled', 'stop'), 'cancelled'],
  [
    'a run whose credentials were refused',
    aFault('aborted', 'credentials-refused', 'the token is expired'),
    'credentials-refused',
  ],
  [
    'a call that was aborted for any other reason',
    aFault('aborted', 'NotMade', 'late'),
    'out-of-time',
  ],
  ['an expired token', EXPIRED, 'credentials-refused'],
  ['a service control policy', BY_ORGANIZATION, 'denied-by-organization'],
  [
    'an explicit Deny',
    aFault('denied', 'AccessDenied', 'not authorized, with an explicit deny'),
    'denied-explicitly',
  ],
]

const POLICY_ARN = 'arn:aws:iam::123456789012:policy/NoLogs'

describe.each(DECIDING)('%s', (_, fault, reason) => {
  const answer = () => Promise.resolve({ ok: false, fault } as const)
  const role = aRole()
  const member = aMember('fn', role)

  test('goes before the reason given, whatever was asked', async () => {
    const refusals = [
      faultRefusal(fault, 'invoke-denied'),
      faultRefusal(fault, 'simulation-failed'),
      readRefusal(fault),
      roleWriteRefusal(role, 'policy', fault),
      await readRoles([member], { read: answer }),
      await versionRefusal(aFunction(), { routedVersions: answer }),
    ]
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ reason }) as unknown))
  })
})

test('with an expired token the policy to attach is not called unusable', async () => {
  const role = aRole()
  const strategy = { kind: 'deny', policyArn: POLICY_ARN } as const
  const exists = () => Promise.resolve({ ok: false, fault: EXPIRED } as const)
  const planned = await planRoleEdits([aMember('fn', role)], new Map(), strategy, {
    ...NO_ROLES,
    exists,
  })
  expect(planned).toMatchObject({ reason: 'credentials-refused' })
})

test('where nothing else explains it, the reason given stands, with AWS’s words', () => {
  const fault = aFault('denied', 'AccessDenied', 'no identity-based policy allows it')
  expect(faultRefusal(fault, 'role-unreadable', 'policy: ')).toEqual({
    reason: 'role-unreadable',
    detail: 'policy: AccessDenied: no identity-based policy allows it',
  })
  expect(readRefusal(fault).reason).toBe('access-denied')
  const full = aFault('refused', 'LimitExceeded', 'Maximum policy size exceeded')
  expect(roleWriteRefusal(aRole(), 'policy', full).reason).toBe('role-policies-full')
})
