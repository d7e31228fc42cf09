/** HyperDX that refuses, hangs, breaks off or is not there; and the key, which must be in no text. */

import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { CLOSED_PORT, listenOnLoopback } from '../../local/clickstack/http-server'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import { mayPass, type TelemetryStore } from '../../src/systems/clickstack/telemetry-store'
import { spanOf } from '../clickstack/telemetry-samples'
import {
  faultOf,
  rotelLogs,
  sought,
  startLine,
  testClock,
  valueOf,
  type TestClock,
} from './support'

const KEY = 'pk-3f9a-the-key-of-a-person'
const open: TelemetryStore[] = []

function storeAt(
  url: string,
  { apiKey = KEY, clock = testClock(), timeLimitMs = 15_000, requestsPerMinute = 10_000 } = {},
): TelemetryStore {
  const store = hyperDxStore({ url, apiKey }, clock, { timeLimitMs, requestsPerMinute })
  open.push(store)
  return store
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()))
})

describe('A HyperDX', () => {
  let stack: LocalClickStack
  let clock: TestClock

  beforeAll(async () => {
    stack = await startClickStack({
      accessKey: KEY,
      rateLimit: { requests: 10_000, windowMs: 60_000 },
    })
  })
  afterEach(() => stack.clear())
  afterAll(() => stack.close())

  test.each([
    ['the API server', (url: LocalClickStack) => url.hyperDxApiUrl, ''],
    ['the UI', (url: LocalClickStack) => url.hyperDxUrl, '/'],
    ['the API server with its path', (url: LocalClickStack) => url.hyperDxApiUrl, '/api/v2'],
    ['the UI with user and path', (url: LocalClickStack) => url.hyperDxUrl, '/api/api/v2/'],
  ])('may be given as %s', async (_what, urlOf, path) => {
    const url = urlOf(stack).replace('//', path === '/api/api/v2/' ? '//user:hunter22@' : '//')
    const store = storeAt(`${url}${path}`)
    valueOf(await store.prepare())
    await stack.seed(rotelLogs('orders', [startLine]))
    expect(valueOf(await store.findLogs([sought('orders')]))).toHaveLength(1)
    const paths = new Set(stack.hyperDx.requests.filter((r) => r.status === 200).map((r) => r.path))
    expect([...paths]).toEqual(['/api/v2', '/api/v2/sources', '/api/v2/search'])
  })

  test.each(['another-key', 'local-ingestion-key', 'key\nwith a line', 'schlüssel', ''])(
    'refuses the key %j, and nobody repeats it',
    async (apiKey) => {
      for (const url of [stack.hyperDxApiUrl, stack.hyperDxUrl]) {
        const fault = faultOf(await storeAt(url, { apiKey }).prepare())
        expect(fault.kind).toBe('unauthenticated')
        if (apiKey !== '') expect(fault.text).not.toContain(apiKey)
      }
    },
  )

  test('without log source is missing it, and takes a renamed one', async () => {
    const [logs, traces] = stack.hyperDx.sources
    if (!logs || !traces) throw new Error('no sources')
    stack.hyperDx.sources.splice(0, Infinity, traces)
    expect(faultOf(await storeAt(stack.hyperDxApiUrl).prepare())).toMatchObject({
      kind: 'missing',
      text: expect.stringContaining('otel_logs'),
    })
    const other = { ...logs, id: '660000000000000000000009', from: { databaseName: 'default' } }
    const renamed = { ...logs, name: 'Production' }
    stack.hyperDx.sources.splice(0, Infinity, other, renamed)
    const store = storeAt(stack.hyperDxApiUrl)
    expect(valueOf(await store.prepare()).inWords).toContain('Production')
    expect(faultOf(await store.findTraces([sought('orders')])).kind).toBe('missing')
  })

  test('with a table of another layout is told from one without table', async () => {
    const [logs] = stack.hyperDx.sources
    if (!logs) throw new Error('no source')
    await stack.run('CREATE TABLE IF NOT EXISTS other (a Int8) ENGINE = MergeTree ORDER BY a')
    const from = { databaseName: 'default', tableName: 'other' }
    stack.hyperDx.sources.splice(0, Infinity, { ...logs, from })
    expect(faultOf(await storeAt(stack.hyperDxApiUrl).prepare()).kind).toBe('unknown-layout')
  })

  test.each([
    [{ kind: 'status', status: 502 } as const],
    [{ kind: 'reset' } as const],
    [{ kind: 'cut', body: '{"data":[' } as const],
  ])('that fails three times with %j is asked again', async (fault) => {
    clock = testClock()
    const store = storeAt(stack.hyperDxApiUrl, { clock })
    valueOf(await store.prepare())
    stack.hyperDx.faults.inject(fault, { times: 3, matching: /search/ })
    expect(valueOf(await store.findLogs([sought('orders')]))).toEqual([])
    expect(clock.sleeps).toEqual([400, 800, 1600])

    stack.hyperDx.faults.inject(fault, { matching: /search/ })
    expect(faultOf(await store.findLogs([sought('orders')])).kind).toBe('unreachable')
  })

  test('that finds the spans, and then refuses to look for their logs, tells nothing of these', async () => {
    const store = storeAt(stack.hyperDxApiUrl)
    valueOf(await store.prepare())
    const traceId = 'a'.repeat(32)
    await stack.seed(spanOf('orders', traceId, 'b'.repeat(16)))
    await stack.seed(rotelLogs('orders', [{ body: 'by an SDK', traceId }]))
    const wanted = [sought('orders', { requestIds: ['request-1'] })]
    expect(valueOf(await store.findTraces(wanted))).toMatchObject([{ spans: 1, correlatedLogs: 1 }])
    let searches = 0
    const isSecond = (asked: string) => asked.includes('search') && ++searches === 2
    const refused = { kind: 'status', status: 400, body: '{"message":"no"}' } as const
    stack.hyperDx.faults.inject(refused, { matching: isSecond })
    expect(valueOf(await store.findTraces(wanted))).toEqual([
      expect.objectContaining({ spans: 1, correlatedLogs: undefined }),
    ])
    expect(searches).toBe(2)
  })

  test('that hangs is given up', async () => {
    const store = storeAt(stack.hyperDxApiUrl, { timeLimitMs: 300 })
    stack.hyperDx.faults.inject({ kind: 'hang' })
    const fault = faultOf(await store.prepare())
    expect(fault).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('no answer in time'),
    })
  })

  test.each([
    ['a login page', { kind: 'answer', body: '<html>Sign in</html>' } as const, 'refused'],
    ['other JSON', { kind: 'answer', body: '{}', type: 'application/json' } as const, 'refused'],
    ['denied', { kind: 'status', status: 403, body: KEY } as const, 'denied'],
    ['an error that echoes', { kind: 'status', status: 500, body: KEY } as const, 'unreachable'],
  ])('that is %s is refused in words of ours', async (_what, fault, kind) => {
    const store = storeAt(stack.hyperDxApiUrl)
    stack.hyperDx.faults.inject(fault)
    const found = faultOf(await store.prepare())
    expect(found.kind).toBe(kind)
    expect(found.text).not.toContain(KEY)
    stack.hyperDx.faults.clear()
    valueOf(await store.prepare())
    stack.hyperDx.faults.inject(fault)
    expect(faultOf(await store.findLogs([sought('orders')])).kind).toBe(kind)
  })

  test('without sign-in accepts no key, and says that this may be why', async () => {
    const local = await startClickStack({ accessKey: KEY, noSignIn: true })
    try {
      const fault = faultOf(await storeAt(local.hyperDxUrl).prepare())
      expect(fault).toMatchObject({
        kind: 'unauthenticated',
        text: expect.stringContaining('without sign-in (local mode)'),
      })
    } finally {
      await local.close()
    }
  })

  test('of the managed service has no API, which is told by name', async () => {
    const managed = await startClickStack({ accessKey: KEY, managed: true })
    try {
      const fault = faultOf(await storeAt(managed.hyperDxUrl).prepare())
      expect(fault).toMatchObject({
        kind: 'refused',
        text: expect.stringMatching(/ClickHouse Observability .* `clickhouse-url`/),
      })
    } finally {
      await managed.close()
    }
  })

  test('of an older version has no search', async () => {
    stack.hyperDx.faults.inject(
      { kind: 'status', status: 404, body: 'Cannot POST /api/v2/search' },
      { matching: /search/ },
    )
    expect(faultOf(await storeAt(stack.hyperDxApiUrl).prepare())).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('2.27.0'),
    })
  })

  test('that cannot query its ClickHouse says so, and may be able to a little later', async () => {
    const store = storeAt(stack.hyperDxApiUrl)
    const body = '{"message":"Query execution failed"}'
    stack.hyperDx.faults.inject({ kind: 'status', status: 500, body }, { matching: /search/ })
    const fault = faultOf(await store.prepare())
    expect(fault.text).toContain('cannot query its ClickHouse (500)')
    expect(mayPass(fault)).toBe(true)
    stack.hyperDx.faults.clear()
    valueOf(await store.prepare())
  })

  test('that is asked before anything is prepared says so', async () => {
    expect(faultOf(await storeAt(stack.hyperDxApiUrl).findLogs([sought('x')])).kind).toBe('missing')
  })
})

