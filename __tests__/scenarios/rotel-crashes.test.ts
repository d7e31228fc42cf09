/**
 * Every crash that Rotel can suffer from its configuration (and the one thing that is worse: to start and discard all
 * logs), through the built action. What reading can tell is refused before anything is written, also in a user's own
 * variables; what only the function knows, as an env file, is caught by the smoke test, named, and put back.
 */

import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed, LocalAws } from '../../local/aws/local-aws'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'
import { inStack } from './stack-world'

/** Part of each value that Rotel would quote: nothing may show it. */
const CANARY = 'canary-value-51ce'

/** Variables of the user's own, and the reason with which each is refused or rolled back. */
type Row = readonly [what: string, lines: readonly string[], refused: string, rolledBack?: string]

const ENDPOINT = 'ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT'
const HEADERS = 'ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS'

const ROWS: readonly Row[] = [
  ['a switch that is neither', [`ROTEL_DISABLE_BATCHING=${CANARY}`], 'extension-invalid-value'],
  ['a number that is none', [`ROTEL_BATCH_MAX_SIZE=${CANARY}`], 'extension-invalid-value'],
  ['a duration without a unit', ['ROTEL_LOGS_BATCH_TIMEOUT=5'], 'extension-invalid-value'],
  [
    'a request time-out that is none',
    [`ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT=${CANARY}`],
    'extension-invalid-value',
  ],
  [
    'a word that is not allowed',
    ['ROTEL_OTLP_EXPORTER_COMPRESSION=zstd'],
    'extension-invalid-value',
  ],
  ['an exporter that the layer lacks', ['ROTEL_EXPORTER=kafka'], 'extension-invalid-value'],
  ['a receiver at a name', ['ROTEL_OTLP_GRPC_ENDPOINT=collector:5317'], 'extension-invalid-value'],
  [
    'a listener for telemetry that is none',
    ['ROTEL_TELEMETRY_ENDPOINT=8991'],
    'extension-invalid-value',
  ],
  [
    'attributes without `=`',
    [`ROTEL_OTEL_RESOURCE_ATTRIBUTES=${CANARY}`],
    'extension-invalid-value',
  ],
  ['a header without `=`', [`${HEADERS}=${CANARY}`], 'extension-invalid-value'],
  ['a header in quotes', [`${HEADERS}='"Authorization=${CANARY}"'`], 'extension-bad-header'],
  ['a header with a blank in its name', [`${HEADERS}="a=b, c=${CANARY}"`], 'extension-bad-header'],
  ['an address without a scheme', [`${ENDPOINT}=10.0.0.5:4317`], 'extension-bad-endpoint'],
  ['an endpoint without a host', [`${ENDPOINT}=http://:4318`], 'extension-bad-endpoint'],
  ['a port beyond all ports', [`${ENDPOINT}=http://h.example.com:99999`], 'extension-bad-endpoint'],
  ['an authority for TLS', ['ROTEL_OTLP_EXPORTER_TLS_CA_FILE=/var/task/ca.pem'], 'extension-tls'],
  [
    'certificate and key for TLS',
    [
      'ROTEL_OTLP_EXPORTER_TLS_CERT_FILE=/var/task/c.pem',
      'ROTEL_OTLP_EXPORTER_TLS_KEY_FILE=/var/task/k.pem',
    ],
    'extension-tls',
  ],
  ['a log filter with an unknown level', ['RUST_LOG=rotel=loud'], 'extension-log-filter'],
  [
    'two receivers on one port',
    ['ROTEL_OTLP_HTTP_ENDPOINT=127.0.0.1:4317'],
    'port-conflict',
    'extension-port-conflict',
  ],
  [
    'ROTEL_EXPORTER beside ROTEL_EXPORTERS',
    ['ROTEL_EXPORTER=otlp', 'ROTEL_EXPORTERS=a:otlp'],
    'extension-bad-exporter',
  ],
  [
    'an exporter of unknown type',
    [`ROTEL_EXPORTERS=a:${CANARY}`, 'ROTEL_EXPORTERS_LOGS=a'],
    'extension-bad-exporter',
  ],
  [
    'logs for an exporter that is not there',
    ['ROTEL_EXPORTERS=a:otlp', `ROTEL_EXPORTERS_LOGS=${CANARY}`],
    'extension-bad-exporter',
  ],
  [
    'logs for an exporter of traces',
    ['ROTEL_EXPORTERS=a:awsxray', 'ROTEL_EXPORTERS_LOGS=a'],
    'extension-bad-exporter',
  ],
  [
    'a named exporter without an endpoint',
    ['ROTEL_EXPORTERS=a:otlp', 'ROTEL_EXPORTERS_LOGS=a'],
    'extension-bad-endpoint',
  ],
  ['ClickHouse without an endpoint', ['ROTEL_EXPORTER=clickhouse'], 'extension-bad-endpoint'],
  [
    'an asynchronous insert that is neither',
    [
      'ROTEL_EXPORTER=clickhouse',
      'ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT=http://127.0.0.1:8123',
      `ROTEL_CLICKHOUSE_EXPORTER_ASYNC_INSERT=${CANARY}`,
    ],
    'extension-invalid-value',
  ],
]

