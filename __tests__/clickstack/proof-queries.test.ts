/**
 * The queries of the proof on tables of every layout, through ClickHouse and through HyperDX: rows of another account never
 * count, and no function, however busy, hides what it or its neighbours sent.
 */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type LocalClickStack, startClickStack } from '../../local/clickstack'
import type { Telemetry } from '../../local/otlp/telemetry'
import { clickHouseStore } from '../../src/edges/clickhouse-store'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import type { Sought, TelemetryStore } from '../../src/systems/clickstack/telemetry-store'
import {
  REGION,
  rotelLogs,
  sought as soughtOf,
  startLine,
  testClock,
  valueOf,
} from '../hyperdx/support'

/** A number to everything that takes digits for one: its zero must not be lost. */
const OURS = '012345678901'
const THEIRS = '210987654321'
const NOBODY = ''
const ID = '5f3c9a51-8a3e-4a64-9d0e-0d9f2b5c7e01'
const LINE = 'charged a card of a customer'

const sought = (name: string, more: Partial<Sought> = {}) =>
  soughtOf(name, { account: OURS, requestIds: [ID], ownLines: [LINE], ...more })

function logsIn(account: string, name: string, service = name): Telemetry {
  const rows = [startLine, { body: `${LINE}\n` }, { body: `${ID}\tINFO\thello\n` }]
  return rotelLogs(name, rows, { 'cloud.account.id': account, 'service.name': service })
}

interface Spans {
  readonly count?: number
  readonly agoMs?: number
  readonly invocationId?: string
  /** As the instrumentation of Node.js calls it. */
  readonly execution?: string
  readonly account?: string
  readonly region?: string
}

function spansOf(name: string, more: Spans = {}): Telemetry {
  const { count = 1, agoMs = 0, invocationId, execution, account = OURS, region = REGION } = more
  const start = BigInt(Date.now() - agoMs) * 1_000_000n
  return {
    signal: 'traces',
    batches: [
      {
        resource: {
          'service.name': name,
          'faas.name': name,
          'faas.version': '$LATEST',
          'cloud.account.id': account,
          ...(region !== '' && { 'cloud.region': region }),
        },
        spans: Array.from({ length: count }, (_, index) => ({
          traceId: `${Buffer.from(name).toString('hex')}${String(index).padStart(8, '0')}`
            .padStart(32, '0')
            .slice(-32),
          spanId: 'b'.repeat(16),
          name: 'handler',
          kind: 'server' as const,
          start,
          end: start + 1_000_000n,
          attributes: {
            ...(invocationId !== undefined && { 'faas.invocation_id': invocationId }),
            ...(execution !== undefined && { 'faas.execution': execution }),
          },
        })),
      },
    ],
  }
}

const LAYOUTS = ['map', 'legacy', 'json', 'rotel', 'rotel-json'] as const
const WAYS = LAYOUTS.flatMap((layout) => [
  { layout, way: 'ClickHouse' as const },
  { layout, way: 'HyperDX' as const },
])

