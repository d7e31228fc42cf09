import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inputNames, type InputName } from '../../src/inputs/defaults'
import { parseInputs } from '../../src/inputs/parse-inputs'
import { secretInputs } from '../../src/inputs/secret-inputs'
import { leastInputs, type Given } from './given'

const secretsOf = (given: Given) => {
  const texts: Readonly<Record<string, string>> = given
  return secretInputs((name) => texts[name] ?? '')
}

test('every value that is secret by its input is one', () => {
  expect(
    secretsOf({
      'api-key': 'ingestion-key',
      headers: 'x-team=shop\nAuthorization=Bearer abcdef',
      'clickhouse-password': 'ch-password',
      'hyperdx-api-key': 'hdx-key',
      'github-token': 'gh-token',
      'rotel-environment':
        'ROTEL_CLICKHOUSE_EXPORTER_PASSWORD=pass-word\nROTEL_BATCH_MAX_SIZE=1024',
    }).toSorted(),
  ).toEqual(
    [
      'ingestion-key',
      'Bearer ingestion-key',
      'shop',
      'Bearer abcdef',
      'abcdef',
      'ch-password',
      Buffer.from('default:ch-password').toString('base64'),
      Buffer.from('default:ch-password').toString('base64').replace(/=+$/, ''),
      'hdx-key',
      'gh-token',
      'pass-word',
    ].toSorted(),
  )
})

test('a secret of several lines is masked whole and line by line', () => {
  const secrets = secretsOf({ 'api-key': 'first-line\nsecond-line\n' })
  expect(secrets).toEqual(
    expect.arrayContaining(['first-line\nsecond-line', 'first-line', 'second-line']),
  )
})

test('a header line that is none is masked as it stands', () => {
  expect(secretsOf({ headers: 'Authorization: Bearer abcd==' })).toEqual(
    expect.arrayContaining(['Authorization: Bearer abcd==', 'Bearer abcd==', 'Bearer abcd']),
  )
  expect(secretsOf({ headers: 'abcdefgh==' })).toEqual(expect.arrayContaining(['abcdefgh']))
})

test('credentials in URLs are masked, as written and decoded', () => {
  expect(secretsOf({ endpoint: 'https://user:p%40ss/word@c.example.com:4317' })).toEqual(
    expect.arrayContaining(['user', 'p%40ss/word', 'p@ss/word']),
  )
  expect(secretsOf({ endpoint: 'user:password@c.example.com:4317' })).toContain('password')
})

test('headers inside of a variable are masked one by one', () => {
  expect(
    secretsOf({
      'rotel-environment': 'ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS=a=value-a,b=value-b',
    }),
  ).toEqual(expect.arrayContaining(['value-a', 'value-b']))
})

test.each([
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=https://user:s3cr,et@host', 's3cr,et'],
  ['ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT=user:hunter2@host', 'hunter2'],
  ['ROTEL_X_BROKERS=https://a:hunter1@c,https://b:hunter2@d', 'hunter1'],
  ['ROTEL_X_BROKERS=https://a:hunter1@c,https://b:hunter2@d', 'hunter2'],
  ['OTEL_RESOURCE_ATTRIBUTES=a=https://u:hunter2@h,owner=me@example.com', 'hunter2'],
])('the password of each URL inside of a variable is masked: %s', (line, password) => {
  expect(secretsOf({ 'rotel-environment': line })).toContain(password)
})

test('nothing is masked that would blind the log', () => {
  expect(secretsOf({})).toEqual([])
  expect(secretsOf({ 'api-key': ' \n', headers: '\n \n', 'github-token': ' ' })).toEqual([])
  expect(secretsOf({ headers: 'x-a=1\nx-b=yes', 'rotel-environment': 'ROTEL_X_KEY=abc' })).toEqual(
    [],
  )
})

