/** Who may assume a role. */

import { expect, test } from '@jest/globals'
import { trustedPrincipals } from '../../src/systems/iam/trust-policy'

const allow = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
const trusting = (...Statement: readonly unknown[]) =>
  trustedPrincipals(JSON.stringify({ Statement }))

test('principals of every kind are named, as a text or as a list, each once', () => {
  expect(
    trusting(
      allow({ Service: 'lambda.amazonaws.com' }),
      allow({ Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] }),
      allow({ AWS: ['123456789012', 'arn:aws:iam::123456789012:role/x'], Federated: 'f' }),
      allow('*'),
    ),
  ).toEqual([
    'lambda.amazonaws.com',
    'edgelambda.amazonaws.com',
    '123456789012',
    'arn:aws:iam::123456789012:role/x',
    'f',
    '*',
  ])
})

test('a single statement needs no list', () => {
  const policy = { Version: '2012-10-17', Statement: allow({ AWS: '*' }) }
  expect(trustedPrincipals(JSON.stringify(policy))).toEqual(['*'])
})

test('a Deny trusts nobody; an Allow for all but some trusts everybody', () => {
  expect(trusting({ Effect: 'Deny', Principal: { AWS: '*' } })).toEqual([])
  expect(trusting({ Effect: 'Allow', NotPrincipal: { AWS: '123456789012' } })).toEqual(['*'])
})

test('what is no name of a principal is none', () => {
  expect(trusting(allow({ AWS: [7, null, '*'] }), allow(undefined), allow(7))).toEqual(['*'])
})

test('a text that is no policy says nothing', () => {
  for (const text of ['', '{', 'null', '[]', '7']) expect(trustedPrincipals(text)).toBeUndefined()
})
