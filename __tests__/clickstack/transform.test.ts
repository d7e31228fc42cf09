/** What the collector makes of a log record. */

import { describe, expect, test } from '@jest/globals'
import { transformLog } from '../../local/clickstack/transform'
import type { LogRecord } from '../../local/otlp/telemetry'

function transformed(record: Partial<LogRecord>) {
  const { attributes, severityText, severityNumber } = transformLog({ time: 1n, ...record })
  return { attributes, severityText, severityNumber }
}

describe('The body', () => {
  test.each([
    [
      `{"requestId":"r-1","user":{"id":7,"tags":["a","b"]}}`,
      {
        requestId: 'r-1',
        'user.id': 7,
        'user.tags.0': 'a',
        'user.tags.1': 'b',
      },
    ],
    [`2026-11-20 INFO {"function_request_id":"r-2"} done`, { function_request_id: 'r-2' }],
    ['no JSON at all', {}],
    ['{not json}', {}],
    ['{"a":1} and {"b":2}', {}],
    ['{\n"a": 1\n}', {}],
  ])('%j gives the attributes of its JSON', (body, attributes) => {
    expect(transformed({ body }).attributes).toEqual(attributes)
  })

  test('overrides attributes of the same name and keeps the others', () => {
    const record = { body: '{"type":"mine"}', attributes: { type: 'function', kept: true } }
    expect(transformed(record).attributes).toEqual({ type: 'mine', kept: true })
  })

  test('that is a map is merged as it is', () => {
    expect(transformed({ body: { a: { b: 1 } }, attributes: { c: { d: 2 } } }).attributes).toEqual({
      a: { b: 1 },
      'c.d': 2,
    })
  })
})

describe('The severity', () => {
  test.each([
    ['hello', 'info', 9],
    ['ERROR something', 'error', 17],
    ['an error, then fatal', 'error', 17],
    ['2026\tr-1\tWARN\tcareful', 'warn', 13],
    ['Task timed out: CRITICAL', 'fatal', 21],
    ['noticed nothing', 'warn', 13],
    ['debugging', 'debug', 5],
    ['unwarned terror', 'info', 9],
    [`${'x'.repeat(256)} error`, 'info', 9],
  ])('of %j is guessed as %s', (body, severityText, severityNumber) => {
    expect(transformed({ body })).toMatchObject({ severityText, severityNumber })
  })

  test('is taken from a level in the JSON before it is guessed', () => {
    expect(transformed({ body: '{"level":"WARN","message":"error"}' })).toMatchObject({
      severityText: 'warn',
    })
  })

  test('that is set is kept, in lower case: Rotel writes the name of the number', () => {
    expect(
      transformed({ body: 'error', severityText: 'SEVERITY_NUMBER_INFO', severityNumber: 9 }),
    ).toMatchObject({ severityText: 'severity_number_info', severityNumber: 9 })
  })
})
