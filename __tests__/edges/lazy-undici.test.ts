/** What stands for undici in the bundle does what GitHub's toolkit asks of it. */

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { fetch, ProxyAgent } from '../../src/edges/lazy-undici'
import { forwardProxy } from './forward-proxy'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Answers with what it was sent. */
const echo: RequestListener = (request, response) => {
  response.end(
    `${String(request.method)} ${String(request.url)} ${String(request.headers['x-test'])}`,
  )
}

test('a request without a proxy goes to its server', async () => {
  const port = await listen(echo)
  const response = await fetch(`http://127.0.0.1:${String(port)}/releases`, {
    method: 'POST',
    headers: { 'x-test': 'yes' },
    dispatcher: undefined,
  })
  expect(await response.text()).toBe('POST /releases yes')
})

test('with a proxy, requests go through it, with its credentials', async () => {
  const port = await listen(echo)
  const proxy = await forwardProxy()
  servers.push(proxy.server)
  const dispatcher = new ProxyAgent({ uri: proxy.url, token: 'Basic dXNlcjpwYXNz' })
  for (const path of ['/one', '/two']) {
    const response = await fetch(`http://api.github.test:${String(port)}${path}`, { dispatcher })
    expect(await response.text()).toBe(`GET ${path} undefined`)
  }
  expect(proxy.asked[0]).toBe(`CONNECT api.github.test:${String(port)}`)
  expect(proxy.requests[0]?.headers['proxy-authorization']).toBe('Basic dXNlcjpwYXNz')
})
