/** Sends one OTLP logs export from the runner, with Node alone. Loaded only when the endpoint is asked. */

import { done, lastFound, type Look, notYet, poll } from '../model/poll'
import { parseUrl } from '../model/url'
import { conclude, tlsSpokenAt } from '../systems/clickstack/conclude-answer'
import type { ExportAnswer, SendLogs } from '../systems/clickstack/endpoint'
import { encodeLogsRequest } from '../systems/clickstack/otlp-message'
import { systemClock } from './clock'
import { agentFor } from './agent-for'
import { shownWords } from './known-values'
import type { Trust, Way } from './otlp-attempt'
import { exportByGrpc } from './otlp-grpc'
import { exportByHttp } from './otlp-http'
import { type ProxySettings, runnerProxies, unbracketed } from './proxy-settings'
import { speaksTls } from './speaks-tls'

export interface SenderOptions {
  /** For all tries together. */
  readonly timeoutMs?: number
  /** Between the tries; one more try than waits. */
  readonly waitsMs?: readonly number[]
  /** Where Rotel trusts otherwise than Node does (`ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY`). Default: as Node. */
  readonly trust?: Trust
  /** Default: those of the runner. */
  readonly proxies?: ProxySettings
}

/**
 * Connections are closed when the answer is there. What passes (a connection that broke, 429, 502 to 504 and gRPC's
 * Unavailable and ResourceExhausted) is tried again. After the last try its answer counts.
 */
export function otlpLogs({
  timeoutMs = 10_000,
  waitsMs = [250, 1000],
  trust = {},
  proxies = runnerProxies,
}: SenderOptions = {}): SendLogs {
  return async (target, record) => {
    const url = parseUrl(target.endpoint)
    if (url === undefined) return { kind: 'refused', text: 'the endpoint is not a URL' }
    const message = encodeLogsRequest(record)
    const way = await wayTo(url, proxies)
    const exportOnce = target.protocol === 'grpc' ? exportByGrpc : exportByHttp
    const end = performance.now() + timeoutMs
    const left = (): number => Math.max(1, Math.ceil(end - performance.now()))

    let attempt = 0
    const once = async (): Promise<Look<ExportAnswer, ExportAnswer>> => {
      const { headers } = target
      const reply = await exportOnce({ url, headers, message, timeoutMs: left(), trust, way })
      const { answer, passing, mayBeTls } = conclude(
        reply.kind === 'timeout' ? { ...reply, afterMs: timeoutMs } : reply,
        target,
        shownWords,
      )
      if (mayBeTls && (await speaksTls(url, left(), way))) return done(tlsSpokenAt(target))
      const wait = waitsMs[attempt++]
      if (!passing || wait === undefined || left() <= wait) return done(answer)
      return notYet(answer, wait)
    }
    return lastFound(await poll(once, { firstMs: 0 }, { clock: systemClock }))
  }
}

/** `undefined`: the endpoint is reached directly. */
async function wayTo(url: URL, proxies: ProxySettings): Promise<Way | undefined> {
  const proxy = proxies.proxyFor(url)
  const agent = await agentFor(url, {}, proxies)
  if (proxy === undefined || agent === undefined) return undefined
  const { openTunnel } = await import('./proxy-agents')
  const standard = url.protocol === 'https:' ? 443 : 80
  const address = {
    host: unbracketed(url.hostname),
    port: url.port === '' ? standard : Number(url.port),
  }
  return { agent, open: (limitMs) => openTunnel(proxy, address, limitMs) }
}
