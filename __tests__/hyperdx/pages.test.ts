/** Where links lead: to HyperDX’s user interface, whichever of its addresses was given. */

import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { CLOSED_PORT, listenOnLoopback } from '../../local/clickstack/http-server'
import { pagesForLinks } from '../../src/edges/hyperdx-pages'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import type { Pages } from '../../src/systems/clickstack/telemetry-store'
import { uiOrigin } from '../../src/systems/clickstack/deep-links'
import { testClock, valueOf } from './support'

const LOGS = '660000000000000000000001'

let stack: LocalClickStack
beforeAll(async () => {
  stack = await startClickStack({ rateLimit: { requests: 10_000, windowMs: 60_000 } })
})
afterAll(() => stack.close())

async function pagesThrough(url: string): Promise<Pages | undefined> {
  const store = hyperDxStore({ url, apiKey: stack.accessKey }, testClock())
  try {
    valueOf(await store.prepare())
    return await store.pages?.()
  } finally {
    await store.close()
  }
}

const beside = (url: string, more: Partial<Parameters<typeof pagesForLinks>[0]> = {}) =>
  pagesForLinks(
    { url, apiKey: '', source: '', database: 'default', table: 'otel_logs', ...more },
    testClock(),
  )

describe('with `verify: hyperdx`', () => {
  test('both addresses lead to the user interface, with the log source', async () => {
    const expected = { url: stack.hyperDxUrl, logSource: LOGS }
    expect(await pagesThrough(stack.hyperDxApiUrl)).toEqual(expected)
    expect(await pagesThrough(stack.hyperDxUrl)).toEqual(expected)
  })
})

describe('beside ClickHouse', () => {
  test('both addresses lead to the user interface, without a key, which is not sent', async () => {
    for (const url of [stack.hyperDxApiUrl, stack.hyperDxUrl]) {
      expect(await beside(url)).toEqual({ url: stack.hyperDxUrl, logSource: undefined })
    }
  })

  test('with a key the source of the table is found; a named one counts all the same', async () => {
    const { accessKey: apiKey, hyperDxApiUrl: url } = stack
    expect(await beside(url, { apiKey })).toMatchObject({ logSource: LOGS })
    expect(await beside(url, { apiKey, database: 'other' })).toMatchObject({ logSource: undefined })
    expect(await beside(url, { apiKey, source: 'Logs' })).toMatchObject({ logSource: LOGS })
    expect(await beside(url, { source: 'Logs' })).toMatchObject({ logSource: 'Logs' })
  })

  test.each([
    ['one that is not there', () => `http://127.0.0.1:${CLOSED_PORT}`],
    ['one whose host the runner does not know', () => 'https://hyperdx.invalid'],
  ])('%s is linked as it was given', async (_, url) => {
    expect(await beside(url())).toEqual({ url: url(), logSource: undefined })
  })
})

/** An API server that tells nothing of its user interface, and serves this at other paths. */
async function withApi(
  page: boolean,
  headers: Readonly<Record<string, string>>,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = await listenOnLoopback(
    createServer((request, response) => {
      if (request.url === '/api/v2') response.writeHead(401, headers).end('Unauthorized')
      else if (page) response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
      else response.writeHead(404, headers).end('Cannot GET')
    }),
  )
  try {
    await body(`http://127.0.0.1:${server.port}`)
  } finally {
    await server.close()
  }
}

test('an API server that does not tell its user interface has no links, unless this is at the same address', async () => {
  await withApi(false, {}, async (url) => expect(await beside(url)).toBeUndefined())
  await withApi(false, { 'access-control-allow-origin': '*' }, async (url) =>
    expect(await beside(url)).toBeUndefined(),
  )
  await withApi(true, {}, async (url) => expect(await beside(url)).toMatchObject({ url }))
})

test.each([
  ['https://api.example.com', 'https://hyperdx.example.com', 'https://hyperdx.example.com'],
  ['https://api.example.com', 'https://hyperdx.example.com/', 'https://hyperdx.example.com'],
  ['https://api.example.com', 'http://localhost:8080', undefined],
  ['http://127.0.0.1:8000', 'http://localhost:8080', 'http://localhost:8080'],
  ['https://api.example.com', '*', undefined],
  ['https://api.example.com', 'null', undefined],
  ['https://api.example.com', 'javascript:alert(1)', undefined],
  ['https://api.example.com', undefined, undefined],
])('of the API at %s, which lets %s read it, the user interface is %s', (given, allowed, ui) => {
  expect(uiOrigin(given, allowed)).toBe(ui)
})
