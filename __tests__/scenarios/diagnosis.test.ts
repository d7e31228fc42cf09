/** Why nothing arrives: each cause is named, before anything is written where it can be known by then. */

import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/local-aws'
import type { LocalStackOptions } from '../../local/stack'
import { INGESTION_KEY, inStack, type StackWorld } from './stack-world'
import { ACCEPT, pretend, RAW_KEY } from './telemetry-rows'
import { configurationOf, FOREIGN, functionsOf, statusesOf } from './world'

const SHORT = { functions: 'orders', 'verify-timeout': '2' }

interface Case {
  readonly what: string
  readonly reason: string
  /** Part of what the report says of it. */
  readonly says?: string | RegExp
  readonly inputs?: (world: StackWorld) => Readonly<Record<string, string>>
  /** Before the run. */
  readonly first?: (world: StackWorld) => void | Promise<void>
  readonly options?: LocalStackOptions
}

const grpcPort = ({ clickStack }: StackWorld) => new URL(clickStack.grpcEndpoint).port
const httpPort = ({ clickStack }: StackWorld) => new URL(clickStack.httpEndpoint).port

const BEFORE_ANY_WRITE: readonly Case[] = [
  {
    what: 'a wrong key',
    reason: 'endpoint-key-refused',
    inputs: () => ({ 'api-key': 'not-the-key-that-is-asked-for' }),
  },
  {
    what: 'a wrong key, by http',
    reason: 'endpoint-key-refused',
    inputs: () => ({ 'api-key': 'not-the-key-that-is-asked-for' }),
    options: { protocol: 'http' },
  },
  {
    what: 'the right key in the wrong scheme',
    reason: 'endpoint-key-refused',
    says: 'sent with `Bearer`',
    inputs: () => ({ 'api-key-scheme': 'bearer' }),
  },
  {
    what: 'gRPC to the port for HTTP',
    reason: 'endpoint-wrong-protocol',
    inputs: (world) => ({ endpoint: `http://127.0.0.1:${httpPort(world)}`, protocol: 'grpc' }),
  },
  {
    what: 'HTTP to the port for gRPC',
    reason: 'endpoint-wrong-protocol',
    inputs: (world) => ({ endpoint: `http://127.0.0.1:${grpcPort(world)}`, protocol: 'http' }),
  },
  {
    what: 'TLS to a port in clear',
    reason: 'endpoint-tls',
    inputs: (world) => ({ endpoint: `https://127.0.0.1:${grpcPort(world)}` }),
  },
  {
    what: 'clear text to a TLS port',
    reason: 'endpoint-tls',
    inputs: (world) => ({ endpoint: `http://127.0.0.1:${grpcPort(world)}` }),
    options: { clickStack: { ...RAW_KEY, tls: true } },
  },
  {
    what: 'a certificate that is not trusted',
    reason: 'endpoint-tls',
    options: { clickStack: { ...RAW_KEY, tls: true } },
  },
  {
    what: 'a path that is not there',
    reason: 'endpoint-not-found',
    inputs: (world) => ({
      endpoint: `http://127.0.0.1:${httpPort(world)}/nowhere`,
      protocol: 'http',
    }),
  },
  {
    what: 'an endpoint that is out of order',
    reason: 'endpoint-refused',
    first: ({ clickStack }) => clickStack.receiverFaults.inject({ kind: 'status', status: 500 }),
    options: { protocol: 'http' },
  },
  {
    what: 'an endpoint that does not answer, where it has to',
    reason: 'endpoint-unreachable',
    inputs: () => ({ 'endpoint-check': 'require' }),
    options: { clickStack: { ...RAW_KEY, noTeam: true } },
  },
  {
    what: 'a collector that loses everything',
    reason: 'control-record-lost',
    options: { clickStack: { ...RAW_KEY, collector: { drop: true } } },
  },
  {
    what: 'a ClickHouse that takes no inserts',
    reason: 'control-record-lost',
    options: { clickStack: { ...RAW_KEY, collector: { failInserts: true } } },
  },
  {
    what: 'logs in another table',
    reason: 'control-record-lost',
    async first({ clickStack }) {
      await clickStack.createLogsTable('otel_logs_2')
      clickStack.collector.behaviour.logsTable = 'otel_logs_2'
    },
  },
  {
    what: 'logs in another database',
    reason: 'control-record-lost',
    async first({ clickStack }) {
      await clickStack.run('CREATE DATABASE other')
      await clickStack.run('CREATE TABLE other.otel_logs AS otel_logs')
    },
    inputs: () => ({ 'clickhouse-database': 'other' }),
  },
  {
    what: 'a key that is refused, where the endpoint is not checked',
    reason: 'control-record-lost',
    inputs: () => ({ 'endpoint-check': 'off', 'api-key': 'not-the-key-that-is-asked-for' }),
  },
  {
    what: 'a wrong password of the verifier',
    reason: 'verifier-failed',
    says: '516',
    inputs: () => ({ 'clickhouse-password': 'not-the-password' }),
  },
  {
    what: 'a database that is not there',
    reason: 'verifier-failed',
    says: 'nowhere does not exist',
    inputs: () => ({ 'clickhouse-database': 'nowhere' }),
  },
  {
    what: 'a table in a layout that nobody knows',
    reason: 'verifier-failed',
    says: 'unknown schema',
    async first({ clickStack }) {
      await clickStack.run('CREATE DATABASE other')
      await clickStack.run('CREATE TABLE other.otel_logs (x String) ENGINE = Memory')
    },
    inputs: () => ({ 'clickhouse-database': 'other' }),
  },
  {
    what: 'a verifier that may not read the logs',
    reason: 'verifier-failed',
    says: '497',
    inputs: () => ({ 'clickhouse-user': 'stranger', 'clickhouse-password': 'p' }),
    options: {
      clickStack: {
        ...RAW_KEY,
        users: [{ name: 'stranger', password: 'p', readonly: 1, denied: /otel_logs`/ }],
      },
    },
  },
  {
    what: 'a verifier that does not answer',
    reason: 'verifier-failed',
    inputs: () => ({ 'clickhouse-url': 'http://127.0.0.1:1' }),
  },
  {
    what: 'a verifier that is no ClickHouse',
    reason: 'verifier-failed',
    inputs: ({ clickStack }) => ({ 'clickhouse-url': clickStack.httpEndpoint }),
  },
]

describe('known before anything is written', () => {
  test.concurrent.each(BEFORE_ANY_WRITE)(
    '$what: $reason',
    ({ reason, says, inputs, first, options }) =>
      inStack(async (world) => {
        const { aws, main } = world
        for (const name of ['orders', 'refunds'])
          aws.lambda.createFunction({ name, variables: FOREIGN })
        await first?.(world)
        const result = await main({ ...SHORT, functions: 'orders\nrefunds', ...inputs?.(world) })
        expect(statusesOf(result)).toEqual([
          `orders: blocked ${reason}`,
          `refunds: blocked ${reason}`,
        ])
        expect(functionsOf(result)[0]?.detail).toMatch(says ?? '')
        expect(result.exitCode).toBe(1)
        expect(aws.lambda.list()).toMatchObject([1, 2].map(() => ({ writes: 0, invocations: 0 })))
        // Masked, and nowhere else.
        expect(result.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('not-the-password')
      }, options),
  )
})

interface LaterCase extends Case {
  readonly seed?: Partial<FunctionSeed> | ((world: StackWorld) => Partial<FunctionSeed>)
  /** When the function is invoked for the first time: what was checked before was right. */
  readonly then?: (world: StackWorld) => void | Promise<void>
}

/** The user's own, which the action does not see into. */
const withEnvFile = (text: string) => ({
  variables: { ...FOREIGN, ROTEL_ENV_FILE: '/var/task/rotel.env' },
  files: { '/var/task/rotel.env': text },
})

const ONLY_ENV_FILE = {
  'rotel-env-file': '/var/task/rotel.env',
  endpoint: '',
  'api-key': '',
  headers: '',
}

const AFTER_THE_WRITE: readonly LaterCase[] = [
  {
    what: 'a network without a route',
    reason: 'export-unreachable',
    seed: { egressBlocked: true, vpc: true },
  },
  {
    what: 'a network without a route, and a timeout that it uses up',
    reason: 'export-unreachable',
    seed: { egressBlocked: true, vpc: true, timeoutSeconds: 3 },
  },
  {
    what: 'a key that only the function’s exports are refused for',
    reason: 'export-key-refused',
    options: { protocol: 'http' },
    then: ({ clickStack }) => clickStack.receiverFaults.inject({ kind: 'status', status: 401 }),
  },
  {
    what: 'a key that only the function has wrong, from its rotel.env',
    reason: 'export-key-refused',
    seed: withEnvFile('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS=Authorization=wrong\n'),
    inputs: () => ACCEPT,
  },
  {
    what: 'an endpoint that is gone',
    reason: 'export-not-found',
    options: { protocol: 'http' },
    then: ({ clickStack }) => clickStack.receiverFaults.inject({ kind: 'status', status: 404 }),
  },
  {
    what: 'somebody who takes the endpoint away meanwhile',
    reason: 'export-blackhole',
    then({ aws }) {
      const left = Object.entries(aws.lambda.get('orders').variables).filter(
        ([name]) => name !== 'ROTEL_OTLP_EXPORTER_ENDPOINT',
      )
      aws.lambda.changeAsSomebodyElse('orders', { variables: Object.fromEntries(left) })
    },
  },
  {
    what: 'a rotel.env with the other protocol’s port',
    reason: 'export-wrong-protocol',
    seed: (world) =>
      withEnvFile(`ROTEL_OTLP_EXPORTER_ENDPOINT=http://127.0.0.1:${httpPort(world)}\n`),
    inputs: () => ACCEPT,
  },
  {
    what: 'a rotel.env with batches that hold nothing',
    reason: 'export-dropped',
    seed: withEnvFile('ROTEL_LOGS_BATCH_MAX_SIZE=0\n'),
    inputs: () => ACCEPT,
  },
  {
    what: 'a rotel.env with a wrong password of ClickHouse',
    reason: 'export-user-refused',
    seed: ({ clickStack }) =>
      withEnvFile(
        [
          'ROTEL_EXPORTER=clickhouse',
          `ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT=${clickStack.clickHouseUrl}`,
          'ROTEL_CLICKHOUSE_EXPORTER_DATABASE=default',
          'ROTEL_CLICKHOUSE_EXPORTER_USER=api',
          'ROTEL_CLICKHOUSE_EXPORTER_PASSWORD=wrong',
        ].join('\n'),
      ),
    inputs: () => ACCEPT,
  },
  {
    what: 'a rotel.env that names another service',
    reason: 'service-name-mismatch',
    says: 'the service.name shop instead of orders',
    seed: withEnvFile('ROTEL_OTEL_RESOURCE_ATTRIBUTES=service.name=shop\n'),
    inputs: () => ACCEPT,
  },
  {
    what: 'a collector that loses everything by then',
    reason: 'nothing-arrived',
    says: /no telemetry arrived within 2 s, but the control record did$/,
    then: ({ clickStack }) => {
      clickStack.collector.behaviour.drop = true
    },
  },
  {
    what: 'a collector that loses everything, where only the functions know it',
    reason: 'nothing-arrived',
    says: /no telemetry arrived within 2 s$/,
    seed: ({ clickStack }) => ({
      files: {
        '/var/task/rotel.env': [
          `ROTEL_OTLP_EXPORTER_ENDPOINT=${clickStack.grpcEndpoint}`,
          `ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS=Authorization=${INGESTION_KEY}`,
        ].join('\n'),
      },
    }),
    inputs: () => ({ ...ONLY_ENV_FILE }),
    options: { clickStack: { collector: { drop: true } } },
  },
  {
    what: 'a collector that loses everything, where the key is a reference and nothing is checked',
    reason: 'nothing-arrived',
    says: /no telemetry arrived within 2 s$/,
    inputs: ({ aws }) => ({
      'endpoint-check': 'off',
      'grant-secret-access': 'true',
      'api-key': aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY }),
    }),
    options: { clickStack: { collector: { drop: true } } },
  },
  {
    what: 'rows that come after the deadline',
    reason: 'arrived-late',
    says: /arrived \d.* after the deadline/,
    options: { aws: { updateMs: 1_500 } },
    then: ({ clickStack }) => {
      clickStack.collector.behaviour.delayMs = 2_600
    },
  },
  {
    what: 'nobody who calls it',
    reason: 'no-traffic',
    inputs: () => ({ 'smoke-test': 'never' }),
  },
  {
    what: 'no endpoint that this runner reaches, nor the function',
    reason: 'export-unreachable',
    options: { clickStack: { ...RAW_KEY, noTeam: true } },
  },
]

describe('known by what came of it', () => {
  test.concurrent.each(AFTER_THE_WRITE)(
    '$what: $reason, and the function is rolled back',
    ({ reason, says, seed, inputs, then, options }) =>
      inStack(async (world) => {
        const { aws, main } = world
        const own = typeof seed === 'function' ? seed(world) : seed
        const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, ...own })
        let begun = false
        aws.onCall(async ({ operation }) => {
          if (operation !== 'Invoke' || begun) return
          begun = true
          await then?.(world)
        })
        const result = await main({ ...SHORT, ...inputs?.(world) })
        expect(statusesOf(result)).toEqual([`orders: rolled-back ${reason}`])
        expect(functionsOf(result)[0]?.detail).toMatch(says ?? '')
        expect(result.exitCode).toBe(1)
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      }, options),
  )
})

