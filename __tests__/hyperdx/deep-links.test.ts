/** Links into HyperDX: what its search page has to read in them. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { searchLink, traceLink } from '../../src/systems/clickstack/deep-links'

const window = { fromMs: 1_700_000_000_000, toMs: 1_700_000_060_000 }

describe('A search link', () => {
  test('names function, window and language, and is not live', () => {
    const link = searchLink({
      hyperDxUrl: 'https://hyperdx.example.com/',
      functionName: 'orders',
      ...window,
    })
    expect(link).toBe(
      'https://hyperdx.example.com/search?where=ResourceAttributes.faas.name%3A%22orders%22&whereLanguage=lucene&from=1700000000000&to=1700000060000&isLive=false',
    )
  })

  test('with an invocation asks for its id, in the attribute or anywhere', () => {
    const link = searchLink({
      hyperDxUrl: 'http://127.0.0.1:8080',
      logSource: '660000000000000000000001',
      functionName: 'orders',
      requestId: '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60',
      ...window,
    })
    const { searchParams } = new URL(link)
    expect(searchParams.get('source')).toBe('660000000000000000000001')
    expect(searchParams.get('where')).toBe(
      'ResourceAttributes.faas.name:"orders" AND (LogAttributes.faas.invocation_id:"7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60" OR "7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60")',
    )
    expect(link).not.toContain('+')
    expect(link).toContain('%20AND%20')
  })

  test('reads the same decoded twice, and no name leaves its quotes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (functionName, requestId) => {
        const link = searchLink({
          hyperDxUrl: 'http://h:8080',
          functionName,
          requestId,
          ...window,
        })
        const once = new URL(link).searchParams.get('where') ?? ''
        expect(decodeURIComponent(once)).toBe(once)
        expect(once).toMatch(
          /^ResourceAttributes\.faas\.name:"[\w.-]*"( AND \(LogAttributes\.faas\.invocation_id:"[\w.-]+" OR "[\w.-]+"\))?$/,
        )
      }),
    )
  })
})

test.each([
  ['https://user:secret@hyperdx.example.com/', 'https://hyperdx.example.com/trace/abc'],
  ['https://example.com/hyperdx/', 'https://example.com/hyperdx/trace/abc'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/trace/abc'],
  ['http://127.0.0.1:8080/api/api/v2/', 'http://127.0.0.1:8080/trace/abc'],
  ['https://me:s3/cr@t@h.example.com', 'https://h.example.com/trace/abc'],
])('The trace of %s is at %s', (hyperDxUrl, link) => {
  expect(traceLink(hyperDxUrl, 'abc')).toBe(link)
})