test.each([
  ['nothing listens', () => Promise.resolve(`http://user:hunter22@127.0.0.1:${CLOSED_PORT}`)],
  ['no such host', () => Promise.resolve('https://user:hunter22@clickstack.invalid/x?token=abc')],
  ['no URL', () => Promise.resolve('hyperdx example')],
  ['another protocol', () => Promise.resolve('ftp://hyperdx.example.com')],
])('Where %s it is unreachable, without secrets in the words', async (what, url) => {
  const fault = faultOf(await storeAt(await url()).prepare())
  expect(fault.kind).toBe('unreachable')
  // A server that is not there may be starting; a name that does not exist is wrong.
  expect(mayPass(fault)).toBe(what === 'nothing listens')
  expect(fault.text).not.toMatch(/hunter22|token|abc|pk-3f9a/)
})

test('A redirect is not followed with the key, and its target is named', async () => {
  const seen: (string | undefined)[] = []
  const target = await listenOnLoopback(
    createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.end('{}')
    }),
  )
  const to = `http://127.0.0.1:${target.port}`
  const server = await listenOnLoopback(
    createServer((_, response) => {
      response.writeHead(301, { location: `${to}/api/v2?key=abc` }).end()
    }),
  )
  try {
    const fault = faultOf(await storeAt(`http://127.0.0.1:${server.port}`).prepare())
    expect(fault).toMatchObject({ kind: 'refused', text: expect.stringContaining(to) })
    expect(fault.text).not.toContain('abc')
    expect(seen).toEqual([])
  } finally {
    await server.close()
    await target.close()
  }
})