/** As a function's own variables: there are no quotes to take off. */
function variablesOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      const value = line.slice(at + 1)
      return [line.slice(0, at), /^'.*'$|^".*"$/.test(value) ? value.slice(1, -1) : value]
    }),
  )
}

describe('as a variable of the user’s own, accepted,', () => {
  test.each(ROWS)('%s is refused before anything is written', (_, lines, refused) =>
    inWorld(async ({ aws, main }) => {
      const variables = { ...FOREIGN, ...variablesOf(lines) }
      const before = aws.lambda.createFunction({ name: 'orders', variables })
      const result = await main({ functions: 'orders', accept: 'foreign-settings' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([`orders: blocked ${refused}`])
      expect(aws.lambda.get('orders').revisionId).toBe(before.revisionId)
      expect(aws.calls.count('Invoke')).toBe(0)
      expect(`${result.log.join('\n')}${result.summary}`).not.toContain(CANARY)
    }),
  )
})

const PATH = '/var/task/rotel.env'

describe('in an env file, unseen until the function starts,', () => {
  test.each(ROWS)('%s is caught and rolled back', (_, lines, refused, rolledBack = refused) =>
    inWorld(async ({ aws, main }) => {
      const files = { [PATH]: `${lines.join('\n')}\n` }
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, files })
      const result = await main({ functions: 'orders', 'rotel-env-file': PATH })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([`orders: rolled-back ${rolledBack}`])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      expect(`${result.log.join('\n')}${result.summary}`).not.toContain(CANARY)
    }),
  )
})

interface Other {
  readonly seed?: (aws: LocalAws) => Partial<FunctionSeed>
  readonly inputs?: (aws: LocalAws) => Readonly<Record<string, string>>
}

const FILE_ALONE = { 'rotel-env-file': PATH, endpoint: '', 'api-key': '', headers: '' }

const ADOT = 'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1'
const MOVED = [
  'ROTEL_OTLP_GRPC_ENDPOINT=127.0.0.1:5317',
  'ROTEL_OTLP_HTTP_ENDPOINT=127.0.0.1:5318',
].join('\n')

const OTHERS: readonly (readonly [what: string, reason: string, Other])[] = [
  [
    'an env file that is not there',
    'extension-env-file',
    { inputs: () => ({ 'rotel-env-file': PATH }) },
  ],
  [
    'an env file with a line that is none',
    'extension-env-file',
    {
      seed: () => ({ files: { [PATH]: `${CANARY} is no assignment\n` } }),
      inputs: () => ({ 'rotel-env-file': PATH }),
    },
  ],
  [
    'an env file without an endpoint, where nothing else has one',
    'export-blackhole',
    {
      seed: () => ({ files: { [PATH]: 'ROTEL_BATCH_MAX_SIZE=1024\n' } }),
      inputs: () => FILE_ALONE,
    },
  ],
  [
    'an env file with the endpoint of one signal',
    'extension-bad-endpoint',
    {
      seed: () => ({ files: { [PATH]: `${ENDPOINT}=https://logs.example.com/v1/logs\n` } }),
      inputs: () => FILE_ALONE,
    },
  ],
  [
    'an env file with a reference to a secret that the role may not read',
    'secret-unresolved',
    {
      seed: () => ({
        files: {
          [PATH]:
            'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS=Authorization=${arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf}\n',
        },
      }),
      inputs: () => ({ 'rotel-env-file': PATH }),
    },
  ],
  [
    'a collector on Rotel’s ports, where an env file moves them back',
    'extension-port-conflict',
    {
      seed: () => ({
        layers: [ADOT],
        files: { [PATH]: 'ROTEL_OTLP_GRPC_ENDPOINT=127.0.0.1:4317\n' },
      }),
      inputs: () => ({ 'rotel-env-file': PATH, 'rotel-environment': MOVED }),
    },
  ],
  [
    'another extension on Rotel’s ports, in a layer of the user’s own',
    'extension-port-conflict',
    {
      seed: (aws) => ({
        layers: [
          aws.lambda.layers.publish({
            name: 'a-sidecar',
            extension: { kind: 'other', name: 'a-sidecar', ports: [4318] },
          }),
        ],
      }),
    },
  ],
  [
    'a runtime with an older C library',
    'extension-glibc',
    {
      seed: () => ({ runtime: 'python3.11' }),
      inputs: () => ({ accept: 'unsupported-runtime' }),
    },
  ],
  [
    'an own copy of the layer for the other architecture',
    'extension-architecture',
    {
      inputs: (aws) => ({
        'layer-arn': aws.lambda.layers.publish({
          name: 'our-rotel',
          extension: { kind: 'rotel', architecture: 'arm64' },
        }),
      }),
    },
  ],
]

