import { expect, test } from '@jest/globals'
import { accepted, problems } from './given'

test('functions that are named are invoked; for patterns it must be said', () => {
  expect(accepted({ functions: 'orders' }).smokeTest.when).toBe('always')
  expect(problems({ functions: 'orders-*' })).toEqual([
    expect.stringMatching(/^smoke-test: .*side effects/),
  ])
  expect(accepted({ functions: 'orders-*', 'smoke-test': 'changed' }).smokeTest.when).toBe(
    'changed',
  )
  for (const open of [{ 'function-tags': 'team=shop' }, { stack: 'shop' }]) {
    expect(problems({ functions: '', ...open })).toEqual([
      expect.stringMatching(/^smoke-test: .*side effects/),
    ])
    expect(accepted(open).smokeTest.when).toBe('always')
  }
  expect(accepted({ functions: 'orders\n!orders-*' }).smokeTest.when).toBe('always')
})

test("the payload is the guide's unless another is given", () => {
  expect(accepted().smokeTest.payload).toEqual({ kind: 'json', text: '{"test": "data"}' })
  const text = '{\n  "a": [1, 2]\n}'
  expect(accepted({ payload: text }).smokeTest.payload).toEqual({ kind: 'json', text })
})

test('payloads belong to names and patterns', () => {
  const payloads = `
    # reads only
    orders-*={"dryRun": true, "note": "a=b # c"}
    cart = none
    pay="x"
  `
  expect(accepted({ payloads }).smokeTest.payloads).toEqual([
    { pattern: 'orders-*', payload: { kind: 'json', text: '{"dryRun": true, "note": "a=b # c"}' } },
    { pattern: 'cart', payload: { kind: 'none' } },
    { pattern: 'pay', payload: { kind: 'json', text: '"x"' } },
  ])
})

test('a payload that is no JSON is refused without being repeated', () => {
  const found = problems({ payload: '{"password": hunter2}', payloads: 'a={hunter2\nb=' })
  expect(found).toEqual([
    expect.stringMatching(/^payload: `payload` is not valid JSON/),
    expect.stringMatching(/^payloads: `payloads`: line 1, for "a", is not valid JSON/),
    expect.stringMatching(/^payloads: `payloads`: line 2, for "b", is not valid JSON/),
  ])
  expect(found.join()).not.toContain('hunter2')
})

test.each(['{"a": 1}', 'orders', '=none', 'arn:aws:lambda:eu-west-1:123456789012:function:a=none'])(
  'payloads line %j is refused',
  (payloads) => {
    expect(problems({ payloads })).toEqual([
      expect.stringContaining("does not begin with a function's name or pattern"),
    ])
  },
)

test('a name has one payload', () => {
  expect(problems({ payloads: 'a=none\na={}' })).toEqual([
    'payloads: `payloads`: line 2 names "a" a second time.',
  ])
})

test('payload: none is answered with the two ways to say so', () => {
  expect(problems({ payload: 'none' })).toEqual([expect.stringContaining('`smoke-test: never`')])
})

test('a payload has at most 6 MB', () => {
  const most = 6 * 1024 * 1024
  expect(problems({ payload: JSON.stringify('x'.repeat(most - 2)) })).toEqual([])
  expect(problems({ payload: JSON.stringify('x'.repeat(most - 1)) })).toEqual([
    `payload: \`payload\` has ${most + 1} bytes. Lambda allows at most ${most}.`,
  ])
})
