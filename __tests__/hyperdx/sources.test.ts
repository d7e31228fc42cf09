/** Which of a team's log sources is taken: the one that shows the control record, or the one that is named. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import type { HyperDxSource } from '../../local/clickstack/hyperdx-sources'
import { createSchema } from '../../local/clickstack/schema'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import { CONTROL_ID } from '../../src/systems/clickstack/otlp-message'
import type { TelemetryStore } from '../../src/systems/clickstack/telemetry-store'
import { logsOf, spanOf } from '../clickstack/telemetry-samples'
import { faultOf, rotelLogs, sought, startLine, testClock, valueOf } from './support'

const ID = '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60'

let stack: LocalClickStack
let own: readonly HyperDxSource[]

beforeAll(async () => {
  stack = await startClickStack({ rateLimit: { requests: 10_000, windowMs: 60_000 } })
  own = [...stack.hyperDx.sources]
  for (const database of ['staging', 'json']) {
    for (const statement of createSchema(database, database === 'json' ? 'json' : 'map')) {
      await stack.run(statement)
    }
  }
  await stack.run('CREATE TABLE other (a Int8) ENGINE = MergeTree ORDER BY a')
})
beforeEach(() => stack.clear())
afterAll(() => stack.close())

/** A source like the one of its kind, but for this. */
function like(kind: 'log' | 'trace', more: Partial<HyperDxSource>): HyperDxSource {
  const first = own.find((one) => one.kind === kind)
  if (first === undefined) throw new Error(`no source of kind ${kind}`)
  return { ...first, ...more }
}

const IN_STAGING = { databaseName: 'staging', tableName: 'otel_logs' }

/** Beside the team's own: most of them come before it. */
function manySources(): readonly HyperDxSource[] {
  return [
    like('log', { id: id(1), name: 'Logs', disabled: true, from: IN_STAGING }),
    like('log', { id: id(2), name: 'Logs', from: IN_STAGING }),
    like('log', { id: id(3), name: 'Gone', from: { ...IN_STAGING, databaseName: 'gone' } }),
    like('log', {
      id: id(4),
      name: 'Alien',
      from: { databaseName: 'default', tableName: 'other' },
    }),
    like('log', { id: id(5), name: 'Of JSON', from: { ...IN_STAGING, databaseName: 'json' } }),
    like('log', { id: id(6), name: 'Without a table', from: { databaseName: 'default' } }),
    like('log', { id: id(7), name: 'Production' }),
    like('trace', { id: id(8), name: 'Production' }),
  ]
}

function id(number: number): string {
  return number.toString().padStart(24, '6')
}

async function withStore<T>(
  sources: readonly HyperDxSource[],
  body: (store: TelemetryStore) => Promise<T>,
  source = '',
): Promise<T> {
  stack.hyperDx.sources.splice(0, Infinity, ...sources)
  const store = hyperDxStore(
    { url: stack.hyperDxUrl, apiKey: stack.accessKey, source },
    testClock(),
    { timeLimitMs: 15_000, requestsPerMinute: 10_000 },
  )
  try {
    return await body(store)
  } finally {
    await store.close()
  }
}

async function controlRecord(): Promise<void> {
  await stack.seed(
    logsOf('clickstack-lambda-action', [{ body: 'x', attributes: { [CONTROL_ID]: 'control-1' } }]),
  )
}

const findControl = async (store: TelemetryStore) =>
  valueOf(await store.findControlRecord('control-1', Date.now() - 60_000))

test('the one with the control record is taken, for rows and for links, and asked alone from then on', () =>
  withStore(manySources(), async (store) => {
    expect(valueOf(await store.prepare()).inWords).toContain('log sources: ')
    expect(await findControl(store)).toBe(false)
    await controlRecord()
    expect(await findControl(store)).toBe(true)
    await stack.seed(rotelLogs('orders', [startLine]))
    stack.hyperDx.requests.length = 0
    expect(valueOf(await store.findLogs([sought('orders')]))).toMatchObject([{ freshStarts: 1 }])
    const asked = stack.hyperDx.requests.map(({ body }) => (body as { sourceId: string }).sourceId)
    expect(new Set(asked)).toEqual(new Set([id(7)]))
    expect(await store.pages?.()).toEqual({ url: stack.hyperDxUrl, logSource: id(7) })
  }))

test.each([
  ['its id', id(7)],
  ['its name', 'Production'],
  ['its name in other letters', 'production'],
])('one that is named by %s is the only one that is asked', async (_, named) => {
  await controlRecord()
  await withStore(
    manySources(),
    async (store) => {
      expect(valueOf(await store.prepare()).inWords).toContain('Production (default.otel_logs)')
      expect(await findControl(store)).toBe(true)
      expect(await store.pages?.()).toMatchObject({ logSource: id(7) })
    },
    named,
  )
})

