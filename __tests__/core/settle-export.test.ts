/** What `auto` means for one function: what it has where that fits, else what the endpoint tells, else the default. */

import { describe, expect, test } from '@jest/globals'
import type { ExportChoice } from '../../src/pipeline/plan/wanted'
import {
  askEndpoint,
  type AskContext,
  type AskEndpoint,
} from '../../src/pipeline/preflight/endpoint/ask-endpoint'
import { rememberedExports } from '../../src/pipeline/preflight/endpoint/remembered'
import { settleExport } from '../../src/pipeline/preflight/settle-export'
import { rotelVariables } from '../../src/systems/rotel/settings'
import type { ExportAnswer, ExportTarget } from '../../src/systems/clickstack/endpoint'

/** What every function has beside them. */
const ACCOUNT = { ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'cloud.account.id=123456789012' }

const ORDERS = { name: 'orders', account: '123456789012' }

const ENDPOINT = 'https://clickstack.example.com'
const REFERENCE = '${arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf}'

const OTLP: ExportChoice = {
  exporter: 'otlp',
  endpoint: ENDPOINT,
  protocol: 'auto',
  apiKey: { key: 'k3y', scheme: 'auto' },
  headers: [],
  envFile: undefined,
  serviceName: undefined,
  resourceAttributes: [],
  environment: [],
}

/** An endpoint that is never asked. */
const SILENT: AskEndpoint = {
  protocol: () => Promise.reject(new Error('the protocol was asked for')),
  keyScheme: () => Promise.resolve(undefined),
  json: () => Promise.resolve(undefined),
}

const DOWN: AskEndpoint = {
  ...SILENT,
  protocol: () => Promise.resolve({ ok: false, fault: 'nobody answers' }),
}

async function variablesOf(
  choice: Partial<ExportChoice>,
  has: Readonly<Record<string, string>>,
  ask: AskEndpoint = DOWN,
) {
  const settled = await settleExport(
    { ...OTLP, ...choice } as ExportChoice,
    new Map(Object.entries(has)),
    ask,
  )
  return settled.refusal ?? Object.fromEntries(rotelVariables(settled.settings, ORDERS))
}

const has = (protocol: string, headers = '', endpoint = ENDPOINT) => ({
  ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint,
  ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
  ...(headers === '' ? {} : { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: headers }),
})

