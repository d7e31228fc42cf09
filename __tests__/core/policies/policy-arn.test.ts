/** ARNs of managed policies: the user's, AWS's own, and what is not one. */

import { expect, test } from '@jest/globals'
import {
  isBasicExecution,
  isManagedByAws,
  parsePolicyArn,
} from '../../../src/systems/iam/policy-arn'

function policy(text: string) {
  const arn = parsePolicyArn(text)
  if (arn === undefined) throw new Error(text)
  return arn
}

test('a policy of the user’s is known by account, path and name', () => {
  const text = 'arn:aws-cn:iam::123456789012:policy/team/a/logs'
  const arn = policy(text)
  const parts = { partition: 'aws-cn', account: '123456789012', path: '/team/a/', name: 'logs' }
  expect(arn).toEqual({ text, ...parts })
  expect(isManagedByAws(arn)).toBe(false)
})

test('AWS’s own policies are told from policies of the same name', () => {
  const name = 'policy/service-role/AWSLambdaBasicExecutionRole'
  expect(isBasicExecution(policy(`arn:aws:iam::aws:${name}`))).toBe(true)
  expect(isBasicExecution(policy(`arn:aws-us-gov:iam::aws:${name}`))).toBe(true)
  expect(isBasicExecution(policy(`arn:aws:iam::123456789012:${name}`))).toBe(false)
  expect(isBasicExecution(policy('arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole'))).toBe(
    false,
  )
  const vpc = 'policy/service-role/AWSLambdaVPCAccessExecutionRole'
  expect(isBasicExecution(policy(`arn:aws:iam::aws:${vpc}`))).toBe(false)
  expect(isManagedByAws(policy('arn:aws:iam::aws:policy/ReadOnlyAccess'))).toBe(true)
})

test.each([
  '',
  'logs',
  'arn:aws:iam::123456789012:role/logs',
  'arn:aws:iam:eu-west-1:123456789012:policy/logs',
  'arn:aws:iam::1234:policy/logs',
  'arn:aws:iam::123456789012:policy/',
  'arn:aws:iam::123456789012:policy/a b',
  'arn:aws:s3::123456789012:policy/logs',
])('%j is not the ARN of a managed policy', (text) => {
  expect(parsePolicyArn(text)).toBeUndefined()
})
