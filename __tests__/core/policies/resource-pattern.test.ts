/** ARNs that end early stand for all that begins with them. */

import { expect, test } from '@jest/globals'
import { completedArn } from '../../../src/systems/iam/resource-pattern'

test.each([
  ['arn:aws:logs', 'arn:aws:logs:*'],
  ['arn:aws:logs:eu-west-1:123456789012', 'arn:aws:logs:eu-west-1:123456789012:*'],
  ['arn:aws:logs:${a:b}:${c:d}', 'arn:aws:logs:${a:b}:${c:d}:*'],
])('%s is completed: a colon within a variable separates nothing', (entry, completed) => {
  expect(completedArn(entry)).toBe(completed)
})

test.each([
  '*',
  'logs',
  'arn:aws:s3:::bucket',
  'arn:aws:logs:eu-west-1:${a}:log-group:x',
  'arn:aws:logs:*:*:*',
])('%s has all fields, or is no ARN, and stays', (entry) => {
  expect(completedArn(entry)).toBe(entry)
})