test('a name that two have leaves both, and the control record decides', async () => {
  await controlRecord()
  const two = [...manySources(), like('log', { id: id(9), name: 'Logs' })]
  await withStore(
    two,
    async (store) => {
      valueOf(await store.prepare())
      expect(await findControl(store)).toBe(true)
      expect(await store.pages?.()).toMatchObject({ logSource: id(9) })
    },
    'Logs',
  )
})

test.each([
  ['Nothing like it', 'log source of `hyperdx-source` (Nothing like it)'],
  [id(8), 'is a source of kind trace'],
])('a name such as %s is refused, and the log sources are named', async (named, words) => {
  const fault = await withStore(
    manySources(),
    async (store) => faultOf(await store.prepare()),
    named,
  )
  expect(fault).toMatchObject({ kind: 'missing', text: expect.stringContaining(words) })
  expect(fault.text).toContain(`Production (default.otel_logs) ${id(7)}`)
  expect(fault.text).toContain(`Logs (staging.otel_logs) ${id(1)}, disabled`)
})

test('where all are disabled none is taken, but the one that is named', async () => {
  const disabled = [like('log', { disabled: true })]
  expect(await withStore(disabled, async (store) => faultOf(await store.prepare()))).toMatchObject({
    kind: 'missing',
    text: expect.stringContaining('enabled'),
  })
  await withStore(disabled, async (store) => valueOf(await store.prepare()), 'Logs')
})

test('a ClickHouse that is away for a while is asked again, and may be the one', () =>
  withStore(manySources(), async (store) => {
    const isDown = { kind: 'status', status: 500, body: '{"message":"Query execution failed"}' }
    stack.hyperDx.faults.inject({ ...isDown, kind: 'status' }, { matching: /search/ })
    expect(faultOf(await store.prepare())).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('cannot query its ClickHouse'),
    })
    stack.hyperDx.faults.clear()
    await controlRecord()
    valueOf(await store.prepare())
    stack.hyperDx.faults.inject({ ...isDown, kind: 'status' }, { matching: /search/ })
    const answer = await store.findControlRecord('control-1', Date.now() - 60_000)
    expect(faultOf(answer).kind).toBe('unreachable')
    stack.hyperDx.faults.clear()
    expect(await findControl(store)).toBe(true)
  }))

describe('without a control record', () => {
  test('a request ID tells which source is meant, and a row of a namesake elsewhere does not', () =>
    withStore(manySources(), async (store) => {
      valueOf(await store.prepare())
      await stack.run(
        `INSERT INTO staging.otel_logs (Timestamp, ServiceName, Body, ResourceAttributes, LogAttributes)
         VALUES (now64(9), 'orders', 'Starting Rotel.', map('faas.name', 'orders', 'faas.version', '$LATEST', 'faas.invoked_region', 'eu-west-1'), map('type', 'extension'))`,
      )
      const wanted = [sought('orders', { requestIds: [ID] })]
      await store.findLogs(wanted)
      expect(await store.pages?.()).not.toMatchObject({ logSource: id(7) })
      await stack.seed(rotelLogs('orders', [{ body: `START RequestId: ${ID}` }]))
      expect(valueOf(await store.findLogs(wanted))).toMatchObject([
        { requestIds: [ID], freshStarts: 0 },
      ])
      expect(await store.pages?.()).toMatchObject({ logSource: id(7) })
      await stack.run('TRUNCATE TABLE staging.otel_logs')
    }))
})

test.each([
  ['connected with the logs', { traceSourceId: id(11) }, id(11)],
  ['of the same database where none is connected', { traceSourceId: undefined }, id(12)],
])('spans are looked for in the traces %s', (_, connected, expected) =>
  withStore(
    [
      like('log', connected),
      like('trace', { id: id(10), from: { databaseName: 'staging', tableName: 'otel_traces' } }),
      like('trace', { id: id(11), name: 'Connected', connection: 'another' }),
      like('trace', { id: id(12), name: 'Beside' }),
    ],
    async (store) => {
      valueOf(await store.prepare())
      await stack.seed(spanOf('orders', 'a'.repeat(32), 'b'.repeat(16)))
      stack.hyperDx.requests.length = 0
      expect(valueOf(await store.findTraces([sought('orders')]))).toMatchObject([{ spans: 1 }])
      const asked = stack.hyperDx.requests.map(
        ({ body }) => (body as { sourceId: string }).sourceId,
      )
      expect(asked).toContain(expected)
      expect(asked).not.toContain(id(10))
    },
  ),
)
