import { describe, expect, test } from '@jest/globals'
import { rotelVariables } from '../../src/systems/rotel/settings'
import { accepted, type Given, problems, settings, warnings } from './given'

const ORDERS = { name: 'orders', account: '123456789012' }

const URL = 'https://ch.example.com:8443'
const STRAIGHT: Given = { exporter: 'clickhouse', endpoint: URL, 'api-key': '' }

describe('exporter: clickhouse', () => {
  test('needs no more than the endpoint, and always says the database to Rotel', () => {
    expect([...rotelVariables(settings(STRAIGHT), ORDERS)]).toEqual([
      ['ROTEL_EXPORTER', 'clickhouse'],
      ['ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT', URL],
      ['ROTEL_CLICKHOUSE_EXPORTER_DATABASE', 'default'],
      ['ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX', 'otel'],
      ['ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON', 'false'],
      ['ROTEL_OTEL_RESOURCE_ATTRIBUTES', 'cloud.account.id=123456789012'],
    ])
    expect(warnings(STRAIGHT)).toEqual([])
  })

  test('writes tables, column type, user and password, and what both exporters have', () => {
    const found = settings({
      ...STRAIGHT,
      'exporter-database': 'telemetry',
      'exporter-table-prefix': 'shop',
      'exporter-json': 'true',
      'exporter-user': 'writer',
      'exporter-password': 'pass,word',
      'service-name': 'svc-{function}',
      'rotel-environment': 'ROTEL_CLICKHOUSE_EXPORTER_COMPRESSION=none',
    })
    expect(Object.fromEntries(rotelVariables(found, ORDERS))).toMatchObject({
      ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'telemetry',
      ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX: 'shop',
      ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: 'true',
      ROTEL_CLICKHOUSE_EXPORTER_USER: 'writer',
      // A whole variable, no list: a comma is a comma.
      ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: 'pass,word',
      ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'service.name=svc-orders,cloud.account.id=123456789012',
      ROTEL_CLICKHOUSE_EXPORTER_COMPRESSION: 'none',
    })
  })

  test.each([
    [{ protocol: 'grpc' }, 'protocol', 'HTTP interface'],
    [{ 'api-key': 'k3y' }, 'api-key', '`exporter-user` and `exporter-password`'],
    [{ 'api-key-scheme': 'bearer' }, 'api-key-scheme', 'collector'],
    [{ headers: 'a=b' }, 'headers', 'does not send them'],
    [{ endpoint: '' }, 'endpoint', 'is missing'],
    [{ endpoint: 'ch.example.com:8443' }, 'endpoint', 'has no scheme'],
    [{ endpoint: 'https://u:p@ch.example.com:8443' }, 'endpoint', '`exporter-user`'],
    [{ endpoint: `${URL}/?database=x` }, 'endpoint', 'discards'],
    [{ endpoint: 'https://ch.example.com:4317' }, 'endpoint', 'port 4317'],
    [{ endpoint: 'https://ch.example.com:9440' }, 'endpoint', 'native protocol'],
    [{ 'exporter-database': 'my-db' }, 'exporter-database', 'does not quote'],
    [{ 'exporter-table-prefix': '2otel' }, 'exporter-table-prefix', 'digit first'],
    [{ 'exporter-json': 'yes' }, 'exporter-json', '`auto`, `true`, `false`'],
    [{ 'exporter-password': 'p4ss' }, 'exporter-user', 'is missing'],
  ] as const)('refuses %o', (given, input, why) => {
    const found = problems({ ...STRAIGHT, ...given })
    expect(found).toEqual([expect.stringMatching(`^${input}: `)])
    expect(found[0]).toContain(why)
    expect(found[0]).not.toMatch(/p4ss|k3y|u:p/)
  })

  test('takes references for user and password, in the form that Rotel resolves', () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:ch-AbCdEf'
    const given = {
      ...STRAIGHT,
      'exporter-user': `secret://${secret}#user`,
      'exporter-password': `${secret}#password`,
    }
    expect(Object.fromEntries(rotelVariables(settings(given), ORDERS))).toMatchObject({
      ROTEL_CLICKHOUSE_EXPORTER_USER: `\${${secret}#user}`,
      ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: `\${${secret}#password}`,
    })
    expect(warnings(given)).toEqual([])
    expect(problems({ ...given, 'exporter-password': '${arn:aws:s3:::bucket}' })).toHaveLength(1)
  })

  test('warns of a password in plaintext, and names the reference form', () =>
    expect(warnings({ ...STRAIGHT, 'exporter-user': 'u', 'exporter-password': 'p4ss' })).toEqual([
      expect.stringMatching(/^`exporter-password` is stored in plain text.*\$\{arn:/),
    ]))

  test('in clear to a public host is warned about', () =>
    expect(warnings({ ...STRAIGHT, endpoint: 'http://ch.example.com:8123' })).toEqual([
      expect.stringContaining('clear text'),
    ]))

  test('a verifier that looks into another database would find nothing, and is warned about', () => {
    const verifier = { ...STRAIGHT, verify: 'clickhouse', 'clickhouse-url': URL }
    expect(warnings(verifier)).toEqual([])
    expect(warnings({ ...verifier, 'exporter-database': 'otel' })).toEqual([
      expect.stringContaining('another database'),
    ])
  })

  test('the verifier looks into the tables that the exporter writes to', () => {
    const verifier = { verify: 'clickhouse', 'clickhouse-url': URL }
    expect(accepted({ ...STRAIGHT, ...verifier, 'exporter-table-prefix': 'shop' })).toMatchObject({
      verifier: { tablePrefix: 'shop' },
    })
    expect(accepted(verifier)).toMatchObject({ verifier: { tablePrefix: 'otel' } })
  })

  test('its variables come from its inputs, not from environment', () => {
    for (const name of ['DATABASE', 'USER', 'PASSWORD', 'ENABLE_JSON']) {
      expect(
        problems({ ...STRAIGHT, 'rotel-environment': `ROTEL_CLICKHOUSE_EXPORTER_${name}=x` }),
      ).toEqual([expect.stringMatching(/^rotel-environment: .*Use the input `exporter-/)])
    }
  })
})

test('with exporter: otlp its inputs are refused, not ignored', () => {
  for (const name of ['exporter-database', 'exporter-user', 'exporter-json'] as const) {
    expect(problems({ [name]: name === 'exporter-json' ? 'true' : 'x' })).toEqual([
      expect.stringContaining('works only with `exporter: clickhouse`'),
    ])
  }
})
