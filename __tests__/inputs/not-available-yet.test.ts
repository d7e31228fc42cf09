import { expect, test } from '@jest/globals'
import { inputDefaults } from '../../src/inputs/defaults'
import { notAvailableYet } from '../../src/inputs/not-available-yet'
import { leastInputs, problems } from './given'

test.each(notAvailableYet)('%s is refused unless it is at its default', (name) => {
  const fallback: string = inputDefaults[name]
  expect(problems({ [name]: fallback })).toEqual([])
  expect(problems({ [name]: ` ${fallback}\n` })).toEqual([])
  for (const mode of ['apply', 'plan', 'verify', 'remove']) {
    expect(problems({ mode, [name]: 'hunter2' })).toEqual([
      expect.stringMatching(`^${name}: \`${name}\` is not available yet. Leave it out`),
    ])
  }
})

test('false in its other spellings is still the default', () => {
  expect(problems({ comment: 'False', iac: 'auto' })).toEqual([])
  expect(problems({ comment: 'True' })).toHaveLength(1)
})

test.each([
  ['exporter', 'clickhouse'],
  ['verify', 'clickhouse'],
  ['verify', 'hyperdx'],
] as const)('%s: %s is known, but not available yet', (name, value) => {
  expect(problems({ [name]: value })).toEqual([
    expect.stringMatching(`^${name}: \`${name}: ${value}\` is not available yet. Allowed today: `),
  ])
})

test.each(['apply', 'verify'])('mode %s without a verifier needs verify: none', (mode) => {
  for (const verify of ['', 'auto']) {
    const found = problems({ ...leastInputs, mode, verify })
    expect(found).toEqual([expect.stringMatching(/^verify: /)])
    for (const way of [
      '`clickhouse-url`',
      '`hyperdx-url` with `hyperdx-api-key`',
      '`verify: none`',
    ]) {
      expect(found[0]).toContain(way)
    }
  }
})

test.each(['plan', 'remove'])('mode %s needs no verifier', (mode) => {
  expect(problems({ mode, verify: '' })).toEqual([])
})

test('who has configured a verifier is not told to configure one', () => {
  expect(problems({ verify: 'auto', 'clickhouse-url': 'https://ch.example.com:8443' })).toEqual([
    expect.stringMatching(/^clickhouse-url: /),
  ])
})
