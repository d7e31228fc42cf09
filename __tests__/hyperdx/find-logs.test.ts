/** Rows of functions found through HyperDX: what counts, and what must not. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import type { Layout } from '../../local/clickstack/schema'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import type {
  LogEvidence,
  Sought,
  TelemetryStore,
} from '../../src/systems/clickstack/telemetry-store'
import { spanOf } from '../clickstack/telemetry-samples'
import { REGION, rotelLogs, sought, startLine, testClock, valueOf } from './support'

const ID = '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60'
const OTHER_ID = '11111111-2222-4333-8444-555555555555'
const DAY = 86_400_000

const layouts: readonly Layout[] = ['map', 'json', 'legacy', 'json-152']

describe.each(layouts)('With %s columns', (layout) => {
  let stack: LocalClickStack
  let store: TelemetryStore

  beforeAll(async () => {
    stack = await startClickStack({ layout, rateLimit: { requests: 10_000, windowMs: 60_000 } })
    store = hyperDxStore({ url: stack.hyperDxUrl, apiKey: stack.accessKey }, testClock(), {
      timeLimitMs: 15_000,
      requestsPerMinute: 10_000,
    })
    valueOf(await store.prepare())
  })
  afterEach(() => stack.clear())
  afterAll(async () => {
    await store.close()
    await stack.close()
  })

  async function found(...wanted: Sought[]): Promise<readonly LogEvidence[]> {
    return valueOf(await store.findLogs(wanted))
  }

  test('it says what it asks', async () => {
    expect(valueOf(await store.prepare())).toEqual({
      inWords: `HyperDX, source Logs (default.otel_logs) with ${layout.startsWith('json') ? 'JSON' : 'Map'} columns`,
    })
  })

  test('a start, the id and the own lines of an invocation are found', async () => {
    await stack.seed(
      rotelLogs('orders', [
        { ...startLine, agoMs: 3000 },
        { body: `2026-01-01T00:00:00Z\t${ID}\tINFO\thello\n`, agoMs: 2000 },
        { body: 'line that is mine\n', agoMs: 1000 },
        { body: 'another' },
      ]),
    )
    const [evidence] = await found(
      sought('orders', {
        requestIds: [ID, OTHER_ID],
        ownLines: ['line that is mine', 'line that is', 'never printed'],
      }),
    )
    expect(evidence).toMatchObject({
      freshRows: 3,
      freshStarts: 1,
      requestIds: [ID],
      ownLines: ['line that is mine'],
      sample: { 'service.name': 'orders', 'faas.name': 'orders', 'faas.invocation_id': '' },
    })
    expect(Date.now() - (evidence?.newest ?? 0)).toBeLessThan(30_000)
  })

  test('an id in the attribute counts, and its row is the sample', async () => {
    await stack.seed(
      rotelLogs(
        'orders',
        [
          { body: 'hello', attributes: { type: 'function', 'faas.invocation_id': ID }, agoMs: 500 },
          { ...startLine },
        ],
        { 'cloud.provider': 'aws', 'cloud.platform': 'aws_lambda' },
      ),
    )
    const [evidence] = await found(sought('orders', { requestIds: [ID] }))
    expect(evidence).toMatchObject({
      requestIds: [ID],
      sample: {
        'faas.invocation_id': ID,
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_lambda',
      },
    })
  })

  test('rows without a proof are counted, and dated', async () => {
    await stack.seed(rotelLogs('orders', [{ body: 'hello' }, { body: 'Starting Rotel.' }]))
    const [evidence] = await found(sought('orders', { requestIds: [ID] }))
    expect(evidence).toMatchObject({ freshStarts: 0, requestIds: [], ownLines: [] })
    expect(evidence?.freshRows).toBeGreaterThan(0)
    expect(evidence?.newest).toBeDefined()
  })

  test('old rows are no fresh ones, and older than the look back none at all', async () => {
    const old = { ...startLine, body: `Starting Rotel. ${ID}`, agoMs: 3_600_000 }
    await stack.seed(rotelLogs('orders', [old]))
    await stack.seed(rotelLogs('ancient', [{ ...startLine, agoMs: DAY + 60_000 }]))
    const evidence = await found(
      sought('orders', { requestIds: [ID], ownLines: [`Starting Rotel. ${ID}`] }),
      sought('ancient'),
    )
    expect(evidence).toMatchObject([
      { freshRows: 0, freshStarts: 0, requestIds: [], ownLines: [], newest: expect.any(Number) },
    ])
    expect(await found(sought('orders', { lookBackTo: Date.now() - 60_000 }))).toEqual([])
  })

  test('a row in the same second, yet before the change, does not count', async () => {
    const since = Math.floor(Date.now() / 1000) * 1000 - 10_000 + 500
    const at = (ms: number) => ({ ...startLine, agoMs: Date.now() - ms })
    await stack.seed(rotelLogs('orders', [at(since - 400)]))
    expect(await found(sought('orders', { since, lookBackTo: since }))).toEqual([])
    await stack.seed(rotelLogs('orders', [at(since + 100)]))
    expect(await found(sought('orders', { since, lookBackTo: since }))).toMatchObject([
      { freshRows: 1, freshStarts: 1 },
    ])
  })

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['of another function under the same service.name', 'other', { 'service.name': 'orders' }],
    ['of another version', 'orders', { 'faas.version': '7' }],
    ['of another region', 'orders', { 'faas.invoked_region': 'us-east-1' }],
    ['under another service.name', 'orders', { 'service.name': 'elsewhere' }],
    ['of a function whose name begins alike', 'orders-2', { 'service.name': 'orders' }],
  ])('a row %s is not its own', async (_case, name, resource) => {
    await stack.seed(
      rotelLogs(name, [startLine, { body: `said ${ID}\n` }, { body: 'mine\n' }], resource),
    )
    const wanted = sought('orders', { requestIds: [ID], ownLines: ['mine'] })
    expect(await found(wanted)).toEqual([])
    // Nor where that other one is sought along with it.
    const other = sought(name, {
      key: 'the other',
      region: resource['faas.invoked_region'] ?? REGION,
      version: resource['faas.version'] ?? '$LATEST',
      serviceName: resource['service.name'] ?? name,
    })
    const evidence = await found(wanted, other)
    expect(evidence.map(({ key }) => key)).toEqual(['the other'])
  })

  test('an id counts for the function that it belongs to, and only whole', async () => {
    await stack.seed(rotelLogs('orders', [{ body: `said ${OTHER_ID}` }, { body: `x${ID}0` }]))
    await stack.seed(rotelLogs('billing', [{ body: `called orders, got ${ID}` }]))
    const evidence = await found(
      sought('orders', { requestIds: [ID] }),
      sought('billing', { requestIds: [OTHER_ID] }),
    )
    expect(evidence.map(({ requestIds }) => requestIds)).toEqual([[], []])
  })

  test('rows that call themselves otherwise are astray', async () => {
    await stack.seed(rotelLogs('orders', [startLine, startLine], { 'service.name': 'elsewhere' }))
    await stack.seed(rotelLogs('billing', [startLine]))
    const wanted = [sought('orders'), sought('billing')]
    expect(valueOf(await store.findAstray(wanted))).toEqual([
      { key: wanted[0]?.key, serviceNames: ['elsewhere'], rows: 2 },
    ])
  })

  test('the control record is found by its id', async () => {
    await stack.seed(rotelLogs('clickstack', [{ attributes: { 'clickstack.control_id': `c'1` } }]))
    const since = Date.now() - 60_000
    expect(valueOf(await store.findControlRecord(`c'1`, since))).toBe(true)
    expect(valueOf(await store.findControlRecord('c2', since))).toBe(false)
    expect(valueOf(await store.findControlRecord(`c'1`, Date.now() + 60_000))).toBe(false)
  })

  test('spans of the invocation are found, and the logs that correlate with them', async () => {
    const traceId = 'a'.repeat(32)
    await stack.seed(spanOf('orders', traceId, 'b'.repeat(16)))
    await stack.seed(spanOf('billing', 'c'.repeat(32), 'd'.repeat(16)))
    await stack.seed(rotelLogs('orders', [{ body: 'by an SDK', traceId }, { body: 'plain' }]))
    const wanted = [
      sought('orders', { requestIds: ['request-1'] }),
      sought('absent'),
      sought('billing'),
    ]
    const all = valueOf(await store.findTraces(wanted))
    // The sample's spans share one id: the second function has its span by name.
    expect(all[0]).toMatchObject({ traceId: expect.any(String), correlatedLogs: 1 })
    expect(all[1]).toMatchObject({ spans: 0, traceId: undefined, correlatedLogs: 0 })
    expect(all[2]).toMatchObject({ spans: 1, traceId: 'c'.repeat(32), metricPoints: undefined })
    const [otherVersion] = valueOf(await store.findTraces([sought('orders', { version: '7' })]))
    expect(otherVersion).toMatchObject({ spans: 0, traceId: undefined })
  })
})