describe('what the function has for this endpoint is kept, and nobody is asked:', () => {
  test.each([
    ['gRPC, raw', has('grpc', 'Authorization=k3y')],
    ['HTTP, Bearer', has('http', 'Authorization=Bearer k3y')],
    ['HTTP, raw, without a key so far', has('http')],
  ])('%s', async (_, variables) => {
    expect(await variablesOf({}, variables, SILENT)).toMatchObject(variables)
  })

  test.each([
    ['another key', 'Authorization=Bearer old', 'Authorization=Bearer k3y'],
    ['a header before it', 'x-team=shop,authorization=Bearer old', 'Authorization=Bearer k3y'],
    ['credentials of another kind', 'Authorization=Basic abc', 'Authorization=k3y'],
    ['another header alone', 'x-authorization=Bearer old', 'Authorization=k3y'],
  ])('the scheme of %s', async (_, before, after) => {
    expect(await variablesOf({}, has('http', before), SILENT)).toMatchObject({
      ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: after,
    })
  })

  test('what the inputs set goes before it', async () => {
    const set = { protocol: 'http', apiKey: { key: 'k3y', scheme: 'raw' } } as const
    expect(await variablesOf(set, has('grpc', 'Authorization=Bearer k3y'), SILENT)).toEqual({
      ...has('http', 'Authorization=k3y'),
      ...ACCOUNT,
    })
  })

  test('with an env file alone, the scheme is that of the function', async () => {
    const choice = { endpoint: undefined, protocol: undefined }
    const before = { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=Bearer k3y' }
    expect(await variablesOf(choice, before, SILENT)).toEqual({ ...before, ...ACCOUNT })
  })
})

describe('what the function has does not fit', () => {
  test.each([
    ['another endpoint', has('http', '', 'https://other.example.com')],
    ['no protocol', { ROTEL_OTLP_EXPORTER_ENDPOINT: ENDPOINT }],
    ['a protocol that Rotel does not know', has('kafka')],
    ['nothing', {}],
  ])(
    '%s: the endpoint is asked, and where it is down the function is refused',
    async (_, before) => {
      expect(await variablesOf({}, before)).toEqual({
        reason: 'protocol-unknown',
        detail: 'nobody answers',
      })
      const up: AskEndpoint = {
        ...DOWN,
        protocol: () => Promise.resolve({ ok: true, value: 'http' }),
      }
      expect(await variablesOf({}, before, up)).toMatchObject({
        ROTEL_OTLP_EXPORTER_PROTOCOL: 'http',
      })
    },
  )

  test('gRPC to an endpoint with a path', async () => {
    const endpoint = `${ENDPOINT}/otlp`
    expect(await variablesOf({ endpoint }, has('grpc', '', endpoint))).toMatchObject({
      reason: 'protocol-unknown',
    })
  })
})

describe('the endpoint is asked', () => {
  const accepts =
    (authorization: string) =>
    (target: ExportTarget): ExportAnswer =>
      target.headers.get('Authorization') === authorization
        ? { kind: 'accepted' }
        : { kind: 'key-refused', text: 'no' }

  function asked(
    answer: (target: ExportTarget) => ExportAnswer,
    context: Partial<AskContext> = {},
    choice: Partial<ExportChoice> = {},
  ) {
    const sent: string[] = []
    const ask = askEndpoint({ ...OTLP, ...choice } as ExportChoice, {
      mode: 'apply',
      check: 'warn',
      send: rememberedExports((target, record) => {
        expect(record).toBeUndefined()
        sent.push(target.headers.get('Authorization') ?? '')
        return Promise.resolve(answer(target))
      }),
      openClickHouse: () => Promise.reject(new Error('there is no ClickHouse')),
      openStore: undefined,
      ...context,
    })
    return { ask, sent }
  }

  test.each([
    ['raw', 'k3y', 'raw', ['k3y']],
    ['raw', 'Bearer k3y', 'bearer', ['k3y', 'Bearer k3y']],
    ['bearer', 'Bearer k3y', 'bearer', ['Bearer k3y']],
    ['bearer', 'k3y', 'raw', ['Bearer k3y', 'k3y']],
    ['raw', 'another key', undefined, ['k3y', 'Bearer k3y']],
  ] as const)('%s first, by a server that takes "%s": %s', async (first, taken, found, sent) => {
    const question = asked(accepts(taken))
    expect(await question.ask.keyScheme('http', first)).toBe(found)
    expect(question.sent).toEqual(sent)
    // Whoever asks next gets the same answer, and sends nothing.
    expect(await question.ask.keyScheme('http', first)).toBe(found)
    expect(question.sent).toEqual(sent)
  })

  test.each(['unreachable', 'refused', 'not-found', 'tls'] as const)(
    'an answer such as %s tells nothing, and is not asked for twice',
    async (kind) => {
      const question = asked(() => ({ kind, text: '' }))
      expect(await question.ask.keyScheme('grpc', 'raw')).toBeUndefined()
      expect(question.sent).toEqual(['k3y'])
    },
  )

  test.each<[string, Partial<AskContext>, Partial<ExportChoice>]>([
    ['in a plan', { mode: 'plan' }, {}],
    ['with endpoint-check: off', { check: 'off' }, {}],
    [
      'with a key that only functions can resolve',
      {},
      { apiKey: { key: REFERENCE, scheme: 'auto' } },
    ],
    ['beside a header that is a reference', {}, { headers: [{ name: 'x-a', value: REFERENCE }] }],
    ['without an endpoint', {}, { endpoint: undefined }],
  ])('no key is sent %s', async (_, context, choice) => {
    const question = asked(accepts('k3y'), context, choice)
    expect(await question.ask.keyScheme('http', 'raw')).toBeUndefined()
    expect(question.sent).toEqual([])
  })

  test('for the protocol without a key, also in a plan', async () => {
    const question = asked(() => ({ kind: 'accepted' }), { mode: 'plan' })
    expect(await question.ask.protocol()).toEqual({ ok: true, value: 'grpc' })
    expect(new Set(question.sent)).toEqual(new Set(['']))
  })
})

describe('an endpoint that refuses both protocols without the key', () => {
  const overGrpc: ExportAnswer = { kind: 'key-refused', text: 'status 16', overGrpc: true }
  const overHttp: ExportAnswer = { kind: 'key-refused', text: '401' }

  async function found(
    accepts: (target: ExportTarget) => boolean,
    { mode = 'apply', grpc = overGrpc }: { mode?: AskContext['mode']; grpc?: ExportAnswer } = {},
  ) {
    const ask = askEndpoint(OTLP, {
      mode,
      check: 'warn',
      send: (target) =>
        Promise.resolve(
          accepts(target) ? { kind: 'accepted' } : target.protocol === 'grpc' ? grpc : overHttp,
        ),
      openClickHouse: () => Promise.reject(new Error('there is no ClickHouse')),
      openStore: undefined,
    })
    const answer = await ask.protocol()
    return answer.ok ? answer.value : answer.fault
  }

  const takes = (protocol: string, key: string) => (target: ExportTarget) =>
    target.protocol === protocol && target.headers.get('Authorization') === key

  test.each([
    ['grpc', 'k3y'],
    ['grpc', 'Bearer k3y'],
    ['http', 'k3y'],
    ['http', 'Bearer k3y'],
  ])('is asked with the key, and takes it by %s as "%s"', async (protocol, key) => {
    expect(await found(takes(protocol, key))).toBe(protocol)
  })

  test('stays unknown where it takes the key by neither, and in a plan, which sends no key', async () => {
    expect(await found(() => false)).toContain('refuses exports by gRPC and by HTTP alike')
    expect(await found(takes('http', 'k3y'), { mode: 'plan' })).toContain('alike')
  })

  test('is HTTP where even gRPC is refused by HTTP alone', async () => {
    expect(await found(() => false, { mode: 'plan', grpc: overHttp })).toBe('http')
  })
})

test('why the protocol is unknown is told for both', async () => {
  const ask = askEndpoint(OTLP, {
    mode: 'plan',
    check: 'warn',
    send: ({ protocol }) =>
      Promise.resolve(
        protocol === 'grpc'
          ? { kind: 'wrong-protocol', text: 'h does not support HTTP/2' }
          : { kind: 'not-found', text: 'h/v1/logs answered with HTTP 200, but not with OTLP' },
      ),
    openClickHouse: () => Promise.reject(new Error('there is no ClickHouse')),
    openStore: undefined,
  })
  expect(await ask.protocol()).toEqual({
    ok: false,
    fault:
      'the endpoint accepts exports neither by gRPC (h does not support HTTP/2) nor by HTTP (h/v1/logs answered with HTTP 200, but not with OTLP)',
  })
})

describe('the columns of the tables', () => {
  const TABLES: Partial<ExportChoice> = {
    exporter: 'clickhouse',
    database: 'default',
    tablePrefix: 'otel',
    json: 'auto',
    user: undefined,
    password: undefined,
  }
  const configured = (json: string, more: Readonly<Record<string, string>> = {}) => ({
    ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: ENDPOINT,
    ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'default',
    ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX: 'otel',
    ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: json,
    ...more,
  })
  const told = (json: boolean | undefined): AskEndpoint => ({
    ...SILENT,
    json: () => Promise.resolve(json),
  })

  test.each([
    ['told, on a new function', true, {}, 'true'],
    ['told, whatever the function has', false, configured('true'), 'false'],
    ['not told: what the function has', undefined, configured('true'), 'true'],
    ['not told, on a new function', undefined, {}, 'false'],
    [
      'not told, for other tables',
      undefined,
      configured('true', { ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'other' }),
      'false',
    ],
  ])('%s', async (_, json, before, expected) => {
    expect(await variablesOf(TABLES, before, told(json))).toMatchObject({
      ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: expected,
    })
  })

  test('are not asked for where the input is set', async () => {
    const ask: AskEndpoint = { ...SILENT, json: () => Promise.reject(new Error('asked')) }
    expect(await variablesOf({ ...TABLES, json: true }, {}, ask)).toMatchObject({
      ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: 'true',
    })
  })
})
