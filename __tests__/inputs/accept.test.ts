import { expect, test } from '@jest/globals'
import { RISKS } from '../../src/inputs/accept'
import { accepted, type Given, problems } from './given'

const DENY: Given = {
  verify: 'clickhouse',
  'clickhouse-url': 'https://ch.example.com',
  'cloudwatch-logs': 'deny',
}

test('no risk is accepted unless it is named', () => {
  expect(accepted(DENY)).toMatchObject({
    smokeTest: { acceptFunctionErrors: false },
    wanted: { acceptForeignSettings: false, acceptUnsupportedRuntime: false },
    logs: { acceptSharedRole: false, acceptLogLoss: false, acceptDrift: false },
  })
})

test.each([
  ['shared-role', { logs: { acceptSharedRole: true, acceptLogLoss: false, acceptDrift: false } }],
  ['log-loss', { logs: { acceptSharedRole: false, acceptLogLoss: true, acceptDrift: false } }],
  ['drift', { logs: { acceptSharedRole: false, acceptLogLoss: false, acceptDrift: true } }],
  ['unsupported-runtime', { wanted: { acceptUnsupportedRuntime: true } }],
  ['function-errors', { smokeTest: { acceptFunctionErrors: true } }],
  ['foreign-settings', { wanted: { acceptForeignSettings: true } }],
  ['unproven-aliases', { acceptsUnprovenAliases: true }],
] as const)('%s opens one thing', (accept, opened) => {
  expect(accepted({ ...DENY, accept })).toMatchObject(opened)
})

test('several are named one per line or by commas', () => {
  const all = accepted({ ...DENY, accept: RISKS.join(', ') })
  expect(accepted({ ...DENY, accept: RISKS.join('\n') })).toEqual(all)
  expect(all).toMatchObject({
    logs: { acceptDrift: true },
    smokeTest: { acceptFunctionErrors: true },
  })
})

test.each([
  ['logloss', 'log-loss'],
  ['Drift', 'drift'],
  ['accept-drift', 'drift'],
  ['runtime', 'unsupported-runtime'],
  ['true', undefined],
  ['*', undefined],
  ['unproven', 'unproven-aliases'],
])('%s is refused, and %s is what may be meant', (word, meant) => {
  expect(problems({ accept: `shared-role\n${word}` })).toEqual([
    `accept: \`accept\` has "${word}". Allowed: ${RISKS.map((risk) => `\`${risk}\``).join(', ')}.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
  ])
})
