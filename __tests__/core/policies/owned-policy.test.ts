/** Policies of ours: what they say, and what does not pass for one of them. */

import { describe, expect, test } from '@jest/globals'
import { isLogGroupArn, logGroupArn, simulatedResources } from '../../../src/systems/iam/log-writes'
import {
  denyLogsDocument,
  grantLogsDocument,
  isOwned,
  isOwnDenyName,
  OWNED_SIDS,
  ownedPolicyName,
  secretsPolicyName,
  withOwnDeny,
  withoutOwnLogWrites,
} from '../../../src/systems/iam/owned-policy'
import { inlineSize } from '../../../src/systems/iam/role-size'
import { parseFunctionArn } from '../../../src/systems/lambda/function-arn'
import { decide, WORLDS } from './independent-evaluator'
import { FORMS, GROUP, OTHER_ACTIONS, OTHER_GROUPS, WRITES } from './policy-sets'

function functionArn(text: string) {
  const fn = parseFunctionArn(text)
  if (fn === undefined) throw new Error(text)
  return fn
}

const FN = functionArn('arn:aws:lambda:eu-west-1:123456789012:function:fn')

describe('a policy of ours', () => {
  test('is named by its purpose and a hash of the whole ARN', () => {
    const elsewhere = functionArn('arn:aws:lambda:us-east-1:123456789012:function:fn')
    expect(ownedPolicyName('deny-logs', FN)).toMatch(/^ClickStackLambda-deny-logs-[0-9a-f]{16}$/)
    expect(ownedPolicyName('deny-logs', FN)).not.toBe(ownedPolicyName('deny-logs', elsewhere))
    expect(ownedPolicyName('grant-logs', FN)).not.toBe(ownedPolicyName('deny-logs', FN))
  })

  test('that denies is known by its whole name, of whatever function', () => {
    const name = ownedPolicyName('deny-logs', FN)
    expect(isOwnDenyName(name)).toBe(true)
    for (const other of [`Team-${name}`, `${name}-2`, name.slice(0, -1)]) {
      expect(isOwnDenyName(other)).toBe(false)
    }
    expect(isOwnDenyName(ownedPolicyName('grant-logs', FN))).toBe(false)
  })

  test('that reads secrets is named by a hash of its document', () => {
    expect(secretsPolicyName('one')).toMatch(/^ClickStackLambda-read-secrets-[0-9a-f]{16}$/)
    expect(secretsPolicyName('one')).toBe(secretsPolicyName('one'))
    expect(secretsPolicyName('one')).not.toBe(secretsPolicyName('two'))
  })

  test('decides the three on all forms of the group, and nothing else', () => {
    for (const world of WORLDS) {
      for (const [text, decision] of [
        [denyLogsDocument(GROUP), 'deny'],
        [grantLogsDocument(GROUP), 'allow'],
      ] as const) {
        for (const action of WRITES) {
          for (const form of [...FORMS, ...simulatedResources(GROUP)]) {
            expect(decide([text], action, form, world)).toBe(decision)
          }
          for (const other of OTHER_GROUPS) {
            expect(decide([text], action, other, world)).toBe('none')
          }
        }
        for (const action of OTHER_ACTIONS) {
          expect(decide([text], action, GROUP, world)).toBe('none')
        }
      }
    }
  })

  test('is known again, also as somebody else would print it', () => {
    expect(isOwned('deny-logs', denyLogsDocument(GROUP))).toBe(true)
    expect(isOwned('grant-logs', grantLogsDocument(GROUP))).toBe(true)
    const printed = JSON.stringify(JSON.parse(denyLogsDocument(GROUP)), undefined, 2)
    expect(isOwned('deny-logs', printed)).toBe(true)
  })

  test('lies in the partition, region and account of the function', () => {
    const china = functionArn('arn:aws-cn:lambda:cn-north-1:123456789012:function:fn')
    const group = logGroupArn(china, '/custom/group')
    expect(group).toBe('arn:aws-cn:logs:cn-north-1:123456789012:log-group:/custom/group')
    expect(isOwned('deny-logs', denyLogsDocument(group))).toBe(true)
  })

  const deny = denyLogsDocument(GROUP)
  test.each([
    ['another Sid', deny.replace(OWNED_SIDS['deny-logs'], 'DenyCloudWatchLogs')],
    ['another effect', deny.replace('"Deny"', '"Allow"')],
    ['one action less', deny.replace('"logs:CreateLogGroup",', '')],
    ['one action more', deny.replace('"logs:CreateLogGroup"', '"logs:CreateLogGroup","s3:*"')],
    ['another action', deny.replace('logs:CreateLogGroup', 'logs:DeleteLogGroup')],
    ['one resource more', deny.replace(`:*"]`, `:*","${GROUP}~"]`)],
    ['no statement', deny.replace(/"Statement":.*/, '"Statement":[]}')],
    [
      'a statement behind it',
      deny.replace('}]', '},{"Effect":"Deny","Action":"*","Resource":"*"}]'),
    ],
    ['a member of theirs', deny.replace('{"Version"', '{"Id":"x","Version"')],
    ['one resource less', deny.replace(`"${GROUP}",`, '')],
    ['two groups', deny.replace(`"${GROUP}",`, `"${GROUP}-2",`)],
    ['a wildcard for the group', denyLogsDocument(GROUP.replace('/fn', '/*'))],
    ['a condition', deny.replace('"Effect"', '"Condition":{},"Effect"')],
    ['a second statement', deny.replace('[{', '[{"Effect":"Deny","Action":"*","Resource":"*"},{')],
    ['NotAction', deny.replace('"Action"', '"NotAction"')],
    ['NotResource', deny.replace('"Resource"', '"NotResource"')],
    ['no JSON', '{'],
  ])('with %s is none', (_, text) => {
    expect(text).not.toBe(deny)
    expect(isOwned('deny-logs', text)).toBe(false)
  })

  test('that reads secrets may have several statements, all of them ours', () => {
    const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: 'arn:x' }
    const Sid = OWNED_SIDS['read-secrets']
    const document = (...Statement: readonly object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement })
    const batch = { ...read, Sid: `${Sid}Batch`, Action: 'secretsmanager:BatchGetSecretValue' }
    expect(isOwned('read-secrets', document({ ...read, Sid }, batch))).toBe(true)
    expect(isOwned('read-secrets', document({ ...read, Sid }, read))).toBe(false)
    expect(isOwned('read-secrets', document({ ...read, Sid, Effect: 'Deny' }))).toBe(false)
    expect(isOwned('read-secrets', document({ ...read, Sid: `Not${Sid}` }))).toBe(false)
    expect(isOwned('read-secrets', document({ ...read, Sid, Action: 's3:*' }))).toBe(false)
    expect(isOwned('read-secrets', document())).toBe(false)
    const some = [read.Action, 's3:GetObject']
    expect(isOwned('read-secrets', document({ ...read, Sid, Action: some }))).toBe(false)
    const Condition = { StringEquals: { 'kms:ViaService': 'x' } }
    expect(isOwned('read-secrets', document({ ...read, Sid, Condition }))).toBe(true)
    expect(isOwned('read-secrets', document({ ...read, Sid, Principal: '*' }))).toBe(false)
    const named = JSON.stringify({ Id: 'x', Statement: [{ ...read, Sid }] })
    expect(isOwned('read-secrets', named)).toBe(false)
    expect(isOwned('grant-logs', document({ ...read, Sid }))).toBe(false)
  })

  test('counts in the limit of the role without its blanks', () => {
    expect(inlineSize(['{ "a":\n\t"b c" }', '{}'])).toBe('{"a":"bc"}{}'.length)
  })
})

