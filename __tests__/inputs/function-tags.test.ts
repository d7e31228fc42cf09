import { expect, test } from '@jest/globals'
import { accepted, type Given, problems } from './given'

const open: Given = { functions: '', 'smoke-test': 'never' }
const targetsOf = (given: Given) => accepted({ ...open, ...given }).targets
const problemsOf = (given: Given) => problems({ ...open, ...given })

test('tags are keys with values, each key once with all its values', () => {
  const text =
    'team=shop, env=prod\nenv=stage\n# a comment\nowner\naws:cloudformation:stack-id=arn:aws:x'
  expect(targetsOf({ 'function-tags': text }).tags).toEqual([
    { key: 'team', values: ['shop'] },
    { key: 'env', values: ['prod', 'stage'] },
    { key: 'owner', values: [] },
    { key: 'aws:cloudformation:stack-id', values: ['arn:aws:x'] },
  ])
})

test('a key alone means any value, whatever else is said of it; an empty value means an empty one', () => {
  expect(targetsOf({ 'function-tags': 'a=1\na\na=2' }).tags).toEqual([{ key: 'a', values: [] }])
  expect(targetsOf({ 'function-tags': 'a=' }).tags).toEqual([{ key: 'a', values: [''] }])
  expect(targetsOf({ 'function-tags': 'a=b=c' }).tags).toEqual([{ key: 'a', values: ['b=c'] }])
})

test.each([
  ['=prod', /has no key/],
  ['env=prod*', /compares tags exactly/],
  ['env?=prod', /is not a tag/],
  [`${'k'.repeat(129)}=v`, /at most 128 characters of a key/],
  [`k=${'v'.repeat(257)}`, /256 of a value/],
  [Array.from({ length: 51 }, (_, index) => `k${String(index)}`).join(), /more than 50 keys/],
  [Array.from({ length: 21 }, (_, index) => `k=${String(index)}`).join(), /20 values of one key/],
])('%s is refused, and what is allowed is told', (tags, message) => {
  expect(problemsOf({ 'function-tags': tags })).toEqual([
    expect.stringMatching(new RegExp(`^function-tags: .*${message.source}`)),
  ])
})

test('stacks are names, or ARNs as deploy steps output them', () => {
  const arn = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-prod/1b2c'
  expect(targetsOf({ stack: `${arn}\nshop-test, shop-prod` }).stacks).toEqual([
    'shop-prod',
    'shop-test',
  ])
})

test.each(['shop_prod', '1shop', 'shop*', 'arn:aws:s3:::shop', 'a'.repeat(129)])(
  '%s is not a stack',
  (stack) => {
    expect(problemsOf({ stack })).toEqual([
      expect.stringMatching(/^stack: .* is not the name or ARN of a CloudFormation stack/),
    ])
  },
)

test('where tags or stacks select, functions may be left out, or have excludes alone', () => {
  expect(targetsOf({ stack: 'shop' }).selectors).toEqual([])
  expect(targetsOf({ stack: 'shop', functions: '!x' }).selectors).toHaveLength(1)
  expect(problemsOf({ functions: '!x' })).toHaveLength(1)
})

test('what is wrong with tags does not make `functions` wrong too', () => {
  expect(problemsOf({ 'function-tags': '=' })).toHaveLength(1)
  expect(problemsOf({ stack: '-' })).toHaveLength(1)
})

test('tags need a region, and a service name of all functions needs `{function}`', () => {
  expect(problems({ ...open, stack: 'shop' }, {})).toEqual([
    expect.stringMatching(/^regions: .*AWS_REGION/),
  ])
  expect(problemsOf({ stack: 'shop', 'service-name': 'shop' })).toEqual([
    expect.stringContaining('{function}'),
  ])
})

test.each<[string, unknown]>([
  ['', undefined],
  ['2/5', { index: 2, of: 5 }],
  [' 1 / 1 ', { index: 1, of: 1 }],
  ['256/256', { index: 256, of: 256 }],
])('shard "%s" is read', (shard, expected) => {
  expect(accepted({ shard }).targets.shard).toEqual(expected)
})

test.each(['0/5', '6/5', '5', '1/257', '-1/2', 'a/b', '1/2/3', '1.5/2'])(
  'shard "%s" is refused, and the form is told',
  (shard) => {
    expect(problems({ shard })).toEqual([expect.stringMatching(/^shard: .* such as `2\/5`\.$/)])
  },
)
