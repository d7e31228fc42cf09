/**
 * What Rotel can parse, no more and no less: a value that is refused here ends it, and with it every invocation; all
 * others it starts with, whatever they look like. Held against recordings of the extension (__tests__/rotel).
 * Sources: rotel v0.2.4, src/init/parse.rs, src/exporters/otlp/request.rs; the crates humantime, url, http and
 * tracing-subscriber that it uses. The functions return the end of a sentence, without the value, or `undefined`.
 */

import { replaceEnclosed } from '../../model/enclosed'
import { parseUrl } from '../../model/url'

const LARGEST = 2n ** 64n - 1n

/** An integer without a sign, of 64 bits. */
export function faultInNumber(value: string): string | undefined {
  if (!/^\+?\d+$/.test(value)) return 'is not a whole number'
  return BigInt(value.replace('+', '')) > LARGEST ? 'is too large a number' : undefined
}

const UNITS =
  'nanos|nsec|ns|usec|us|millis|msec|ms|seconds|second|secs|sec|s|minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|wks|wk|w|months|month|M|years|year|yrs|yr|y'

const DURATION = new RegExp(`^\\s*(\\d+\\s*(${UNITS})\\s*)+$`)

/** As the crate humantime parses it. */
export function faultInDuration(value: string): string | undefined {
  const isParsed =
    DURATION.test(value) && (value.match(/\d+/g) ?? []).every((digits) => BigInt(digits) <= LARGEST)
  return isParsed ? undefined : 'is not a duration with a unit, such as `5s` or `250ms`'
}

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

/** A SocketAddr; `localhost:` is rewritten to 127.0.0.1. */
export function socketAddress(value: string): SocketAddress | undefined {
  const [, four, six, digits] =
    /^(?:(localhost|\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\]):(\d+)$/.exec(value) ?? []
  const host = four === 'localhost' ? '127.0.0.1' : (four ?? six)
  if (host === undefined || digits === undefined || Number(digits) > 65_535) return undefined
  if (four !== undefined) {
    const isAddress = host.split('.').every((part) => Number(part) <= 255 && !/^0\d/.test(part))
    if (!isAddress) return undefined
  } else if (parseUrl(`http://[${host}]/`) === undefined) {
    return undefined
  }
  return { host, port: Number(digits) }
}

/** Rotel binds its addresses: only the loopback and the unspecified ones are there in every environment. */
export function faultInReceiver(value: string): string | undefined {
  const address = socketAddress(value)
  if (address === undefined) {
    return 'is not an address with a port, such as `127.0.0.1:5317`; the only allowed host name is `localhost`'
  }
  return /^(127\.|0\.0\.0\.0$|::1?$)/.test(address.host)
    ? undefined
    : 'is an address that the function does not have: use `127.0.0.1`'
}

/** Whether both cannot be bound; `::` takes the addresses of both families. */
export function overlap(one: SocketAddress, other: SocketAddress): boolean {
  if (one.port !== other.port) return false
  if (one.host === other.host || one.host === '::' || other.host === '::') return true
  const isOneFamily = one.host.includes(':') === other.host.includes(':')
  return isOneFamily && [one.host, other.host].includes('0.0.0.0')
}

/** The items of a `k=v,k=v` list: trimmed as a whole, split at every comma, nothing between two commas is no item. */
function itemsOf(list: string): readonly string[] {
  return list
    .trim()
    .split(',')
    .filter((item) => item !== '')
}

/** Quotes, blanks and anything else are part of a name or a value: only an item without `=` ends Rotel. */
export function faultInPairs(list: string): string | undefined {
  return itemsOf(list).every((item) => item.includes('='))
    ? undefined
    : 'is not a list `name=value,name=value`: an item has no `=`'
}