test('a reference to a secret is none, and what stands beside it is', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
  expect(
    secretsOf({
      'api-key': `${arn}#key\n`,
      headers: `x-a=${arn}\nAuthorization=Bearer \${${arn}}`,
      'rotel-environment': `ROTEL_CLICKHOUSE_EXPORTER_PASSWORD=secret://${arn}`,
    }),
  ).toEqual([])
  expect(secretsOf({ 'api-key': `before\${${arn}}after` }).toSorted()).toEqual(
    ['before', 'after', 'Bearer before'].toSorted(),
  )
  expect(secretsOf({ 'api-key': 'secret://arn:hunter2' })).toContain('secret://arn:hunter2')
})

test('an API key is masked however short', () => {
  expect(secretsOf({ 'api-key': 'abc' })).toEqual(['abc', 'Bearer abc'])
})

test('whatever the inputs, no secret appears in a problem or a warning', () => {
  const canary = fc.stringMatching(/^[0-9a-f]{12}$/).map((hex) => `CANARY${hex}`)
  const around = fc.constantFrom(
    ...['', ' ', '"', "'", ',', '\n', '=', ':', 'Bearer ', 'Authorization=', 'Authorization: '],
    ...['${arn:', '}', 'secret://', 'é', '\t', '#', 'x'.repeat(70), '{', '*', '@', '\r\n'],
  )
  const hidden = fc.tuple(around, around, canary, around, around).map((parts) => parts.join(''))
  const junk = fc.oneof(fc.string({ maxLength: 80 }), fc.constantFrom('apply', 'remove', 'a=b'))
  const secretOnes = fc.record(
    {
      'api-key': hidden,
      'api-key-scheme': fc.constantFrom('raw', 'bearer', 'x'),
      headers: fc
        .array(
          fc.tuple(
            fc.constantFrom('', 'x-a=', 'x-b =', 'Authorization: ', 'authorization='),
            hidden,
          ),
        )
        .map((items) => items.map((item) => item.join('')).join('\n')),
      'rotel-environment': fc
        .array(
          fc.tuple(
            fc.constantFrom('', 'ROTEL_X_TOKEN=', 'OTEL_EXPORTER_OTLP_HEADERS=a=', 'FOO='),
            hidden,
          ),
        )
        .map((items) => items.map((item) => item.join('')).join('\n')),
      endpoint: hidden.map((text) => `https://user:${text}@c.example.com:4317`),
      'clickhouse-password': hidden,
      'hyperdx-api-key': hidden,
      'github-token': hidden,
    },
    { requiredKeys: [] },
  )
  const others = fc.dictionary(fc.constantFrom<InputName>(...inputNames), junk)

  fc.assert(
    fc.property(others, secretOnes, (some, secret) => {
      const given: Readonly<Record<string, string>> = { ...leastInputs, ...some, ...secret }
      const parsed = parseInputs((name) => given[name] ?? '', { region: 'eu-west-1' })
      expect(JSON.stringify(parsed.ok ? parsed.warnings : parsed.problems)).not.toContain('CANARY')
    }),
    { numRuns: 1000 },
  )
})

test('a secret that was pasted into another input is blotted out, even where it is cut', () => {
  const key = 'CANARY-0123456789-abcdefgh=='
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom<InputName>(...inputNames),
        fc.tuple(fc.constantFrom('', 'a=', 'x'.repeat(55)), fc.constantFrom('', ' ', 'z')),
      ),
      (pasted) => {
        const others = Object.entries(pasted).map(([name, [before, after]]): [string, string] => [
          name,
          `${before}${key}${after}`,
        ])
        const given: Readonly<Record<string, string>> = {
          ...leastInputs,
          ...Object.fromEntries(others),
          'api-key': key,
        }
        const parsed = parseInputs((name) => given[name] ?? '', { region: 'eu-west-1' })
        expect(JSON.stringify(parsed.ok ? parsed.warnings : parsed.problems)).not.toContain(
          'CANARY',
        )
      },
    ),
    { numRuns: 500 },
  )
})
