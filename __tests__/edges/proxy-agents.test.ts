/** Node's clients through a forward proxy: in a tunnel for TLS and gRPC, by absolute URL for plain HTTP. */

import { createServer as plainServer, request as plainRequest, type Server } from 'node:http'
import { createServer as secureServer, request as secureRequest } from 'node:https'
import type { Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { generate } from 'selfsigned'
import { otlpLogs } from '../../src/edges/otlp-logs'
import { proxyAgents } from '../../src/edges/proxy-agents'
import { proxiedFetch } from '../../src/edges/proxied-fetch'
import { type ProxySettings, readProxySettings } from '../../src/edges/proxy-settings'
import { startClickStack } from '../../local/clickstack/index'
import { forwardProxy, type ForwardProxyOptions } from './forward-proxy'

const CREDENTIALS = 'robot:p%40ss-word'

let certificate = { cert: '', private: '' }
beforeAll(async () => {
  certificate = await generate([{ name: 'commonName', value: 'server.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'server.test' }] }],
  })
})

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(server: Server): Promise<number> {
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const echo = () =>
  plainServer((request, response) => void response.end(`plain ${request.url ?? ''}`))
const secureEcho = () =>
  secureServer({ cert: certificate.cert, key: certificate.private }, (request, response) => {
    response.end(`secure ${request.url ?? ''}`)
  })

async function aProxy(options: ForwardProxyOptions = {}) {
  const proxy = await forwardProxy(options)
  closing.push(() => {
    proxy.server.closeAllConnections()
    proxy.server.close()
  })
  return proxy
}

const through = (url: string, noProxy = '') =>
  readProxySettings({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: noProxy })

function ask(url: string, agent: Agent): Promise<string> {
  const request = url.startsWith('https:') ? secureRequest : plainRequest
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve(`${String(answer.statusCode)} ${text}`))
    })
    sent.on('error', reject)
    sent.end()
  })
}

function agentsOf(proxies: ProxySettings) {
  const agents = proxyAgents(proxies, {
    keepAlive: true,
    maxSockets: 2,
    ca: certificate.cert,
  } as object)
  closing.push(() => {
    agents.httpAgent.destroy()
    agents.httpsAgent.destroy()
  })
  return agents
}

describe('agents', () => {
  test('reach TLS servers in one tunnel, and plain ones by absolute URL, with the credentials of the proxy', async () => {
    const [secure, plain] = [await listen(secureEcho()), await listen(echo())]
    const proxy = await aProxy({ credentials: CREDENTIALS, tunnelsTo: [secure] })
    const { httpAgent, httpsAgent } = agentsOf(through(proxy.url))
    for (const path of ['/one', '/two']) {
      expect(await ask(`https://server.test:${String(secure)}${path}`, httpsAgent)).toBe(
        `200 secure ${path}`,
      )
      expect(await ask(`http://server.test:${String(plain)}${path}`, httpAgent)).toBe(
        `200 plain ${path}`,
      )
    }
    expect(proxy.asked).toEqual([
      `CONNECT server.test:${String(secure)}`,
      `GET http://server.test:${String(plain)}/one`,
      `GET http://server.test:${String(plain)}/two`,
    ])
  })

  test('reach what NO_PROXY names directly', async () => {
    const port = await listen(echo())
    const proxy = await aProxy()
    const { httpAgent } = agentsOf(through(proxy.url, '127.0.0.0/8'))
    expect(await ask(`http://127.0.0.1:${String(port)}/`, httpAgent)).toBe('200 plain /')
    expect(proxy.asked).toEqual([])
  })

  test.each([
    [
      'requires other credentials',
      { credentials: CREDENTIALS },
      /requires a user and a password.*407/,
    ],
    [
      'opens no tunnel to the port',
      { tunnelsTo: [443] },
      /refused the connection to server\.test:\d+ \(403\)/,
    ],
  ])('name a proxy that %s, without its credentials', async (_, options, words) => {
    const port = await listen(secureEcho())
    const { port: proxyPort } = await aProxy(options)
    const url = `http://robot:wrong-word@127.0.0.1:${String(proxyPort)}`
    const { httpsAgent } = agentsOf(through(url))
    const failed = ask(`https://server.test:${String(port)}/`, httpsAgent)
    await expect(failed).rejects.toMatchObject({ code: 'EPROXY' })
    await expect(failed).rejects.toThrow(words)
    await expect(failed).rejects.toThrow(`the proxy 127.0.0.1:${String(proxyPort)} (HTTPS_PROXY)`)
    await expect(failed).rejects.not.toThrow('wrong-word')
  })

  test.each(['http', 'https'])('name a proxy that is not there, for %s', async (scheme) => {
    const { port, server } = await aProxy()
    await new Promise((resolve) => server.close(resolve))
    const { httpAgent, httpsAgent } = agentsOf(through(`http://127.0.0.1:${String(port)}`))
    const failed = ask(`${scheme}://server.test/`, scheme === 'http' ? httpAgent : httpsAgent)
    await expect(failed).rejects.toThrow(
      /the proxy 127\.0\.0\.1:\d+ .* could not be reached \(ECONNREFUSED\)/,
    )
  })

  test('a proxy that never answers is given up, and its connection is closed', async () => {
    const proxy = await aProxy({ isSilent: true })
    const { openTunnel } = await import('../../src/edges/proxy-agents')
    const named = through(proxy.url).proxyFor(new URL('https://server.test'))
    if (named === undefined) throw new Error('no proxy')
    const closed = new Promise((resolve) => {
      proxy.server.on('connect', (_, client: NodeJS.EventEmitter) => client.on('close', resolve))
    })
    await expect(openTunnel(named, { host: 'server.test', port: 443 }, 50)).rejects.toThrow(
      /did not open a connection to server\.test:443 within/,
    )
    await closed
  })
})

