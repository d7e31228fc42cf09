/** Node's agent for one address, where the way to it leads through a proxy of the runner. */

import type { Agent, AgentOptions } from 'node:http'
import { parseUrl } from '../model/url'
import { type ProxySettings, runnerProxies } from './proxy-settings'

/** `undefined`: the address is reached directly, or is not a URL. */
export async function agentFor(
  address: string | URL,
  options: AgentOptions = {},
  proxies: ProxySettings = runnerProxies,
): Promise<Agent | undefined> {
  const url = parseUrl(String(address))
  if (url === undefined || proxies.proxyFor(url) === undefined) return undefined
  const { proxyAgents } = await import('./proxy-agents')
  const { httpAgent, httpsAgent } = proxyAgents(proxies, options)
  return url.protocol === 'https:' ? httpsAgent : httpAgent
}
