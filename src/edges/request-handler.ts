/** How the AWS clients send their requests: by Node's own agents, or through the proxies of the runner. */

import { Readable } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { type ProxySettings, runnerProxies } from './proxy-settings'

interface HandlerLimits {
  readonly connectionTimeout: number
  /** For the answer to begin, and as long again for it to end. */
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
    return new LimitedHandler(limits.requestTimeout, {
      ...limits,
      httpAgent: agent,
      httpsAgent: agent,
    })
  }
  return new LimitedHandler(limits.requestTimeout, async () => {
    const { proxyAgents } = await import('./proxy-agents')
    return { ...limits, ...proxyAgents(proxies, agent) }
  })
}

type Options = ConstructorParameters<typeof NodeHttpHandler>[0]

/** The SDK's own limit ends when the answer begins: a body that never ends would be waited for forever. */
class LimitedHandler extends NodeHttpHandler {
  readonly #bodyLimitMs: number | undefined

  constructor(bodyLimitMs: number | undefined, options: Options) {
    super(options)
    this.#bodyLimitMs = bodyLimitMs
  }

  override async handle(
    ...given: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...given)
    const body: unknown = answer.response.body
    if (this.#bodyLimitMs !== undefined && body instanceof Readable)
      limitBody(body, this.#bodyLimitMs)
    return answer
  }
}

/** After the time, who reads the body gets a `TimeoutError`. */
function limitBody(body: Readable, limitMs: number): void {
  const timer = setTimeout(() => {
    body.destroy(Object.assign(new Error(), { name: 'TimeoutError' }))
  }, limitMs)
  body.once('close', () => clearTimeout(timer))
}
