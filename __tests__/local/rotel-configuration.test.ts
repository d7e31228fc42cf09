import { describe, expect, test } from '@jest/globals'
import { parseVariables, type RotelConfiguration } from '../../local/rotel/configuration'
import { renderLine, type Crash } from '../../local/rotel/crash'
import { layEnvFile } from '../../local/rotel/env-file'
import { parseDuration, parsePairs, parseSocketAddress } from '../../local/rotel/options'
import { resolveSecrets } from '../../local/rotel/secrets'
import type { ExportTarget } from '../../local/rotel/telemetry'

type Variables = Record<string, string>

const ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://logs.example.com:4317' }
const HTTP = { ROTEL_OTLP_EXPORTER_PROTOCOL: 'http' }

function configuration(variables: Variables): RotelConfiguration {
  const parsed = parseVariables(variables)
  if (!parsed.ok) throw new Error(`crashed: ${output(parsed.crash)}`)
  return parsed.configuration
}

function crash(variables: Variables): Crash {
  const parsed = parseVariables(variables)
  if (parsed.ok) throw new Error('did not crash')
  return parsed.crash
}

function output(of: Crash): string {
  return of.output.map((line) => renderLine(line, 'Text')).join('\n')
}

function otlp(variables: Variables): Extract<ExportTarget, { exporter: 'otlp' }> {
  const { logs } = configuration(variables)
  if (logs?.exporter !== 'otlp') throw new Error('no OTLP exporter')
  return logs
}

