/** `fetch` that goes through the proxies of the runner. */

import { membersOf, textOf } from '../model/json'
import { fetch as fetchByUndici, ProxyAgent } from './lazy-undici'
import { isNotConnected, proxyUnreachable, refusedByProxy } from './proxy-fault'
import { type Proxy, type ProxySettings, runnerProxies } from './proxy-settings'

interface FetchRequest {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly redirect?: 'manual' | 'follow'
  readonly signal?: AbortSignal
}

/** As much of an answer as is read here. */
export interface FetchedAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

type Fetch = (address: string, request: FetchRequest) => Promise<FetchedAnswer>

/**
 * Node's own where the address is reached directly; else undici's, which is loaded then. A fault of the proxy is the
 * `cause` of what it throws.
 */
export function proxiedFetch(proxies: ProxySettings = runnerProxies): Fetch {
  const agents = new Map<Proxy, ProxyAgent>()
  return async (address, request) => {
    const proxy = proxies.proxyFor(new URL(address))
    if (proxy === undefined) return fetch(address, request)
    const dispatcher = agents.get(proxy) ?? agentThrough(proxy)
    agents.set(proxy, dispatcher)
    try {
      return await fetchByUndici(address, { ...request, dispatcher })
    } catch (thrown) {
      const cause = faultOfProxy(membersOf(thrown)['cause'], proxy, new URL(address).host)
      throw cause === undefined ? thrown : new TypeError('fetch failed', { cause })
    }
  }
}

function agentThrough({ url, authorization }: Proxy): ProxyAgent {
  return new ProxyAgent({
    uri: url.href,
    // Plain HTTP as a request for an absolute URL: many proxies tunnel to port 443 alone.
    proxyTunnel: false,
    ...(authorization !== undefined && { token: authorization }),
  })
}

/** undici tells what the proxy answered in words alone (`lib/dispatcher/proxy-agent.js`), for a tunnel one cause deeper. */
function faultOfProxy(cause: unknown, proxy: Proxy, target: string): Error | undefined {
  const { cause: deeper } = membersOf(cause)
  if (deeper !== undefined) return faultOfProxy(deeper, proxy, target)
  const message = textOf(membersOf(cause)['message']) ?? ''
  const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(message) ?? []
  if (status !== undefined) return refusedByProxy(proxy, target, Number(status))
  return isNotConnected(cause) ? proxyUnreachable(proxy, cause) : undefined
}
