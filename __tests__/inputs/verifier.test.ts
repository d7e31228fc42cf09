import { describe, expect, test } from '@jest/globals'
import { accepted, leastInputs, problems, warnings } from './given'

const CLICKHOUSE = { verify: 'auto', 'clickhouse-url': 'https://ch.example.com:8443' } as const
const HYPERDX = {
  verify: 'auto',
  'hyperdx-url': 'https://hyperdx.example.com/',
  'hyperdx-api-key': 'access-key',
} as const

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

describe('verify: auto takes', () => {
  test('ClickHouse where it is configured', () => {
    expect(accepted({ ...HYPERDX, ...CLICKHOUSE })).toMatchObject({
      verifier: {
        kind: 'clickhouse',
        url: 'https://ch.example.com:8443',
        user: 'default',
        database: 'default',
        hyperDxUrl: 'https://hyperdx.example.com',
        level: 'environment',
        timeoutMs: 180_000,
      },
    })
  })

  test('HyperDX where that alone is', () => {
    expect(accepted(HYPERDX)).toMatchObject({ verifier: { kind: 'hyperdx', apiKey: 'access-key' } })
  })

  test('nothing where HyperDX’s key is missing', () => {
    expect(problems({ ...HYPERDX, 'hyperdx-api-key': '' })).toEqual([
      expect.stringMatching(/^verify: /),
    ])
  })
})

describe('a verifier that is named', () => {
  test.each([
    [{ verify: 'clickhouse' }, ['clickhouse-url']],
    [{ verify: 'hyperdx' }, ['hyperdx-url', 'hyperdx-api-key']],
  ] as const)('needs all of its inputs: %o', (given, missing) => {
    expect(problems(given).map((problem) => problem.split(':')[0])).toEqual(missing)
  })
})

describe('the URL of a server', () => {
  test.each([
    'ch.example.com:8443',
    'ftp://ch.example.com',
    'https://u:hunter2@ch.example.com',
    'https://ch.example.com/?x=1',
  ])('%s is refused, without a password being quoted', (url) => {
    const found = problems({ ...CLICKHOUSE, 'clickhouse-url': url })
    expect(found).toEqual([expect.stringMatching(/^clickhouse-url: /)])
    expect(found.join()).not.toContain('hunter2')
  })

  test('in clear text on a public host is a warning', () => {
    expect(warnings({ ...CLICKHOUSE, 'clickhouse-url': 'http://ch.example.com:8123' })).toEqual([
      expect.stringContaining('clear text'),
    ])
  })
})

test('a verifier that verify: none turns off is a warning', () => {
  expect(warnings({ ...CLICKHOUSE, verify: 'none' })).toEqual([expect.stringContaining('not used')])
})

describe('hyperdx-source', () => {
  test.each([
    ['', ''],
    ['auto', ''],
    [' Production Logs ', 'Production Logs'],
    ['660000000000000000000001', '660000000000000000000001'],
  ])('%j is %j', (given, hyperDxSource) => {
    expect(accepted({ ...HYPERDX, 'hyperdx-source': given })).toMatchObject({
      verifier: { hyperDxSource },
    })
    expect(accepted({ ...HYPERDX, ...CLICKHOUSE, 'hyperdx-source': given })).toMatchObject({
      verifier: { hyperDxSource, apiKey: 'access-key' },
    })
  })

  test('needs hyperdx-url', () => {
    expect(problems({ ...CLICKHOUSE, 'hyperdx-source': 'Logs' })).toEqual([
      expect.stringMatching(/^hyperdx-source: .*`hyperdx-url`/),
    ])
  })
})

test.each([
  'https://console.clickhouse.cloud/observability',
  'https://abc.eu-west-1.aws.clickhouse.cloud',
])('the managed service at %s has no API to verify by, and is good for links', (url) => {
  expect(problems({ ...HYPERDX, 'hyperdx-url': url })).toEqual([
    expect.stringMatching(/^hyperdx-url: .*ClickHouse Observability.*`clickhouse-url`/),
  ])
  expect(problems({ ...HYPERDX, ...CLICKHOUSE, 'hyperdx-url': url })).toEqual([])
  expect(problems({ ...HYPERDX, 'hyperdx-url': 'https://notclickhouse.com' })).toEqual([])
})
