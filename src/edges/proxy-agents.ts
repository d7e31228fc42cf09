/**
 * Node's agents, through the proxies of the runner: HTTPS in a tunnel (CONNECT), plain HTTP as a request for an absolute
 * URL, since many proxies tunnel to port 443 alone. What `NO_PROXY` names is reached directly. Loaded only where the
 * runner's environment names a proxy.
 */

import {
  Agent as PlainAgent,
  type AgentOptions,
  type ClientRequest,
  type ClientRequestArgs,
  request as requestInClear,
} from 'node:http'
import { Agent as SecureAgent, request as requestOverTls } from 'node:https'
import { connect as connectInClear, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectOverTls } from 'node:tls'
import { PROXY_FAULT } from '../model/proxy-fault'
import { CONNECTING } from './otlp-attempt'
import { isNotConnected, proxyFault, proxyUnreachable, refusedByProxy } from './proxy-fault'
import { type Proxy, type ProxySettings, unbracketed } from './proxy-settings'

/** A proxy that is silent for this long opens no tunnel. */
const TUNNEL_LIMIT_MS = 5_000

export interface ProxyAgents {
  readonly httpAgent: PlainAgent
  readonly httpsAgent: SecureAgent
}

/** One of each, which choose proxy or direct connection for each address. */
export function proxyAgents(proxies: ProxySettings, options: AgentOptions = {}): ProxyAgents {
  return {
    httpAgent: new ForwardingAgent(proxies, options),
    httpsAgent: new TunnelingAgent(proxies, options),
  }
}

/**
 * Asks the proxy for a connection to the address and hands it over, with nothing read from it.
 * Rejects with a fault of the proxy, whose message names it.
 */
export function openTunnel(
  proxy: Proxy,
  address: { readonly host: string; readonly port: number },
  limitMs = TUNNEL_LIMIT_MS,
): Promise<Duplex> {
  const target = `${bracketed(address.host)}:${String(address.port)}`
  const ask = proxy.url.protocol === 'https:' ? requestOverTls : requestInClear
  return new Promise((resolve, reject) => {
    const request = ask({
      ...addressOf(proxy),
      ...CONNECTING,
      method: 'CONNECT',
      path: target,
      agent: false,
      headers: { host: target, ...authorizationOf(proxy) },
    })
    const timer = setTimeout(() => {
      const seconds = (limitMs / 1000).toFixed(1)
      request.destroy(
        proxyFault(`${proxy.name} did not open a connection to ${target} within ${seconds} s`),
      )
    }, limitMs)
    request.on('connect', ({ statusCode = 0 }, socket, head) => {
      clearTimeout(timer)
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
        return
      }
      socket.destroy()
      reject(refusedByProxy(proxy, target, statusCode))
    })
    request.on('error', (error) => {
      clearTimeout(timer)
      reject(proxyUnreachable(proxy, error))
    })
    request.end()
  })
}

class TunnelingAgent extends SecureAgent {
  readonly #proxies: ProxySettings

  constructor(proxies: ProxySettings, options: AgentOptions) {
    super(options)
    this.#proxies = proxies
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const { host, port } = endOf(options, 443)
    const proxy = this.#proxies.proxyFor(new URL(`https://${bracketed(host)}:${String(port)}`))
    if (proxy === undefined) return super.createConnection(options, callback)
    openTunnel(proxy, { host, port }).then(
      (socket) => {
        const secured = { ...options, socket }
        const stream = super.createConnection(secured)
        if (stream) callback(null, stream)
      },
      // Node gives no stream along with an error; its type requires one.
      (error: unknown) => Reflect.apply(callback, undefined, [error]) as undefined,
    )
    return undefined
  }
}

class ForwardingAgent extends PlainAgent {
  readonly #proxies: ProxySettings

  constructor(proxies: ProxySettings, options: AgentOptions) {
    super(options)
    this.#proxies = proxies
  }

  /** What Node calls when a request is made, and no type of it tells: the one place where its path is still open. */
  addRequest(request: ClientRequest, options: ClientRequestArgs): void {
    const origin = originOf(options)
    const proxy = this.#proxies.proxyFor(new URL(origin))
    if (proxy !== undefined && request.path.startsWith('/')) {
      request.path = `${origin}${request.path}`
      for (const [name, value] of Object.entries(authorizationOf(proxy))) {
        request.setHeader(name, value)
      }
      // The proxy's failure is the request's, and would not name the proxy.
      request.prependListener('error', (error) => {
        if (!isNotConnected(error)) return
        const { message } = proxyUnreachable(proxy, error)
        Object.assign(error, { message, code: PROXY_FAULT })
      })
    }
    const inherited: unknown = Reflect.get(PlainAgent.prototype, 'addRequest')
    if (typeof inherited === 'function') Reflect.apply(inherited, this, [request, options])
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const proxy = this.#proxies.proxyFor(new URL(originOf(options)))
    if (proxy === undefined) return super.createConnection(options, callback)
    const { host, port } = addressOf(proxy)
    return proxy.url.protocol === 'https:'
      ? connectOverTls({ host, port, ...CONNECTING, ...(isIP(host) === 0 && { servername: host }) })
      : connectInClear({ host, port, ...CONNECTING })
  }
}

function authorizationOf({ authorization }: Proxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization }
}

function addressOf({ url }: Proxy): { readonly host: string; readonly port: number } {
  const standard = url.protocol === 'https:' ? 443 : 80
  return { host: unbracketed(url.hostname), port: url.port === '' ? standard : Number(url.port) }
}

function endOf(
  { host, port }: ClientRequestArgs,
  standard: number,
): { readonly host: string; readonly port: number } {
  return { host: unbracketed(host ?? 'localhost'), port: Number(port ?? standard) }
}

function originOf(options: ClientRequestArgs): string {
  const { host, port } = endOf(options, 80)
  return `http://${bracketed(host)}${port === 80 ? '' : `:${String(port)}`}`
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