describe.each(WAYS)('$layout columns, through $way', ({ layout, way }) => {
  let stack: LocalClickStack
  let store: TelemetryStore

  beforeAll(async () => {
    stack = await startClickStack({ layout, rateLimit: { requests: 10_000, windowMs: 60_000 } })
    store =
      way === 'HyperDX'
        ? hyperDxStore({ url: stack.hyperDxApiUrl, apiKey: stack.accessKey }, testClock())
        : clickHouseStore(
            {
              url: stack.clickHouseUrl,
              user: 'api',
              password: 'api',
              database: stack.database,
              tablePrefix: 'otel',
            },
            testClock(),
          )
    valueOf(await store.prepare())
  })
  afterAll(async () => {
    await store.close()
    await stack.close()
  })

  test('rows count for the account that they are of', async () => {
    for (const account of [OURS, THEIRS, NOBODY]) await stack.seed(logsIn(account, 'orders'))
    for (const account of [THEIRS, NOBODY]) await stack.seed(logsIn(account, 'alone'))
    const evidence = async (name: string, more: Partial<Sought> = {}) => {
      const [found] = valueOf(await store.findLogs([sought(name, more)]))
      return (
        found && [
          found.freshRows,
          found.freshStarts,
          found.requestIds.length,
          found.ownLines.length,
          found.sample?.['cloud.account.id'],
        ]
      )
    }
    expect(await evidence('orders')).toEqual([3, 1, 1, 1, OURS])
    expect(await evidence('alone')).toBeUndefined()
    expect(await evidence('alone', { accountInRows: 'absent' })).toEqual([3, 1, 1, 1, NOBODY])
    expect(await evidence('alone', { accountInRows: 'open' })).toEqual([
      6,
      2,
      1,
      1,
      expect.any(String),
    ])
  })

  test('rows under another service.name are those of the account, too', async () => {
    await stack.seed(logsIn(THEIRS, 'strayed', 'theirs'))
    expect(valueOf(await store.findAstray([sought('strayed')]))).toEqual([])
    await stack.seed(logsIn(OURS, 'strayed', 'ours'))
    expect(valueOf(await store.findAstray([sought('strayed')]))).toMatchObject([
      { serviceNames: ['ours'], rows: 3 },
    ])
  })

  test('rows count under the service.name of their own function, not under that of another one', async () => {
    await stack.seed(logsIn(OURS, 'paired'))
    await stack.seed(logsIn(OURS, 'mistaken', 'paired'))
    const both = [sought('paired'), sought('mistaken')]
    const keys = valueOf(await store.findLogs(both)).map(({ key }) => key)
    expect(keys).toEqual([sought('paired').key])
    expect(valueOf(await store.findAstray(both))).toMatchObject([
      { key: sought('mistaken').key, serviceNames: ['paired'], rows: 3 },
    ])
  })

  test('rows from before its own change are not astray, however early another function changed', async () => {
    await stack.seed(logsIn(OURS, 'renamed', 'before'))
    const since = Date.now() + 60_000
    const both = [sought('renamed', { since }), sought('early')]
    expect(valueOf(await store.findAstray(both))).toEqual([])
  })

  test('spans count for the account and the invocation that they are of', async () => {
    await stack.seed(spansOf('traced', { account: THEIRS }))
    await stack.seed(spansOf('traced', { account: NOBODY }))
    await stack.seed(spansOf('traced', { region: 'us-west-2' }))
    await stack.seed(spansOf('traced', { invocationId: 'another' }))
    await stack.seed(spansOf('traced', { agoMs: 120_000 }))
    const spans = async (name: string, more: Partial<Sought> = {}) =>
      valueOf(await store.findTraces([sought(name, more)]))[0]?.spans
    expect(await spans('traced')).toBe(0)
    expect(await spans('traced', { requestIds: [] })).toBe(1)
    expect(await spans('traced', { requestIds: [], byRequestIdOnly: true })).toBe(0)
    await stack.seed(spansOf('traced', { region: '' }))
    expect(await spans('traced')).toBe(1)
    await stack.seed(spansOf('traced', { invocationId: ID, agoMs: 1_000 }))
    expect(await spans('traced', { byRequestIdOnly: true })).toBe(1)
  })

  test('spans of Node.js have the request ID under its older name', async () => {
    const id = ID.replace('5f3c', '1111')
    const spans = async (more: Partial<Sought> = {}) =>
      valueOf(await store.findTraces([sought('node', { requestIds: [id], ...more })]))[0]?.spans
    await stack.seed(spansOf('node', { execution: 'another' }))
    expect(await spans()).toBe(0)
    expect(await spans({ requestIds: [] })).toBe(1)
    await stack.seed(spansOf('node', { execution: id }))
    expect(await spans()).toBe(1)
    expect(await spans({ byRequestIdOnly: true })).toBe(1)
  })

  // What may hide them lies in the form of the queries, which is one for all layouts.
  if (layout !== 'map' && layout !== 'json') return
  test('a busy function hides neither its own invocation nor its neighbours', async () => {
    const many = way === 'HyperDX' ? 2_500 : 10_500
    const id = ID.replace('5f3c', '0000')
    await stack.seed(spansOf('busy', { invocationId: id, agoMs: 5_000 }))
    await stack.seed(spansOf('neighbour', { agoMs: 5_000 }))
    await stack.seed(spansOf('busy', { count: many, invocationId: 'another' }))
    await stack.seed(spansOf('busier', { count: many }))
    await stack.seed(spansOf('neighbour', { count: many, account: THEIRS }))
    const found = valueOf(
      await store.findTraces([
        sought('busy', { requestIds: [id] }),
        sought('busier', { requestIds: [] }),
        sought('neighbour', { requestIds: [] }),
        sought('silent', { requestIds: [] }),
      ]),
    )
    expect(found.map(({ spans }) => spans)).toEqual([1, expect.any(Number), 1, 0])
    expect(found[1]?.spans).toBeGreaterThan(1_000)
  })
})