/** Of the crate http: a name is a token of RFC 9110, a value has no control characters but tabs. */
export function faultInHeaderList(list: string): string | undefined {
  for (const item of itemsOf(list)) {
    const at = item.indexOf('=')
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(item.slice(0, at))) {
      return 'has a header with a name that HTTP does not allow'
    }
    if (hasControl(item.slice(at + 1))) return 'has a header with a control character in its value'
  }
  return undefined
}

export function faultInHeaderText(value: string): string | undefined {
  return hasControl(value) ? 'contains a control character, which HTTP does not allow' : undefined
}

function hasControl(value: string): boolean {
  return /[\0-\x08\x0a-\x1f\x7f]/.test(value)
}

/** Where Rotel sends to; a name with a port reads as a scheme without an authority, and gets `http://`. */
export function otlpUrl(endpoint: string): URL | undefined {
  const url = parseUrl(endpoint)
  if (url === undefined) return undefined
  if (url.href.slice(url.protocol.length).startsWith('/')) return url
  const whole = `http://${url.href}`
  return parseUrl(whole)
}

export function faultInOtlpEndpoint(endpoint: string): string | undefined {
  const url = otlpUrl(endpoint)
  if (url === undefined) {
    return 'is not a URL with a scheme, such as `https://clickstack.example.com:4317`'
  }
  return /^https?:$/.test(url.protocol) ? undefined : OTHER_SCHEME
}

/** Rotel starts, and nothing ever leaves it. */
const OTHER_SCHEME = 'has a scheme other than `http://` and `https://`: nothing would ever arrive'

/** Of the ClickHouse exporter, where everything without one of its schemes gets `http://`. */
export function faultInClickHouseEndpoint(endpoint: string): string | undefined {
  const hasScheme = /^https?:\/\//.test(endpoint)
  if (parseUrl(hasScheme ? endpoint : `http://${endpoint}/`) === undefined) {
    return 'is not a URL with a scheme, such as `https://clickhouse.example.com:8443`'
  }
  if (/["'{}`|\\]/.test(endpoint)) {
    return 'has a character that a host name cannot have: nothing would ever arrive'
  }
  return !hasScheme && /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(endpoint) ? OTHER_SCHEME : undefined
}

/** As AWS names them. Rotel has a list, and panics at what is not in it. */
export function faultInRegion(value: string): string | undefined {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(value) ? undefined : 'is not the name of an AWS region'
}

/**
 * `RUST_LOG`, which the extension parses too (crate tracing-subscriber, EnvFilter): whatever is no level is a target,
 * and only what follows a `=` has to be one.
 */
export function faultInLogFilter(value: string): string | undefined {
  const isParsed = replaceEnclosed(value, ['[', ']'], '')
    .split(',')
    .map((directive) => directive.split('=').slice(1).join('='))
    .every((level) => /^(|off|error|warn|info|debug|trace|[0-5])$/i.test(level))
  return isParsed ? undefined : 'is not a filter of log levels, such as `info` or `rotel=debug`'
}

export type Looks = 'text' | 'number' | 'boolean' | 'collection'

/**
 * What the parameter of a named exporter is taken for by its looks, and its text: in quotes it is a text (crate figment).
 */
export function parameterValue(value: string): { readonly looks: Looks; readonly text: string } {
  const trimmed = value.trim()
  if (/^(true|false)$/.test(trimmed)) return { looks: 'boolean', text: trimmed }
  if (/^[+-]?(\d+|\d+\.\d*|\.\d+|\d+e[+-]?\d+)$/i.test(trimmed)) {
    return { looks: 'number', text: trimmed }
  }
  if (isCollection(trimmed)) return { looks: 'collection', text: trimmed }
  const [, inner] = /^"((?:[^"\\]|\\.)*)"$/s.exec(trimmed) ?? []
  return { looks: 'text', text: inner ?? value }
}

/** `[…]`, `{}` and `{…=…}`. */
function isCollection(text: string): boolean {
  if (text.length < 2) return false
  if (text.startsWith('[')) return text.endsWith(']')
  return /^\{[\s\S]*\}$/.test(text) && (text.length === 2 || text.includes('='))
}
