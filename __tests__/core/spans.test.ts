/** Which spans are a function's own, whichever store has them. */

import { expect, test } from '@jest/globals'
import { ownSpans, spanRow, type SpanRow } from '../../src/systems/clickstack/spans'
import type { Sought } from '../../src/systems/clickstack/telemetry-store'

const SINCE = 1_000_000

const SOUGHT: Sought = {
  key: 'orders',
  functionName: 'orders',
  region: 'eu-west-1',
  version: '$LATEST',
  serviceName: 'orders',
  since: SINCE,
  lookBackTo: SINCE,
  requestIds: ['ours'],
  ownLines: [],
}

function span(more: Partial<SpanRow>): SpanRow {
  return {
    ms: SINCE + 1,
    traceId: 'trace',
    invocationId: '',
    functionName: 'orders',
    version: '$LATEST',
    region: 'eu-west-1',
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

test('spans without an invocation are told by name, version, region and time', () => {
  expect(counted({})).toBe(1)
  expect(counted({ region: '' })).toBe(1)
  expect(counted({ functionName: 'orders-2' })).toBe(0)
  expect(counted({ version: '7' })).toBe(0)
  expect(counted({ region: 'us-east-1' })).toBe(0)
  expect(counted({ ms: SINCE - 1 })).toBe(0)
})

test('where nothing was invoked, spans of any invocation count', () => {
  expect(counted({ invocationId: 'another' }, { requestIds: [] })).toBe(1)
})

test('traces of the invocation come first, each once, at most five, and none without an id', () => {
  const rows = [
    ...['a', 'b', 'b', 'c', 'd', 'e', ''].map((traceId) => span({ traceId })),
    span({ traceId: 'z', invocationId: 'ours' }),
  ]
  expect(ownSpans(rows, SOUGHT).traceIds).toEqual(['z', 'a', 'b', 'c', 'd'])
})

test('a row counts for as many spans as the store has counted, and for one where it does not count', () => {
  const columns = { name: 'orders', version: '$LATEST', ms: String(SINCE + 1), trace_id: 't' }
  const rows = [spanRow({ ...columns, spans: '3' }), spanRow(columns)]
  expect(ownSpans(rows, SOUGHT).spans).toBe(4)
})
