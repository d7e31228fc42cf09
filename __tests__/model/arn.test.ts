/** ARNs: in parts and together again, whatever stands in the parts. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { arnText, isAccountId, isPartition, isRegionName, parseArn } from '../../src/model/arn'

test.each([
  [
    'arn:aws:lambda:eu-central-1:123456789012:function:checkout:7',
    ['aws', 'lambda', 'eu-central-1', '123456789012', 'function:checkout:7'],
  ],
  [
    'arn:aws-cn:iam::123456789012:role/service-role/checkout',
    ['aws-cn', 'iam', '', '123456789012', 'role/service-role/checkout'],
  ],
  ['arn:aws:iam::aws:policy/ReadOnly', ['aws', 'iam', '', 'aws', 'policy/ReadOnly']],
  ['arn:aws:s3:::bucket', ['aws', 's3', '', '', 'bucket']],
])('%s is read in its parts', (text, parts) => {
  const arn = parseArn(text)
  expect(arn && [arn.partition, arn.service, arn.region, arn.account, arn.resource]).toEqual(parts)
})

test.each([
  '',
  'checkout',
  'arn:aws:lambda',
  'arn:aws:lambda:eu-central-1:123456789012',
  'arn:aws:lambda:eu-central-1:123456789012:',
  'arn::lambda:eu-central-1:123456789012:function:checkout',
  'arn:aws::eu-central-1:123456789012:function:checkout',
  'ARN:aws:lambda:eu-central-1:123456789012:function:checkout',
  ' arn:aws:lambda:eu-central-1:123456789012:function:checkout',
])('%j is not an ARN', (text) => expect(parseArn(text)).toBeUndefined())

test('what is read is written as it was, and what is written is read as it was', () => {
  const part = fc.string().map((text) => text.replaceAll(':', ''))
  const filled = part.filter((text) => text !== '')
  const arns = fc.record({
    partition: filled,
    service: filled,
    region: part,
    account: part,
    resource: fc.string({ minLength: 1 }),
  })
  fc.assert(
    fc.property(arns, (arn) => {
      const text = arnText(arn)
      const read = parseArn(text)
      expect(read).toEqual(arn)
      expect(read && arnText(read)).toBe(text)
    }),
  )
})

test('no text that is not an ARN is read as one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('arn', 'aws', ':', '', 'x')), (pieces) => {
      const text = pieces.join('')
      const arn = parseArn(text)
      if (arn === undefined) return
      expect(text.startsWith('arn:')).toBe(true)
      expect(arnText(arn)).toBe(text)
    }),
  )
})

test('partitions, regions and accounts are known by their form', () => {
  for (const text of ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso-b']) {
    expect(isPartition(text)).toBe(true)
  }
  for (const text of ['', 'AWS', 'aws-', 'awsx', 'azure', 'aws-cn:']) {
    expect(isPartition(text)).toBe(false)
  }
  for (const text of ['eu-central-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1']) {
    expect(isRegionName(text)).toBe(true)
  }
  for (const text of ['', 'eu-central', 'eu-central-1a', 'EU-central-1', 'eu-central-1 ']) {
    expect(isRegionName(text)).toBe(false)
  }
  expect(isAccountId('123456789012')).toBe(true)
  for (const text of ['', 'aws', '12345678901', '1234567890123', '12345678901x']) {
    expect(isAccountId(text)).toBe(false)
  }
})

test.each([
  ['arn:aws:s3', undefined],
  ['arn:aws:s3::', undefined],
  ['arn:aws:s3:::', undefined],
  ['arn:aws:s3:::bucket', 'bucket'],
  ['arn:aws:s3:::a:b/c', 'a:b/c'],
])('the resource of %s is %s', (text, resource) => {
  expect(parseArn(text)?.resource).toBe(resource)
})

test.each([
  [isPartition, ['aws', 'aws-cn', 'aws-us-gov'], ['xaws', 'aws1', 'aws-', 'aws-CN', '']],
  [
    isRegionName,
    ['eu-west-1', 'us-gov-west-1', 'ap-southeast-12'],
    ['x eu-west-1', 'eu-west-1a', 'eu-west', 'eu-1', 'e-west-1', 'eu-west-123', ''],
  ],
  [isAccountId, ['123456789012'], ['1234567890123', '12345678901', 'x123456789012', '']],
])('%o takes the whole text', (isOne, good, bad) => {
  expect(good.filter(isOne)).toEqual(good)
  expect(bad.filter(isOne)).toEqual([])
})
