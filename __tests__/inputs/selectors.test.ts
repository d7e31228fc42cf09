import { expect, test } from '@jest/globals'
import { accepted, problems } from './given'

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:orders'

test('names, ARNs, patterns and excludes are told apart, one per line or by commas', () => {
  const { targets } = accepted({
    functions: `
      # the shop
      orders, cart
      ${arn}
      pay-*

      !pay-legacy
      ! *-test
      orders
    `,
    'smoke-test': 'always',
  })
  expect(targets.selectors).toEqual([
    { kind: 'name', text: 'orders', name: 'orders' },
    { kind: 'name', text: 'cart', name: 'cart' },
    {
      kind: 'arn',
      text: arn,
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      name: 'orders',
    },
    { kind: 'pattern', text: 'pay-*', pattern: 'pay-*' },
    { kind: 'exclude', text: 'pay-legacy', pattern: 'pay-legacy' },
    { kind: 'exclude', text: '*-test', pattern: '*-test' },
  ])
})

test('$LATEST is what is changed anyway, so it may be said', () => {
  const { targets } = accepted({ functions: `${arn}:$LATEST\ncart:$LATEST` })
  expect(targets.selectors).toMatchObject([
    { kind: 'arn', name: 'orders' },
    { kind: 'name', name: 'cart' },
  ])
})

test.each(['aws', 'aws-us-gov', 'aws-cn', 'aws-iso', 'aws-iso-b', 'aws-eusc'])(
  'an ARN of the partition %s is an ARN',
  (partition) => {
    const { targets } = accepted({
      functions: `arn:${partition}:lambda:us-gov-west-1:123456789012:function:orders`,
    })
    expect(targets.selectors).toMatchObject([{ kind: 'arn', partition }])
  },
)

test.each([
  ['a version', `${arn}:7`, 'only on `$LATEST`'],
  ['an alias', `${arn}:live`, 'only on `$LATEST`'],
  ['an alias after a name', 'orders:live', 'only on `$LATEST`'],
  ['a partial ARN', '123456789012:function:orders', 'full ARN'],
  ['a partial ARN without account', 'function:orders:1', 'full ARN'],
  [
    'a pattern in an ARN',
    'arn:aws:lambda:us-east-1:123456789012:function:or*',
    'patterns match names',
  ],
  ['an ARN of something else', 'arn:aws:s3:::bucket', 'not a function ARN'],
  ['a layer', 'arn:aws:lambda:us-east-1:123456789012:layer:orders:1', 'not a function ARN'],
  [
    'an unknown partition',
    'arn:awsx:lambda:us-east-1:123456789012:function:orders',
    'not a function ARN',
  ],
  [
    'an ARN with a short account',
    'arn:aws:lambda:us-east-1:12345:function:orders',
    'not a function ARN',
  ],
  ['an ARN with too much', `${arn}:1:2`, 'not a function ARN'],
  ['an excluded ARN', `orders\n!${arn}`, 'exclude by name or pattern'],
  ['an excluded nothing', 'orders\n!', 'not a function name'],
  ['a bullet', '- orders', 'is a YAML list'],
  ['a name that is too long', 'x'.repeat(65), 'not a function name'],
  ['a question mark', 'order?', 'not a function name'],
  ['a JSON list', '["orders"]', 'is a JSON array'],
])('%s is refused', (_, functions, why) => {
  expect(problems({ functions })).toEqual([expect.stringMatching(/^functions: /)])
  expect(problems({ functions })[0]).toContain(why)
})

test('a selection of nothing is refused', () => {
  expect(problems({ functions: '\n# none\n' })).toEqual(
    [
      '`functions` is empty. Set names, ARNs or `*` patterns, one per line, or select by `function-tags` or `stack`.',
    ].map((message) => `functions: ${message}`),
  )
  expect(problems({ functions: '!orders' })).toEqual([
    'functions: `functions` has only excludes, which select nothing. Add `*` for all the others.',
  ])
})

test('each line that is wrong is told, and no more than that', () => {
  expect(problems({ functions: 'a:b:c\norders\nd e' })).toHaveLength(2)
})