describe('our Deny, where others have edited it', () => {
  const ours = JSON.parse(denyLogsDocument(GROUP)) as {
    readonly Statement: readonly [Readonly<Record<string, unknown>>]
  }
  const [statement] = ours.Statement
  const theirs = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }
  const documentOf = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements })

  test.each([
    ['as it was written', denyLogsDocument(GROUP)],
    ['with a statement of theirs', documentOf(statement, theirs)],
    ['behind a statement of theirs', documentOf(theirs, statement)],
    ['with an action of theirs', documentOf({ ...statement, Action: [...WRITES, 's3:PutObject'] })],
    ['with a resource of theirs', documentOf({ ...statement, Resource: [...FORMS, '*'] })],
  ])('stays as it is where it still denies all: %s', (_, text) => {
    expect(withOwnDeny(text, GROUP)).toBe(text)
  })

  test.each([
    ['without one of the three', { Action: WRITES.slice(1) }],
    ['with a condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    ['on another group', { Resource: [`${GROUP}-2`, `${GROUP}-2:*`] }],
    ['on the group, and not on its streams', { Resource: [GROUP] }],
  ])('denies all again, and keeps what is theirs: %s', (_, change) => {
    const text = withOwnDeny(documentOf({ ...statement, ...change }, theirs), GROUP) ?? ''
    for (const world of WORLDS) {
      for (const action of WRITES) {
        for (const form of FORMS) expect(decide([text], action, form, world)).toBe('deny')
      }
      expect(decide([text], 's3:DeleteObject', 'arn:aws:s3:::bucket/key', world)).toBe('deny')
    }
  })

  test('denies all again where the only statement that names all is an Allow', () => {
    const allow = { Effect: 'Allow', Action: WRITES, Resource: [GROUP, `${GROUP}:*`] }
    const text = withOwnDeny(documentOf({ ...statement, Action: [] }, allow), GROUP) ?? ''
    for (const world of WORLDS) {
      for (const action of WRITES) {
        for (const form of FORMS) expect(decide([text], action, form, world)).toBe('deny')
      }
    }
  })

  test('is written whole where only a part of it is left, and nothing of theirs', () => {
    const part = documentOf({ ...statement, Action: WRITES.slice(1) })
    expect(withOwnDeny(part, GROUP)).toBe(denyLogsDocument(GROUP))
    expect(ours).toMatchObject({ Version: '2012-10-17' })
  })

  test('has its Sid once, and what is theirs keeps its own', () => {
    const widened = { ...statement, Action: ['logs:PutLogEvents', 's3:PutObject'] }
    const text = withOwnDeny(documentOf(widened, { ...theirs, Sid: 'Theirs' }), GROUP) ?? ''
    const { Statement } = JSON.parse(text) as { readonly Statement: readonly { Sid?: string }[] }
    expect(Statement.map(({ Sid }) => Sid)).toEqual([OWNED_SIDS['deny-logs'], undefined, 'Theirs'])
  })

  test('is not told from a policy that is not ours', () => {
    expect(withOwnDeny(documentOf(theirs), GROUP)).toBeUndefined()
    expect(withOwnDeny(documentOf({ ...statement, Effect: 'Allow' }), GROUP)).toBeUndefined()
    expect(withOwnDeny('not JSON', GROUP)).toBeUndefined()
  })
})