describe('The limit of requests', () => {
  test('when reached is waited out as long as HyperDX says', async () => {
    const stack = await startClickStack({
      accessKey: KEY,
      rateLimit: { requests: 4, windowMs: 2000 },
    })
    const clock = testClock(5000)
    try {
      const store = storeAt(stack.hyperDxApiUrl, { clock })
      valueOf(await store.prepare())
      await stack.seed(rotelLogs('orders', [startLine]))
      for (let asked = 0; asked < 3; asked++) {
        expect(valueOf(await store.findLogs([sought('orders')]))).toHaveLength(1)
      }
      expect(stack.hyperDx.requests.some(({ status }) => status === 429)).toBe(true)
      expect(clock.sleeps.length).toBeGreaterThan(0)
      expect(clock.sleeps.every((ms) => ms === 1000 || ms === 2000)).toBe(true)
    } finally {
      await stack.close()
    }
  })

  test.each([
    ['the draft’s header of HyperDX', { 'retry-after': '60', 'ratelimit-reset': '7' }, 7_000],
    [
      'its next draft',
      { 'retry-after': '60', ratelimit: 'limit=100, remaining=0, reset=9' },
      9_000,
    ],
    ['the one after it', { 'retry-after': '60', ratelimit: '"100-in-1min"; r=0; t=11' }, 11_000],
    ['a proxy’s seconds', { 'retry-after': '5' }, 5_000],
    ['a window that is just over', { 'retry-after': '60', 'ratelimit-reset': '0' }, 1_000],
  ])('is waited out for the true rest of the window, by %s', async (_, headers, expected) => {
    const server = await listenOnLoopback(
      createServer((_request, response) => {
        response.writeHead(429, headers).end('Too many requests, please try again later.')
      }),
    )
    const clock = testClock()
    try {
      await storeAt(`http://127.0.0.1:${server.port}`, { clock }).prepare()
      expect(new Set(clock.sleeps)).toEqual(new Set([expected]))
    } finally {
      await server.close()
    }
  })

  test('without a time to come back is waited out for its window; and not for ever', async () => {
    let requests = 0
    const server = await listenOnLoopback(
      createServer((_, response) => {
        requests += 1
        response.writeHead(429, { 'content-type': 'text/plain' }).end('Too many requests')
      }),
    )
    const clock = testClock()
    try {
      const fault = faultOf(await storeAt(`http://127.0.0.1:${server.port}`, { clock }).prepare())
      expect(fault).toMatchObject({ kind: 'unreachable', text: expect.stringContaining('limit') })
      expect(clock.sleeps.every((ms) => ms === 60_000)).toBe(true)
      expect(requests).toBeLessThanOrEqual(10)
    } finally {
      await server.close()
    }
  })

  test('is kept from this side, and closing ends what waits for its turn', async () => {
    const stack = await startClickStack({ accessKey: KEY })
    try {
      const store = storeAt(stack.hyperDxApiUrl, { requestsPerMinute: 5 })
      valueOf(await store.prepare())
      const waiting = [1, 2, 3].map(() => store.findLogs([sought('orders')]))
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(stack.hyperDx.requests.length).toBeLessThanOrEqual(5)
      await store.close()
      for (const answer of await Promise.all(waiting)) {
        if (!answer.ok) expect(answer.fault.text).toBe('the run ended')
      }
    } finally {
      await stack.close()
    }
  })
})
