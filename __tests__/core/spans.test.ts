/** Which spans are a function's own, whichever store has them. */

import { expect, test } from '@jest/globals'
import { ownSpans, spanRow, type SpanRow } from '../../src/systems/clickstack/spans'
import type { Sought } from '../../src/systems/clickstack/telemetry-store'

const SINCE = 1_000_000

const SOUGHT: Sought = {
  key: 'orders',
  functionName: 'orders',
  region: 'eu-west-1',
  account: '123456789012',
  accountInRows: 'written',
  version: '$LATEST',
  serviceName: 'orders',
  since: SINCE,
  lookBackTo: SINCE,
  requestIds: ['ours'],
  byRequestIdOnly: false,
  ownLines: [],
}

function span(more: Partial<SpanRow>): SpanRow {
  return {
    ms: SINCE + 1,
    traceIds: ['trace'],
    invocationId: '',
    functionName: 'orders',
    version: '$LATEST',
    region: 'eu-west-1',
    account: '123456789012',
    spans: 1,
    ...more,
  }
}

function counted(row: Partial<SpanRow>, sought: Partial<Sought> = {}): number {
  return ownSpans([span(row)], { ...SOUGHT, ...sought }).spans
}

test('spans of the invocation are its own, whatever they say of the function and of the time', () => {
  expect(counted({ invocationId: 'ours', functionName: '', version: '', ms: SINCE - 5 })).toBe(1)
  expect(counted({ invocationId: 'another' })).toBe(0)
})

test('spans without an invocation are told by name, version, region, account and time', () => {
  expect(counted({})).toBe(1)
  expect(counted({ region: '' })).toBe(1)
  expect(counted({ functionName: 'orders-2' })).toBe(0)
  expect(counted({ version: '7' })).toBe(0)
  expect(counted({ region: 'us-east-1' })).toBe(0)
  expect(counted({ account: '210987654321' })).toBe(0)
  expect(counted({ account: '' })).toBe(0)
  expect(counted({ ms: SINCE - 1 })).toBe(0)
})

test('where nothing was invoked, spans of any invocation count', () => {
  expect(counted({ invocationId: 'another' }, { requestIds: [] })).toBe(1)
})

test('where only the request ID proves, spans without it do not count', () => {
  expect(counted({}, { byRequestIdOnly: true })).toBe(0)
  expect(counted({ invocationId: 'ours' }, { byRequestIdOnly: true })).toBe(1)
})

test('traces of the invocation come first, each once, at most five, and none without an id', () => {
  const rows = [
    ...['a', 'b', 'b', 'c', 'd', 'e', ''].map((traceId) => span({ traceIds: [traceId] })),
    span({ traceIds: ['z'], invocationId: 'ours' }),
  ]
  expect(ownSpans(rows, SOUGHT).traceIds).toEqual(['z', 'a', 'b', 'c', 'd'])
})

test('a row counts for as many spans as the store has counted, and for one where it does not count', () => {
  const of = { name: 'orders', version: '$LATEST', account: '123456789012' }
  const columns = { ...of, ms: String(SINCE + 1), trace_id: 't' }
  const rows = [spanRow({ ...columns, spans: '3' }), spanRow(columns)]
  expect(ownSpans(rows, SOUGHT).spans).toBe(4)
})