test('a certificate that Rotel trusts and the runner does not: `endpoint-check: off` leaves it to the functions', () =>
  inStack(
    async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const result = await main({ ...SHORT, 'verify-timeout': '8', 'endpoint-check': 'off' })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(result.summary).toContain('could not send a control record')
    },
    { clickStack: { ...RAW_KEY, tls: true } },
  ))

describe('what the rows say of themselves', () => {
  const NASTY =
    'shop\n::error::pwned\n::add-mask::o\r\n::set-output name=result::success ##[error]pwned'

  test('gives the runner no command, and the summary no markup', () =>
    inStack(async (world) => {
      const { aws, clickStack, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.onWorkDone(async ({ operation }) => {
        if (operation !== 'Invoke') return
        await pretend(world, { serviceName: NASTY, body: 'x' })
        await pretend(world, { serviceName: '<img src=x> | `a` [b](http://c)', body: 'x' })
      })
      aws.onCall(({ operation }) => {
        if (operation === 'Invoke') clickStack.collector.behaviour.drop = true
      })
      const result = await main(SHORT)
      expect(statusesOf(result)).toEqual(['orders: rolled-back service-name-mismatch'])
      expect(result.outputs['result']).toBe('failure')
      expect(result.stdout).not.toMatch(/^::error::pwned/m)
      expect(result.stdout).not.toMatch(/^::add-mask::o/m)
      expect(result.stdout).not.toContain('##[error]')
      expect(result.summary).not.toMatch(/<img/)
      expect(result.summary).not.toMatch(/\n::/)
    }))
})
