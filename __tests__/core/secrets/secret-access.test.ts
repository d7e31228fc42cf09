/** The policy for Rotel's lookups: exactly its calls, as narrow as IAM allows. */

import { expect, test } from '@jest/globals'
import {
  accessNeeded,
  secretAccessDocument,
  type SecretKey,
} from '../../../src/systems/rotel/secret-access'
import { reference } from './support'

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
const PARAMETER = 'arn:aws:ssm:eu-west-1:123456789012:parameter/clickstack/key'
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234'

const statements = (texts: readonly string[], kmsKeys: readonly SecretKey[] = []): unknown => {
  const document = secretAccessDocument(texts.map(reference), kmsKeys)
  const parsed = JSON.parse(document) as { Version: string; Statement: unknown }
  expect(parsed.Version).toBe('2012-10-17')
  return parsed.Statement
}

test('a secret needs the batch call on everything, and its value on itself alone', () => {
  expect(statements([`${SECRET}#a`, `${SECRET}#b`])).toEqual([
    {
      Sid: 'ClickStackLambdaReadSecretsInBatches',
      Effect: 'Allow',
      Action: 'secretsmanager:BatchGetSecretValue',
      Resource: '*',
    },
    {
      Sid: 'ClickStackLambdaReadSecretsByArn',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: SECRET,
    },
  ])
})

test('a parameter needs its value only', () => {
  expect(statements([PARAMETER])).toEqual([
    {
      Sid: 'ClickStackLambdaReadSecretsInParameters',
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: PARAMETER,
    },
  ])
})

test.each([
  ['an ARN', KEY],
  ['an id', '1234'],
])('a key by %s is named as a resource', (_, kmsKey) => {
  expect(statements([PARAMETER], [{ reference: reference(PARAMETER), kmsKey }])).toEqual([
    expect.anything(),
    {
      Sid: 'ClickStackLambdaReadSecretsDecrypted',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY,
    },
  ])
})

test.each(['alias/team', 'arn:aws:kms:eu-west-1:123456789012:alias/team'])(
  'a key by the alias %s is narrowed by a condition, for IAM takes no alias as a resource',
  (kmsKey) => {
    expect(statements([PARAMETER], [{ reference: reference(PARAMETER), kmsKey }])).toEqual([
      expect.anything(),
      {
        Sid: 'ClickStackLambdaReadSecretsDecryptedByAlias1',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: 'arn:aws:kms:eu-west-1:123456789012:key/*',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/team' } },
      },
    ])
  },
)

test('the text is the same in whatever order the references come', () => {
  const other = SECRET.replace('clickstack', 'another')
  expect(secretAccessDocument([SECRET, PARAMETER, other].map(reference), [])).toBe(
    secretAccessDocument([other, SECRET, PARAMETER].map(reference), []),
  )
})

test('each access is named once', () => {
  const twice = [`${SECRET}#a`, `${SECRET}#b`, PARAMETER].map(reference)
  const keys = twice.map((one) => ({ reference: one, kmsKey: KEY }))
  expect(accessNeeded(twice, keys).map(({ action }) => action)).toEqual([
    'secretsmanager:BatchGetSecretValue',
    'secretsmanager:GetSecretValue',
    'ssm:GetParameters',
    // Once through each service.
    'kms:Decrypt',
    'kms:Decrypt',
  ])
})
