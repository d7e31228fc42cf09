/** What Rotel makes of an endpoint (rotel v0.2.4, src/exporters/otlp/request.rs, src/exporters/clickhouse). */
import type { Crash } from './crash'
import { agentError } from './crash'
import { debugText } from './rust'

export type ParsedEndpoint =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly crash: Crash }

/**
 * Of the OTLP exporter. A name and a port without a scheme read as a scheme without an authority, and get `http://`;
 * a bare IP address or a bare name is no URL at all.
 * @param own whether it is the endpoint of one signal
 */
export function otlpEndpoint(text: string, own: boolean): ParsedEndpoint {
  if (!isUrl(text)) {
    const endpoint = `${own ? 'Full' : 'Base'}(${debugText(text)})`
    return failed(`failed to parse endpoint ${endpoint}: ${complaint(text)}`)
  }
  const url = new URL(text)
  const hasNoBase = !url.href.slice(url.protocol.length).startsWith('/')
  if (!hasNoBase) return { ok: true, text: text.trim().replace(/[\t\n\r]/g, '') }
  const whole = `http://${url.href}`
  return isUrl(whole) ? { ok: true, text: whole } : failed({ name: errorName(whole) })
}

/** Of the ClickHouse exporter, where everything without a scheme that it knows gets `http://`. */
export function clickhouseEndpoint(text: string): ParsedEndpoint {
  const whole = /^https?:\/\//.test(text) ? text : `http://${text}/`
  return isUrl(whole) ? { ok: true, text: whole } : failed({ name: errorName(whole) })
}

function failed(error: string | { readonly name: string }): ParsedEndpoint {
  return { ok: false, crash: agentError(error, true) }
}

/** As the crate url puts it. */
function complaint(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return 'relative URL without a base'
  return COMPLAINTS[errorName(text)] ?? 'invalid international domain name'
}

const COMPLAINTS: Readonly<Record<string, string>> = {
  EmptyHost: 'empty host',
  InvalidPort: 'invalid port number',
  InvalidIpv6Address: 'invalid IPv6 address',
}

function errorName(url: string): string {
  const authority = url.replace(/^[a-z][a-z0-9+.-]*:\/*/i, '').split(/[/?#]/, 1)[0] ?? ''
  const host = authority.replace(/^.*@/, '')
  if (host === '' || /^:\d*$/.test(host)) return 'EmptyHost'
  if (host.startsWith('[')) return 'InvalidIpv6Address'
  const [, port] = /:([^:]*)$/.exec(host) ?? []
  const isPort = port === undefined || (/^\d*$/.test(port) && Number(port) <= 65_535)
  return isPort ? 'IdnaError' : 'InvalidPort'
}

/** `URL.canParse` is not used: after some thousand calls, Node.js 20 refuses what is not ASCII. */
function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== ''
  } catch {
    return false
  }
}
