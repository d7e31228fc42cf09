/** HyperDX's external API: keys, sources, search, limit. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { logsOf, spanOf } from './telemetry-samples'

let stack: LocalClickStack
const logsSource = '660000000000000000000001'
const tracesSource = '660000000000000000000002'

interface Answer {
  readonly status: number
  readonly text: string
  readonly body: unknown
}

async function call(path: string, body?: unknown, key = stack.accessKey): Promise<Answer> {
  const response = await fetch(`${stack.hyperDxApiUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : undefined,
  }
}

async function bodiesFound(where: string, more: object = {}): Promise<unknown> {
  const { body } = await call('/api/v2/search', {
    sourceId: logsSource,
    where,
    select: 'Body',
    orderBy: 'Body',
    ...more,
  })
  const { data } = body as { data?: { Body: string }[] }
  return data?.map(({ Body }) => Body) ?? body
}

beforeAll(async () => {
  stack = await startClickStack({ rateLimit: { requests: 1000, windowMs: 60_000 } })
})
afterEach(() => stack.clear())
afterAll(() => stack.close())

describe('The API', () => {
  test('says its version to who has a personal access key, and 401 to others', async () => {
    expect(await call('/api/v2')).toMatchObject({
      status: 200,
      // The whole user, with the key.
      body: { version: 'v2', user: { email: 'ci@example.com', accessKey: stack.accessKey } },
    })
    const refused = await call('/api/v2', undefined, 'local-ingestion-key')
    expect([refused.status, refused.text]).toEqual([401, 'Unauthorized'])
    expect((await fetch(`${stack.hyperDxApiUrl}/api/v2/sources`)).status).toBe(401)
  })

  test('lists the sources of a new team', async () => {
    const { body } = await call('/api/v2/sources')
    expect(body).toMatchObject({
      data: [
        {
          id: logsSource,
          kind: 'log',
          name: 'Logs',
          from: { databaseName: 'default', tableName: 'otel_logs' },
        },
        { kind: 'trace', from: { tableName: 'otel_traces' } },
        { kind: 'metric' },
      ],
    })
  })

  test('is behind one more /api at the UI, where everything else is a page', async () => {
    const headers = { authorization: `Bearer ${stack.accessKey}` }
    const statusOf = async (path: string) => {
      const response = await fetch(`${stack.hyperDxUrl}${path}`, { headers })
      return [response.status, response.headers.get('content-type')?.split(';')[0]]
    }
    expect(await statusOf('/api/api/v2/sources')).toEqual([200, 'application/json'])
    expect(await statusOf('/api/v2/sources')).toEqual([404, 'text/plain'])
    expect(await statusOf('/search')).toEqual([200, 'text/html'])
  })

  test('names the user interface as the one origin that may read it', async () => {
    for (const url of [`${stack.hyperDxApiUrl}/api/v2`, `${stack.hyperDxUrl}/api/api/v2`]) {
      const { headers } = await fetch(url)
      expect(headers.get('access-control-allow-origin')).toBe(stack.hyperDxUrl)
    }
  })

  test('may be made to fail', async () => {
    stack.hyperDx.faults.inject({ kind: 'status', status: 502 }, { times: 1 })
    expect((await call('/api/v2/sources')).status).toBe(502)
    expect((await call('/api/v2/sources')).status).toBe(200)
    expect(stack.hyperDx.requests).toMatchObject([{ path: '/api/v2/sources', status: 200 }])
  })
})

describe('A search', () => {
  async function seeded(): Promise<void> {
    await stack.seed(
      logsOf('orders', [
        { body: 'one request-1', attributes: { 'faas.invocation_id': 'request-1' } },
        { body: 'two', attributes: { 'faas.invocation_id': 'request-2' } },
      ]),
    )
    await stack.seed(logsOf('billing', [{ body: 'three' }], { 'service.name': 'shared' }))
    await stack.seed(logsOf('orders-2', [{ body: 'four' }]))
  }

  test.each([
    ['', ['four', 'one request-1', 'three', 'two']],
    ['ServiceName:"orders"', ['one request-1', 'two']],
    ['ServiceName:orders', ['four', 'one request-1', 'two']],
    ['ResourceAttributes.faas.name:"billing"', ['three']],
    ['LogAttributes.faas.invocation_id:"request-2"', ['two']],
    ['"request-1"', ['one request-1']],
    ['"request"', ['one request-1']],
    ['"reques"', []],
    ['ServiceName:"orders" AND LogAttributes.faas.invocation_id:"request-1"', ['one request-1']],
    ['ServiceName:"orders" "two"', ['two']],
    [
      'ServiceName:"orders" AND (LogAttributes.faas.invocation_id:"request-2" OR "request-1")',
      ['one request-1', 'two'],
    ],
    ['NOT ServiceName:"orders"', ['four', 'three']],
    ['ServiceName:"orders" AND NOT "two"', ['one request-1']],
    ['-ServiceName:"orders"', ['four', 'three']],
    ['ServiceName:("orders" OR "shared")', ['four', 'one request-1', 'three', 'two']],
    ['SeverityNumber:>5', ['four', 'one request-1', 'three', 'two']],
    ['Body:"one request-1\' OR 1=1 --"', []],
    ['ServiceName:"or\\"ders"', []],
  ])('by lucene for %s finds what HyperDX would find', async (where, expected) => {
    await seeded()
    expect(await bodiesFound(where)).toEqual(expected)
  })

  test('by SQL, with page and columns', async () => {
    await seeded()
    const sql = { whereLanguage: 'sql' }
    expect(await bodiesFound(`ServiceName = 'orders'`, sql)).toEqual(['one request-1', 'two'])
    expect(await bodiesFound('', { maxResults: 2, offset: 1 })).toEqual(['one request-1', 'three'])
    const { body } = await call('/api/v2/search', {
      sourceId: logsSource,
      where: 'Body:"two"',
      select: `ServiceName, LogAttributes['faas.invocation_id'] AS invocation`,
    })
    expect(body).toEqual({
      data: [{ ServiceName: 'orders', invocation: 'request-2' }],
      rows: 1,
      nextCursor: null,
    })
  })

  test('sees only its window of time', async () => {
    await seeded()
    const hour = 3_600_000
    const iso = (ms: number) => new Date(ms).toISOString()
    const before = { startTime: iso(Date.now() - 2 * hour), endTime: iso(Date.now() - hour) }
    expect(await bodiesFound('', before)).toEqual([])
  })

  test('finds spans', async () => {
    await stack.seed(spanOf('orders', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'))
    const { body } = await call('/api/v2/search', {
      sourceId: tracesSource,
      where: 'SpanAttributes.faas.invocation_id:"request-1"',
      select: 'TraceId',
    })
    expect(body).toMatchObject({ data: [{ TraceId: '0af7651916cd43dd8448eb211c80319c' }] })
  })

  test.each([
    [{}, 400, 'sourceId'],
    [{ sourceId: 'Logs' }, 400, 'ObjectId'],
    [{ sourceId: '000000000000000000000000' }, 404, 'Source not found'],
    [{ sourceId: logsSource, where: 'x'.repeat(8193) }, 400, 'where'],
    [{ sourceId: logsSource, maxResults: 2001 }, 400, 'maxResults'],
    [{ sourceId: logsSource, startTime: 'yesterday' }, 400, 'ISO 8601'],
    [{ sourceId: logsSource, endTime: '2020-01-01', startTime: '2021-01-01' }, 400, 'before'],
    [{ sourceId: logsSource, whereLanguage: 'graphql' }, 400, 'whereLanguage'],
    [{ sourceId: logsSource, select: 'Body; DROP TABLE otel_logs' }, 400, 'semicolons'],
    [{ sourceId: logsSource, where: 'Nope = 1', whereLanguage: 'sql' }, 400, 'UNKNOWN_IDENTIFIER'],
    [{ sourceId: logsSource, where: 'Nope:"1"' }, 400, 'UNKNOWN_IDENTIFIER'],
    [{ sourceId: logsSource, where: '("' }, 500, 'Internal server error'],
  ])('asked %j is refused with a message', async (body, status, message) => {
    expect(await call('/api/v2/search', body)).toMatchObject({
      status,
      body: { message: expect.stringContaining(message) },
    })
  })
})

test('A key has 100 requests a minute, and is told when it may come again', async () => {
  const limited = await startClickStack({ layout: 'json' })
  try {
    const ask = () =>
      fetch(`${limited.hyperDxApiUrl}/api/v2/sources`, {
        headers: { authorization: `Bearer ${limited.accessKey}` },
      })
    for (let asked = 0; asked < 100; asked++) expect((await ask()).status).toBe(200)
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit-remaining')).toBe('0')

    const other = await fetch(`${limited.hyperDxApiUrl}/api/v2/sources`, {
      headers: { authorization: 'Bearer other' },
    })
    expect(other.status).toBe(401)
  } finally {
    await limited.close()
  }
})
