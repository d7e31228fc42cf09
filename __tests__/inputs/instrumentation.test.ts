/** The inputs of auto-instrumentation: what is chosen, and what would have no effect or no sense. */

import { expect, test } from '@jest/globals'
import { accepted, problems, wanted, warnings } from './given'

const copy = 'arn:aws:lambda:{region}:123456789012:layer:otel-{language}-{arch}:3'

test('nothing is attached unless it is asked for', () => {
  expect(wanted().instrumentation).toEqual({ kind: 'none' })
})

test('the community’s layers by runtime are what `auto` means', () => {
  expect(wanted({ 'auto-instrumentation': 'auto' }).instrumentation).toEqual({
    kind: 'attach',
    language: 'auto',
    distribution: 'opentelemetry',
    arnTemplate: undefined,
    wrapperConflict: 'block',
  })
})

test('language, distribution, own copy and conflicts are the user’s to choose', () => {
  const given = {
    'auto-instrumentation': 'python',
    'instrumentation-distribution': 'adot',
    'instrumentation-layer-arn': copy,
    'wrapper-conflict': 'replace',
  }
  expect(wanted(given).instrumentation).toEqual({
    kind: 'attach',
    language: 'python',
    distribution: 'adot',
    arnTemplate: copy,
    wrapperConflict: 'replace',
  })
})

test.each([
  ['auto-instrumentation', 'node', 'Did you mean `nodejs`?'],
  ['auto-instrumentation', 'ruby', 'Allowed: `none`, `auto`, `nodejs`, `python`, `java`.'],
  ['instrumentation-distribution', 'aws', 'Did you mean `adot`?'],
  ['wrapper-conflict', 'repalce', 'Did you mean `replace`?'],
])('%s: %s is refused', (name, value, hint) => {
  expect(problems({ [name]: value })).toEqual([expect.stringContaining(hint)])
})

test.each([
  [
    'arn:aws:lambda:{region}:123456789012:layer:otel-{lang}:3',
    '`{region}`, `{arch}` and `{language}`',
  ],
  [
    'arn:aws:lambda:{region}:123456789012:layer:otel-{language}',
    'does not end in a version number',
  ],
  ['otel:3', 'is not a layer version ARN'],
])('instrumentation-layer-arn %s is refused', (arn, why) => {
  const given = { 'auto-instrumentation': 'auto', 'instrumentation-layer-arn': arn }
  expect(problems(given)[0]).toContain(why)
})

test('one layer cannot serve every language', () => {
  const one = 'arn:aws:lambda:{region}:123456789012:layer:otel:3'
  const given = { 'instrumentation-layer-arn': one }
  expect(problems({ ...given, 'auto-instrumentation': 'auto' })).toEqual([
    expect.stringContaining('Put `{language}`'),
  ])
  expect(problems({ ...given, 'auto-instrumentation': 'java' })).toEqual([])
})

test('what has no effect without auto-instrumentation is said', () => {
  expect(
    warnings({ 'wrapper-conflict': 'replace', 'instrumentation-distribution': 'adot' }),
  ).toContain(
    'Without `auto-instrumentation`, `instrumentation-distribution`, `wrapper-conflict` have no effect.',
  )
})

test('ADOT is flagged, with what it means for Rotel', () => {
  const given = { 'auto-instrumentation': 'auto', 'instrumentation-distribution': 'adot' }
  expect(warnings(given)).toEqual([
    expect.stringMatching(/bundles a collector .* moved to 5317 and 5318/),
  ])
  expect(warnings({ 'auto-instrumentation': 'auto' })).toEqual([])
})

test('spans that nobody looks for are said', () => {
  const given = {
    'auto-instrumentation': 'auto',
    verify: 'clickhouse',
    'clickhouse-url': 'https://clickhouse.example.com:8443',
  }
  expect(warnings(given)).toEqual([expect.stringContaining('Without `verify-traces: true`')])
  expect(warnings({ ...given, 'verify-traces': 'true' })).toEqual([])
})

test('a removal looks at none of them', () => {
  expect(accepted({ mode: 'remove', 'auto-instrumentation': 'ruby' })).not.toHaveProperty('wanted')
})
