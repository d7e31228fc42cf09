/**
 * Stands in the bundle where packages import `undici` (tsconfig.bundle.json). GitHub's toolkit imports it in every run,
 * and a megabyte would be loaded, for GitHub's API and for runners behind a proxy. The real one is loaded by the first
 * request.
 */

import type { ProxyAgent as RealProxyAgent, RequestInit, Response } from 'undici'

/** By its file: in the bundle, the bare name leads back to this file. */
const undici = () => import('undici/index.js')

/** Carries the proxy's settings to `fetch`, and the connections to it from one request to the next. */
export class ProxyAgent {
  readonly #options: RealProxyAgent.Options | string
  #agent: Promise<RealProxyAgent> | undefined

  constructor(options: RealProxyAgent.Options | string) {
    this.#options = options
  }

  real(): Promise<RealProxyAgent> {
    this.#agent ??= undici().then((loaded) => new loaded.ProxyAgent(this.#options))
    return this.#agent
  }
}

type Init = Omit<RequestInit, 'dispatcher'> & { readonly dispatcher?: ProxyAgent | undefined }

/** undici's own, not Node's: Node's takes no agent of another undici. */
export async function fetch(url: string | URL, init: Init = {}): Promise<Response> {
  const { dispatcher, ...rest } = init
  const loaded = await undici()
  return loaded.fetch(url, dispatcher ? { ...rest, dispatcher: await dispatcher.real() } : rest)
}