describe('fetch', () => {
  test('goes through the proxy, with its credentials, and names it where it refuses', async () => {
    const port = await listen(echo())
    const proxy = await aProxy({ credentials: CREDENTIALS })
    const url = `http://server.test:${String(port)}/api`
    const answer = await proxiedFetch(through(proxy.url))(url, { method: 'GET', headers: {} })
    expect(await answer.text()).toBe('plain /api')
    const refused = proxiedFetch(through(`http://127.0.0.1:${String(proxy.port)}`))
    for (const target of [url, `https://server.test:${String(port)}/api`]) {
      await expect(refused(target, { method: 'GET', headers: {} })).rejects.toMatchObject({
        cause: { code: 'EPROXY', message: expect.stringContaining('(407)') as unknown },
      })
    }
  })
})

describe('OTLP', () => {
  test.each([
    ['grpc', false],
    ['grpc', true],
    ['http', false],
    ['http', true],
  ] as const)('an export by %s (TLS: %s) arrives through the proxy', async (protocol, tls) => {
    const stack = await startClickStack({ ...(tls && { tls }) })
    closing.push(() => stack.close())
    const proxy = await aProxy({ credentials: CREDENTIALS })
    const endpoint = protocol === 'grpc' ? stack.grpcEndpoint : stack.httpEndpoint
    const send = otlpLogs({
      waitsMs: [],
      trust: { rejectUnauthorized: false },
      proxies: through(proxy.url),
    })
    const headers = new Map(
      stack.authorization === undefined ? [] : [['Authorization', stack.authorization]],
    )
    expect(await send({ endpoint, protocol, headers }, undefined)).toEqual({ kind: 'accepted' })
    const isForwarded = protocol === 'http' && !tls
    expect(proxy.asked).toEqual([
      isForwarded
        ? `POST ${endpoint.replace(/\/$/, '')}/v1/logs`
        : `CONNECT ${new URL(endpoint).host}`,
    ])
  })

  test.each(['grpc', 'http'] as const)(
    'an endpoint of %s behind a proxy that refuses is unreachable, and the proxy is named',
    async (protocol) => {
      const proxy = await aProxy({ tunnelsTo: [] })
      const send = otlpLogs({ waitsMs: [], proxies: through(proxy.url) })
      const endpoint = 'https://collector.test:4317'
      expect(await send({ endpoint, protocol, headers: new Map() }, undefined)).toEqual({
        kind: 'unreachable',
        text: `collector.test:4317 could not be reached: the proxy 127.0.0.1:${String(proxy.port)} (HTTPS_PROXY) refused the connection to collector.test:4317 (403)`,
      })
    },
  )
})
