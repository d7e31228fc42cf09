/** Edits of roles: two of one policy as one, and each of them in words. */

import { describe, expect, test } from '@jest/globals'
import { editText, mergedEdit, policyOf, type RoleEdit } from '../../../src/systems/iam/role-edit'
import {
  distinctWrites,
  inlineWrite,
  plannedWrite,
  roleWriteText,
  undoingWrite,
} from '../../../src/systems/iam/role-write'
import { isProtected, parseRoleArn } from '../../../src/systems/iam/role-arn'
import { aRole } from '../roles/disabling'

const ROLE = aRole()
const DENY = 'ClickStackLambda-deny-logs-0123456789abcdef'
const ARN = 'arn:aws:iam::123456789012:policy/shared'

const narrowed: RoleEdit = { kind: 'put-inline', policy: 'own', before: '1', after: '2' }
const added: RoleEdit = { kind: 'put-inline', policy: DENY, before: undefined, after: '2' }
const deleted: RoleEdit = { kind: 'delete-inline', policy: 'own', before: '2' }
const attach: RoleEdit = { kind: 'attach', arn: ARN, name: 'shared' }
const detach: RoleEdit = { kind: 'detach', arn: ARN, name: 'shared' }
const version: RoleEdit = {
  kind: 'new-version',
  arn: ARN,
  name: 'shared',
  before: 'v1',
  original: 'first',
  after: 'second',
}

describe('two edits of one policy', () => {
  const later = { ...version, before: 'v2', original: 'second', after: 'third' } as const

  test.each<[string, RoleEdit | undefined, RoleEdit, RoleEdit]>([
    ['the only one', undefined, narrowed, narrowed],
    [
      'narrowed twice',
      narrowed,
      { ...narrowed, before: '2', after: '3' },
      { ...narrowed, after: '3' },
    ],
    ['narrowed and deleted', narrowed, deleted, { ...deleted, before: '1' }],
    [
      'added, and written again',
      added,
      { ...added, before: '2', after: '3' },
      { ...added, after: '3' },
    ],
    ['added, and deleted', added, { ...deleted, policy: DENY }, { ...deleted, policy: DENY }],
    ['two versions', version, later, { ...later, before: 'v1', original: 'first' }],
    ['a version, and detached', version, detach, detach],
    ['narrowed, and another one attached', narrowed, attach, attach],
    ['attached, and narrowed', attach, narrowed, narrowed],
  ])('are one, whose way back leads to what was there before both: %s', (_, one, two, merged) => {
    expect(mergedEdit(one, two)).toEqual(merged)
  })
})

describe('an edit in words', () => {
  test.each<[RoleEdit, string, string, string]>([
    [added, DENY, `inline policy ${DENY} added`, `inline policy ${DENY} deleted`],
    [narrowed, 'own', 'inline policy own narrowed', 'inline policy own restored'],
    [deleted, 'own', 'inline policy own deleted', 'inline policy own restored'],
    [version, 'shared', 'policy shared narrowed in a new version', 'policy shared restored'],
    [attach, 'shared', 'policy shared attached', 'policy shared detached'],
    [detach, 'shared', 'policy shared detached', 'policy shared attached'],
  ])('names the policy, and its way back: %j', (edit, policy, text, back) => {
    const purpose = policy === DENY ? ' (denies writing CloudWatch Logs)' : ''
    expect(policyOf(edit)).toBe(policy)
    expect(editText(edit)).toBe(text)
    expect(roleWriteText(plannedWrite(ROLE, edit))).toBe(`role fn-role: ${text}${purpose}`)
    expect(roleWriteText(undoingWrite(ROLE, edit))).toBe(`role fn-role: ${back}${purpose}`)
  })

  test.each([
    ['ClickStackLambda-deny-logs-1', ' (denies writing CloudWatch Logs)'],
    ['ClickStackLambda-grant-logs-1', ' (allows writing CloudWatch Logs)'],
    ['ClickStackLambda-read-secrets-1', ' (allows reading the secrets)'],
    ['Team-ClickStackLambda-deny-logs-1', ''],
  ])('tells what a policy of ours is for: %s', (policy, purpose) => {
    expect(roleWriteText(inlineWrite(ROLE, policy, 'written'))).toBe(
      `role fn-role: inline policy ${policy} written${purpose}`,
    )
  })

  test('is listed once, in the order of the first', () => {
    const [one, two] = [inlineWrite(ROLE, 'a', 'written'), inlineWrite(ROLE, 'b', 'written')]
    expect(distinctWrites([one, two, { ...one }])).toEqual([one, two])
  })
})

test.each([
  ['/aws-service-role/lambda.amazonaws.com/', true],
  ['/aws-reserved/sso.amazonaws.com/', true],
  ['/service-role/', false],
  ['/team/aws-service-role/', false],
  ['/', false],
])('a role of the path %s is AWS’s own: %s', (path, isAws) => {
  const role = parseRoleArn(`arn:aws:iam::123456789012:role${path}fn-role`)
  expect(role && isProtected(role)).toBe(isAws)
})

test.each([
  [64, true],
  [65, false],
])('a name of %i characters is that of a role: %s', (length, isRole) => {
  const text = `arn:aws:iam::123456789012:role/${'r'.repeat(length)}`
  expect(parseRoleArn(text) !== undefined).toBe(isRole)
})

test('AWS has policies of its own, and no roles', () => {
  expect(parseRoleArn('arn:aws:iam::aws:role/fn-role')).toBeUndefined()
})
