/** What takes the place of each `auto`, and of nothing else. */

import { describe, expect, test } from '@jest/globals'
import {
  defaultProtocol,
  defaultSettings,
  exportSettings,
  type Found,
  onlyHttp,
} from '../../src/pipeline/plan/export-settings'
import type { ClickHouseChoice, OtlpChoice } from '../../src/pipeline/plan/wanted'
import { SOME_EXPORT } from './support/functions'

const FOUND: Found = { protocol: 'http', keyScheme: 'bearer', json: true }

function otlp(given: Partial<OtlpChoice> = {}): OtlpChoice {
  return { ...SOME_EXPORT, protocol: 'auto', headers: [], apiKey: undefined, ...given }
}

const clickhouse: ClickHouseChoice = {
  exporter: 'clickhouse',
  endpoint: 'https://clickhouse.example.com:8443',
  database: 'default',
  tablePrefix: 'otel',
  json: 'auto',
  user: 'default',
  password: 'secret',
  serviceName: '{function}',
  resourceAttributes: [],
  environment: [],
  envFile: undefined,
}

describe('the API key', () => {
  const key = 'the-key'
  test.each([
    ['raw', 'bearer', 'the-key'],
    ['bearer', 'raw', 'Bearer the-key'],
    ['auto', 'raw', 'the-key'],
    ['auto', 'bearer', 'Bearer the-key'],
  ] as const)(
    'with the scheme %s, where %s was found, is the header %j',
    (scheme, keyScheme, value) => {
      const headers = [{ name: 'x-team', value: 'a' }]
      const settings = exportSettings(otlp({ apiKey: { key, scheme }, headers }), {
        ...FOUND,
        keyScheme,
      })
      expect(settings).toMatchObject({ headers: [{ name: 'Authorization', value }, ...headers] })
      expect(settings).not.toHaveProperty('apiKey')
    },
  )

  test('is no header where there is none', () => {
    const headers = [{ name: 'x-team', value: 'a' }]
    expect(exportSettings(otlp({ headers }), FOUND)).toMatchObject({ headers })
  })
})

test.each([
  ['auto', 'http', 'http'],
  ['auto', undefined, undefined],
  ['grpc', 'http', 'grpc'],
  [undefined, 'http', undefined],
] as const)('the protocol %s, where %s was found, is %s', (protocol, found, expected) => {
  const settings = exportSettings(otlp({ protocol }), { ...FOUND, protocol: found })
  expect(settings).toMatchObject({ exporter: 'otlp', protocol: expected })
})

test.each([
  ['auto', true, true],
  ['auto', false, false],
  [true, false, true],
  [false, true, false],
] as const)('JSON columns: %s, where %s was found, is %s', (json, found, expected) => {
  const settings = exportSettings({ ...clickhouse, json }, { ...FOUND, json: found })
  expect(settings).toEqual({ ...clickhouse, json: expected })
})

test('where nothing is found, a key goes raw, columns are no JSON, and a path needs HTTP', () => {
  const apiKey = { key: 'k', scheme: 'auto' } as const
  expect(defaultSettings(otlp({ apiKey, endpoint: 'https://h:4317' }))).toMatchObject({
    protocol: 'grpc',
    headers: [{ name: 'Authorization', value: 'k' }],
  })
  expect(defaultSettings(clickhouse)).toMatchObject({ json: false })
})

test.each([
  ['https://h:4318/v1', true],
  ['https://h/path/', true],
  ['https://h', false],
  ['https://h:443/', false],
  ['h:4317/x', true],
  ['no URL', false],
  [undefined, false],
])('the endpoint %s can only be HTTP: %s', (endpoint, only) => {
  expect(onlyHttp({ endpoint })).toBe(only)
  expect(defaultProtocol({ endpoint })).toBe(only ? 'http' : 'grpc')
})