describe('what only the start shows is caught and rolled back:', () => {
  test.each(OTHERS)('%s (%s)', (_, reason, { seed, inputs }) =>
    inWorld(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        ...seed?.(aws),
      })
      const result = await main({ functions: 'orders', ...inputs?.(aws) })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([`orders: rolled-back ${reason}`])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      expect(`${result.log.join('\n')}${result.summary}`).not.toContain(CANARY)
    }),
  )
})

describe('a silent blackhole', () => {
  test.each([
    ['ROTEL_EXPORTER=blackhole', { ROTEL_EXPORTER: 'blackhole' }],
    ['an exporter of traces alone', { ROTEL_EXPORTER: 'awsxray' }],
    [
      'exporters without one for logs',
      { ROTEL_EXPORTERS: 'blackhole', ROTEL_EXPORTERS_TRACES: 'blackhole' },
    ],
    [
      'a blackhole for the logs',
      { ROTEL_EXPORTERS: 'none:blackhole', ROTEL_EXPORTERS_LOGS: 'none' },
    ],
  ] as const)('of the user’s own, %s, is refused', (_, variables) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables })
      const result = await main({ functions: 'orders', accept: 'foreign-settings' })
      expect(statusesOf(result)).toEqual(['orders: blocked export-blackhole'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }),
  )

  test('that an env file brings, and of which Rotel says nothing, fails the proof and is rolled back', () =>
    inStack(async ({ aws, main }) => {
      const files = { [PATH]: 'ROTEL_EXPORTER=blackhole\n' }
      aws.lambda.createFunction({ name: 'orders', files })
      const result = await main({
        functions: 'orders',
        'rotel-env-file': PATH,
        'verify-timeout': '3',
      })
      expect(statusesOf(result)).toEqual(['orders: rolled-back nothing-arrived'])
      expect(aws.lambda.get('orders').layers).toEqual([])
    }))
})

describe('an env file that works', () => {
  test('brings endpoint and key, and is proven by the request ID', () =>
    inStack(async ({ aws, clickStack, main }) => {
      const files = {
        [PATH]: [
          `ROTEL_OTLP_EXPORTER_ENDPOINT=${clickStack.grpcEndpoint}`,
          `ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS="Authorization=${clickStack.authorization ?? ''}"`,
        ].join('\n'),
      }
      const handler = { logs: ['hello'] }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, files, handler })
      const inputs = {
        functions: 'orders',
        ...FILE_ALONE,
        protocol: '',
        'api-key-scheme': '',
      }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(result.log.join('\n')).toContain('Endpoint  not checked')
      expect(result.summary).toContain('override the functions’ variables')
      const { variables } = aws.lambda.get('orders')
      expect(Object.keys(variables).filter((name) => name.startsWith('ROTEL_'))).toEqual([
        'ROTEL_ENV_FILE',
        'ROTEL_OTEL_RESOURCE_ATTRIBUTES',
      ])
      expect(statusesOf(await main(inputs))).toEqual(['orders: unchanged'])
    }))

  test('of somebody else’s is in the way, as every other setting of Rotel', () =>
    inWorld(async ({ aws, main }) => {
      const variables = { ROTEL_ENV_FILE: PATH }
      aws.lambda.createFunction({ name: 'orders', variables, files: { [PATH]: '\n' } })
      const blocked = await main({ functions: 'orders' })
      expect(statusesOf(blocked)).toEqual(['orders: blocked configured-elsewhere'])
      expect(functionsOf(blocked)[0]?.detail).toContain('ROTEL_ENV_FILE')

      const accepted = await main({ functions: 'orders', accept: 'foreign-settings' })
      expect(statusesOf(accepted)).toEqual(['orders: written no-verifier'])
      expect(functionsOf(accepted)[0]).toMatchObject({ status: 'written' })
      expect(accepted.summary.replaceAll('\\', '')).toContain('has its own ROTEL_ENV_FILE')
      expect(aws.lambda.get('orders').variables).toMatchObject(variables)
    }))
})
