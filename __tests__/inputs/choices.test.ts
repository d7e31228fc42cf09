import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { InputName } from '../../src/inputs/defaults'
import { editDistance, nearest } from '../../src/inputs/nearest'
import { accepted, configuration, problems } from './given'

test('a wrong word is answered with the allowed ones and the one that was probably meant', () => {
  expect(problems({ mode: 'aply' })).toEqual([
    'mode: `mode` is "aply". Allowed: `apply`, `plan`, `verify`, `remove`. Did you mean `apply`?',
  ])
  expect(problems({ 'on-failure': 'explode' })).toEqual([
    'on-failure: `on-failure` is "explode". Allowed: `rollback`, `keep`.',
  ])
})

test('what follows from a mistyped mode is not held against the user', () => {
  // As `apply` it would also complain of the missing endpoint.
  expect(problems({ mode: 'remvoe', endpoint: '' })).toHaveLength(1)
})

test('blanks around a word do not count, but its case does', () => {
  expect(accepted({ mode: ' plan \n' }).mode).toBe('plan')
  expect(problems({ mode: 'Plan' })[0]).toContain('Did you mean `plan`?')
})

test('an empty input is a left out input', () => {
  expect(accepted({ mode: ' ', 'max-functions': '', 'verify-traces': '' })).toEqual(accepted())
})

test.each(['true', 'True', 'TRUE'])('%s is true', (word) => {
  expect(configuration({ 'grant-secret-access': word }).grantSecretAccess).toBe(true)
})

test.each(['false', 'False', 'FALSE'])('%s is false', (word) => {
  expect(configuration({ 'grant-secret-access': word }).grantSecretAccess).toBe(false)
})

test.each(['yes', '1', 'on', 'tRue', '"true"'])('%s is neither true nor false', (word) => {
  expect(problems({ 'verify-traces': word })).toEqual([
    `verify-traces: \`verify-traces\` is "${word}". Allowed: \`true\`, \`false\`.`,
  ])
})

test.each<[InputName, number, number]>([
  ['max-functions', 1, 10_000],
  ['max-unproven', 1, 10_000],
  ['stop-after', 1, 10_000],
  ['timeout-minutes', 1, 350],
  ['smoke-concurrency', 1, 200],
  ['api-share', 1, 100],
])('%s is a whole number from %d to %d', (name, least, most) => {
  for (const good of [least, most]) expect(problems({ [name]: String(good) })).toEqual([])
  for (const bad of [
    String(least - 1),
    String(most + 1),
    '1.5',
    '-1',
    '1e1',
    '0x1',
    'many',
    '1 2',
  ]) {
    expect(problems({ [name]: bad })).toEqual([
      `${name}: \`${name}\` is "${bad}". Set a whole number from ${least} to ${most}.`,
    ])
  }
})

test('api-share is a share of one, with or without a sign', () => {
  expect(accepted({ 'api-share': '25' }).limits.apiShare).toBe(0.25)
  expect(accepted({ 'api-share': '25 %' }).limits.apiShare).toBe(0.25)
})

test('account ids have twelve digits; YAML eats a leading zero', () => {
  expect(
    accepted({ 'allowed-account-ids': '123456789012,012345678901' }).limits.allowedAccountIds,
  ).toEqual(['123456789012', '012345678901'])
  expect(problems({ 'allowed-account-ids': '12345678901' })[0]).toContain('begins with 0')
  expect(problems({ 'allowed-account-ids': '1234-5678-9012' })).toEqual([
    'allowed-account-ids: `allowed-account-ids`: "1234-5678-9012" is not an account ID. An account ID has 12 digits.',
  ])
})

test('what is not an account ID allows no account, and is quoted once', () => {
  const found = problems({
    functions: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
    'allowed-account-ids': `210987654321,${'*'.repeat(2_000)}`,
  })
  expect(found).toHaveLength(2)
  expect(found[1]).toContain('is not an account ID')
  expect(found[0]).toMatch(/`allowed-account-ids` allows 210987654321\.$/)
})

test('the edit distance is a distance', () => {
  const word = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b) === 0).toBe(a === b)
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})

test('one slip of the finger still finds the word', () => {
  expect(nearest('cloudwacht-logs', ['cloudwatch-logs', 'clickhouse-url'])).toBe('cloudwatch-logs')
  expect(nearest('htpp', ['http', 'grpc'])).toBe('http')
  expect(nearest('kafka', ['http', 'grpc'])).toBeUndefined()
})