describe('what is taken out of a document that others have edited', () => {
  const [deny, grant] = [denyLogsDocument(GROUP), grantLogsDocument(GROUP)]
  const statementOf = (text: string) =>
    (JSON.parse(text) as { readonly Statement: readonly [object] }).Statement[0]
  const documentOf = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const theirs = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }

  test.each([
    ['deny-logs', deny],
    ['grant-logs', grant],
  ] as const)('%s: ours, whole, and nothing of theirs', (purpose, ours) => {
    const own = statementOf(ours)
    expect(withoutOwnLogWrites(purpose, ours)).toEqual({ kind: 'nothing-left' })
    const elsewhere = { ...theirs, Action: ['logs:PutLogEvents', 's3:*'] }
    expect(withoutOwnLogWrites(purpose, documentOf(elsewhere, own))).toEqual({
      kind: 'others-left',
      document: documentOf(elsewhere),
    })
    const widened = { ...own, Action: ['s3:PutObject', ...WRITES] }
    expect(withoutOwnLogWrites(purpose, documentOf(widened))).toEqual({
      kind: 'others-left',
      document: documentOf({ ...own, Action: ['s3:PutObject'] }),
    })
  })

  test.each([
    ['a Deny under the Sid of our grant', 'grant-logs', { ...statementOf(grant), Effect: 'Deny' }],
    ['an Allow under the Sid of our Deny', 'deny-logs', { ...statementOf(deny), Effect: 'Allow' }],
    ['another Sid', 'deny-logs', { ...statementOf(deny), Sid: 'Theirs' }],
    [
      'all but some actions',
      'deny-logs',
      { Sid: OWNED_SIDS['deny-logs'], Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
    ],
    ['our grant, where our Deny is sought', 'deny-logs', statementOf(grant)],
  ] as const)('nothing of %s', (_, purpose, statement) => {
    expect(withoutOwnLogWrites(purpose, documentOf(statement))).toEqual({ kind: 'not-ours' })
    expect(isOwned(purpose, documentOf(statement))).toBe(false)
  })

  test('nothing of what cannot be read', () => {
    expect(withoutOwnLogWrites('deny-logs', '{')).toEqual({ kind: 'not-ours' })
  })
})

test.each([
  [GROUP, true],
  [GROUP.replace('/fn', '/a.b-c_d#1'), true],
  [GROUP.replace('/fn', '/*'), false],
  [`${GROUP}:*`, false],
  [GROUP.replace(':log-group:', ':my-log-group:'), false],
  [GROUP.replace(/log-group:.*/, `log-group:${'x'.repeat(513)}`), false],
  [GROUP.replace(':logs:', ':s3:'), false],
  [GROUP.replace('arn:aws:', 'arn:other:'), false],
  [GROUP.replace('eu-west-1', '*'), false],
  [GROUP.replace(/:\d{12}:/, ':*:'), false],
  ['', false],
])('%s is the ARN of one log group: %s', (text, isOne) => {
  expect(isLogGroupArn(text)).toBe(isOne)
})