describe('k=v lists', () => {
  test.each([
    [
      'a=1,b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['', []],
    ['  a=1  ', [['a', '1']]],
    [
      'a=1, b=2',
      [
        ['a', '1'],
        [' b', '2'],
      ],
    ],
    [
      'a=1 ,b=2',
      [
        ['a', '1 '],
        ['b', '2'],
      ],
    ],
    [
      'a=1,,b=2,',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['Authorization=Bearer a==', [['Authorization', 'Bearer a==']]],
    ['a=', [['a', '']]],
    ['"Authorization=key"', [['"Authorization', 'key"']]],
    ['a=%2C', [['a', '%2C']]],
  ])('%j is %j', (text, pairs) => {
    expect(parsePairs(text)).toEqual(pairs)
  })

  test.each(['a', 'a=1,b', 'a=1, ,b=2', 'x=a,b'])(
    '%j has an item without `=`, which ends the agent',
    (text) => {
      const ended = crash({ ...ENDPOINT, ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: text })
      expect(ended).toMatchObject({ exitCode: 1, registered: true })
      expect(output(ended)).toMatch(
        /^ERROR Failed to run agent\. error="invalid KEY=value: no `=` found in `.+`"$/,
      )
    },
  )
})

describe('headers', () => {
  test.each([
    ['"Authorization=key"', 'invalid header key: \\"Authorization: invalid HTTP header name'],
    ['a=1, b=2', 'invalid header key:  b: invalid HTTP header name'],
    ['=value', 'invalid header key: : invalid HTTP header name'],
    ['a:b=1', 'invalid header key: a:b: invalid HTTP header name'],
    ['a=1\nb', 'invalid header value: 1\\nb: failed to parse header value'],
  ])('%j ends the agent: %s', (text, message) => {
    const ended = crash({ ...ENDPOINT, ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: text })
    expect(ended).toMatchObject({ exitCode: 1, registered: true })
    expect(output(ended)).toBe(`ERROR Failed to run agent. error="${message}"`)
  })

  test('of the logs signal replace the general ones', () => {
    expect(
      otlp({
        ...ENDPOINT,
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=general',
        ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS: 'X-Key=own',
      }).headers,
    ).toEqual({ 'x-key': 'own' })
  })
})

describe('endpoints', () => {
  test.each([
    ['https://h.example.com', 'https://h.example.com'],
    ['http://h:4317', 'http://h:4317'],
    ['h:4317', 'http://h:4317'],
    ['h.example.com:4317', 'http://h.example.com:4317'],
    ['localhost:4317', 'http://localhost:4317'],
    ['http://10.0.0.5:4317', 'http://10.0.0.5:4317'],
    ['https://h/otlp', 'https://h/otlp'],
  ])('%s is sent to as %s', (text, url) => {
    expect(otlp({ ROTEL_OTLP_EXPORTER_ENDPOINT: text })).toMatchObject({ protocol: 'grpc', url })
  })

  test.each([
    ['10.0.0.5:4317', 'relative URL without a base'],
    ['h.example.com', 'relative URL without a base'],
    ['', 'relative URL without a base'],
    ['"https://h"', 'relative URL without a base'],
    ['http://', 'empty host'],
    ['https://h:99999', 'invalid port number'],
  ])('%j is no URL: %s', (text, message) => {
    const ended = crash({ ROTEL_OTLP_EXPORTER_ENDPOINT: text })
    expect(ended).toMatchObject({ exitCode: 1, registered: true })
    const endpoint = `Base(\\"${text.replaceAll('"', '\\\\\\"')}\\")`
    expect(output(ended)).toBe(
      `ERROR Failed to run agent. error="failed to parse endpoint ${endpoint}: ${message}"`,
    )
  })

  test.each([
    ['http://h:4318', 'http://h:4318/v1/logs'],
    ['http://h:4318/', 'http://h:4318/v1/logs'],
    ['https://h/otlp', 'https://h/otlp/v1/logs'],
  ])('over http %s gets the path of the signal: %s', (text, url) => {
    expect(otlp({ ...HTTP, ROTEL_OTLP_EXPORTER_ENDPOINT: text })).toMatchObject({
      protocol: 'http',
      url,
    })
  })

  test('of one signal are used as they are, but all three or the general one must be there', () => {
    const own = 'https://h/custom'
    expect(otlp({ ...HTTP, ...ENDPOINT, ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT: own }).url).toBe(own)
    expect(output(crash({ ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT: own }))).toBe(
      'ERROR Failed to run agent. error="must specify an endpoint for OTLP traces"',
    )
    const signals = ['TRACES', 'METRICS', 'LOGS'].map((s) => `ROTEL_OTLP_EXPORTER_${s}_ENDPOINT`)
    expect(otlp(Object.fromEntries(signals.map((name) => [name, own]))).url).toBe(own)
  })

  test('the protocol does not follow the port', () => {
    expect(otlp({ ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://h:4318' }).protocol).toBe('grpc')
  })

  test('without any, Rotel chooses the blackhole and says so', () => {
    const chosen = configuration({})
    expect(chosen).toMatchObject({ blackhole: true, logs: undefined })
    expect(chosen.notices.map((line) => renderLine(line, 'Text'))).toEqual([
      ' INFO Automatically selecting blackhole exporter due to missing endpoint configs',
    ])
  })
})

describe('values that clap refuses: exit 2 before anything else', () => {
  test.each([
    [
      'ROTEL_OTLP_EXPORTER_PROTOCOL',
      'GRPC',
      "invalid value 'GRPC' for '--otlp-exporter-protocol <PROTOCOL>'\n  [possible values: grpc, http]",
    ],
    ['ROTEL_OTLP_EXPORTER_COMPRESSION', 'zstd', '[possible values: gzip, none]'],
    [
      'ROTEL_EXPORTER',
      'kafka',
      '[possible values: otlp, blackhole, datadog, clickhouse, awsxray, awsemf]',
    ],
    ['ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY', 'yes', '[possible values: true, false]'],
    ['ROTEL_DISABLE_BATCHING', '1', '[possible values: true, false]'],
    ['ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT', '5', 'time unit needed, for example 5sec or 5ms'],
    ['ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT', '5 parsecs', 'unknown time unit "parsecs"'],
    ['ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT', 'soon', 'expected number at 0'],
    ['ROTEL_BATCH_MAX_SIZE', '8k', 'invalid digit found in string'],
    ['ROTEL_OTLP_GRPC_ENDPOINT', 'myhost:4317', 'invalid socket address syntax'],
    ['ROTEL_OTLP_HTTP_ENDPOINT', '4318', 'invalid socket address syntax'],
    ['ROTEL_TELEMETRY_ENDPOINT', '1.2.3.4:99999', 'invalid socket address syntax'],
  ])('%s=%j', (name, value, text) => {
    const ended = crash({ ...ENDPOINT, [name]: value })
    expect(ended).toMatchObject({ exitCode: 2, registered: false })
    expect(output(ended)).toContain(`error: invalid value '`)
    expect(output(ended)).toContain(text)
  })

  test('two ways to name exporters exclude each other', () => {
    const ended = crash({ ROTEL_EXPORTER: 'otlp', ROTEL_EXPORTERS: 'a:otlp' })
    expect(ended.exitCode).toBe(1)
    expect(output(ended)).toContain('Can not use --exporter and --exporters together')
  })

  test('unknown ROTEL_ variables are ignored', () => {
    expect(configuration({ ...ENDPOINT, ROTEL_NO_SUCH_THING: 'x' }).logs).toBeDefined()
  })
})

describe('other values', () => {
  test.each([
    ['5s', 5000],
    ['250ms', 250],
    ['1m 30s', 90_000],
    ['1h', 3_600_000],
  ])('%s lasts %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    ['localhost:4317', { host: '127.0.0.1', port: 4317 }],
    ['0.0.0.0:8990', { host: '0.0.0.0', port: 8990 }],
    ['[::1]:4317', { host: '::1', port: 4317 }],
    ['localhost', undefined],
    ['300.1.1.1:80', undefined],
  ])('%s is the socket address %j', (text, address) => {
    expect(parseSocketAddress(text)).toEqual(address)
  })

  test.each([
    [undefined, 'info'],
    ['info', 'info'],
    ['WARN', 'warn'],
    ['warn,rotel=debug', 'debug'],
    ['hyper=warn', 'error'],
  ])('RUST_LOG=%s shows %s', (value, level) => {
    const variables: Variables = value === undefined ? {} : { RUST_LOG: value }
    expect(configuration({ ...ENDPOINT, ...variables }).logLevel).toBe(level)
  })

  test.each(['=loud', 'rotel=loud', 'rotel=debug=info'])(
    'RUST_LOG=%j is no filter: exit 1',
    (value) => {
      const ended = crash({ ...ENDPOINT, RUST_LOG: value })
      expect(ended.exitCode).toBe(1)
      expect(output(ended)).toMatch(/^ERROR: failed to setup logging: /)
    },
  )

  test('the ClickHouse exporter writes to the database otel unless told', () => {
    const variables = {
      ROTEL_EXPORTER: 'clickhouse',
      ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: 'https://ch.example.com:8443',
    }
    expect(configuration(variables).logs).toMatchObject({
      exporter: 'clickhouse',
      database: 'otel',
      tablePrefix: 'otel',
      enableJson: false,
    })
    expect(output(crash({ ROTEL_EXPORTER: 'clickhouse' }))).toContain('Failed to run agent.')
    expect(
      output(crash({ ...variables, ROTEL_CLICKHOUSE_EXPORTER_ASYNC_INSERT: 'maybe' })),
    ).toContain('Unable to parse bool value: maybe')
  })

  test('named exporters take logs only where ROTEL_EXPORTERS_LOGS names them', () => {
    const named = {
      ROTEL_EXPORTERS: 'stack:otlp,rays:awsxray',
      ROTEL_EXPORTER_STACK_ENDPOINT: 'https://h',
    }
    expect(configuration({ ...named, ROTEL_EXPORTERS_TRACES: 'stack' }).logs).toBeUndefined()
    expect(output(crash(named))).toContain('No telemetry pipeline exporters')
    expect(otlp({ ...named, ROTEL_EXPORTERS_LOGS: 'stack' }).url).toBe('https://h')
    expect(crash({ ...named, ROTEL_EXPORTERS_LOGS: 'nobody' }).exitCode).toBe(1)
    expect(crash({ ROTEL_EXPORTERS: 'x:kafka' }).exitCode).toBe(1)
  })
})

describe('the env file', () => {
  const load = (content: string | undefined, variables: Variables = {}) =>
    layEnvFile({ ROTEL_ENV_FILE: '/var/task/rotel.env', ...variables }, () => content)

  test('lies over the variables, with quoting, comments and substitution as dotenv has them', () => {
    const loaded = load(
      [
        '# comment',
        'export PLAIN=a\\ b # trailing',
        'HASH=a#b',
        'EMPTY=',
        'JOINED="a"\'b\'c',
        'DOUBLE="Bearer ${TOKEN}"',
        "SINGLE='${TOKEN}'",
        'ESCAPED="\\${TOKEN}"',
        'SECRET=${arn:aws:ssm:us-east-1:1:parameter/x}',
        'BARE=$TOKEN',
        'LONG="two',
        'lines"',
        'TOKEN=file',
        'OWN=${TOKEN}',
      ].join('\n'),
      { TOKEN: 't', PLAIN: 'before' },
    )
    expect(loaded).toMatchObject({
      ok: true,
      variables: {
        PLAIN: 'a b',
        HASH: 'a#b',
        EMPTY: '',
        JOINED: 'abc',
        DOUBLE: 'Bearer t',
        SINGLE: '${TOKEN}',
        TOKEN: 'file',
        ESCAPED: '${TOKEN}',
        SECRET: '${arn:aws:ssm:us-east-1:1:parameter/x}',
        BARE: 't',
        LONG: 'two\nlines',
        OWN: 't',
      },
    })
  })

  test('that is missing or malformed ends Rotel with exit 1', () => {
    const missing = load(undefined)
    expect(missing).toMatchObject({ ok: false, crash: { exitCode: 1 } })
    if (!missing.ok) {
      expect(output(missing.crash)).toMatch(
        /^Can not load envfile: failed to open env file \/var\/task\/rotel\.env: /,
      )
    }
  })

  test.each([
    'no assignment',
    '\uFEFFKEY=after a byte order mark',
    'KEY=two words',
    'KEY="open',
    "KEY='open",
    'KEY=a\\b',
    'KEY=${A',
  ])('that holds %j does not parse', (line) => {
    const malformed = load(`FIRST=1\n${line}`)
    expect(malformed).toMatchObject({ ok: false, crash: { exitCode: 1, registered: false } })
    if (!malformed.ok) {
      expect(output(malformed.crash)).toBe(
        `Can not load envfile: unable to parse line: Error parsing line: '${line}'`,
      )
    }
  })
})

describe('secret references', () => {
  const SECRET = 'arn:aws:secretsmanager:us-east-1:1:secret:key-AbCdEf'

  test('are filled in by the resolver, inline and as whole values, in ROTEL_ variables alone', async () => {
    const values = new Map([
      [SECRET, 's3cret'],
      [`${SECRET}#user`, 'me'],
    ])
    const asked: string[] = []
    const resolved = await resolveSecrets(
      {
        ROTEL_A: `Authorization=Bearer \${${SECRET}}`,
        ROTEL_B: `secret://${SECRET}#user`,
        OTHER: `\${${SECRET}}`,
      },
      {
        resolve: (references) => {
          asked.push(...references)
          return Promise.resolve({ ok: true, values })
        },
      },
    )
    expect(asked).toEqual([SECRET, `${SECRET}#user`])
    expect(resolved).toEqual({
      ok: true,
      lookedUp: true,
      variables: {
        ROTEL_A: 'Authorization=Bearer s3cret',
        ROTEL_B: 'me',
        OTHER: `\${${SECRET}}`,
      },
    })
  })

  test('that cannot be resolved end Rotel before it registers', async () => {
    const error = 'Unable to resolve ARNs from secrets manager'
    const resolved = await resolveSecrets(
      { ROTEL_A: `secret://${SECRET}` },
      {
        resolve: () =>
          Promise.resolve({
            ok: false,
            error,
            before: [{ stream: 'log', level: 'WARN', message: `${error}: denied` }],
          }),
      },
    )
    expect(resolved).toMatchObject({ ok: false, crash: { exitCode: 1, registered: false } })
    if (!resolved.ok) {
      expect(output(resolved.crash)).toBe(
        ` WARN ${error}: denied\nERROR Failed to run agent. error="${error}"`,
      )
    }
  })
})
