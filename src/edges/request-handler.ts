/** How the AWS clients send their requests: by Node's own agents, or through the proxies of the runner. */

import { NodeHttpHandler } from '@smithy/node-http-handler'
import { type ProxySettings, runnerProxies } from './proxy-settings'

interface HandlerLimits {
  readonly connectionTimeout: number
  readonly requestTimeout?: number
  readonly throwOnRequestTimeout?: boolean
  /** 0: a server may be silent for as long as it likes. */
  readonly socketTimeout?: number
}

/** As many connections to one host as the SDK opens by itself. */
const CONNECTIONS = 50

/**
 * @param limits in ms
 * @param maxSockets connections to one host at the same time
 */
export function requestHandler(
  limits: HandlerLimits,
  maxSockets = CONNECTIONS,
  proxies: ProxySettings = runnerProxies,
): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets }
  if (!proxies.isSet) {
    return new NodeHttpHandler({ ...limits, httpAgent: agent, httpsAgent: agent })
  }
  return new NodeHttpHandler(async () => {
    const { proxyAgents } = await import('./proxy-agents')
    return { ...limits, ...proxyAgents(proxies, agent) }
  })
}
