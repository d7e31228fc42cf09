/**
 * Which proxy the runner's environment names for an address: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, or the same in
 * lower case, as curl reads them. Pure; the agents that go through the proxy are in a chunk of their own.
 */

import { BlockList, isIP } from 'node:net'
import { parseUrl } from '../model/url'
import { percentDecoded, userInfo, writtenAndDecoded } from '../model/user-info'
import type { Problem } from '../model/problem'

export interface Proxy {
  /** Without credentials. */
  readonly url: URL
  /** The value of `Proxy-Authorization`; `undefined`: the proxy's URL holds no credentials. */
  readonly authorization: string | undefined
  /** What may be shown: `the proxy HOST:PORT (HTTPS_PROXY)`. */
  readonly name: string
}

export interface ProxySettings {
  /** At least one usable proxy is named: only then are the agents loaded. */
  readonly isSet: boolean
  /** `undefined`: the address is reached directly. */
  proxyFor(url: URL): Proxy | undefined
  /** The credentials in the URLs of the proxies in every form in which a text might quote them. */
  readonly secrets: readonly string[]
  /** Proxies that are named and cannot be used. */
  readonly problems: readonly Problem[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Lower case first, as curl and GitHub's toolkit do. `http_proxy` does not stand in for `https_proxy`. */
const VARIABLES = {
  'https:': ['https_proxy', 'HTTPS_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
} as const

export function readProxySettings(env: Environment): ProxySettings {
  const secure = named(VARIABLES['https:'], env)
  const plain = named(VARIABLES['http:'], env)
  const bypasses = exceptions(given(['no_proxy', 'NO_PROXY'], env)?.value ?? '')
  return {
    isSet: secure.proxy !== undefined || plain.proxy !== undefined,
    proxyFor(url) {
      const { proxy } = url.protocol === 'https:' ? secure : plain
      return proxy !== undefined && bypasses(url) ? undefined : proxy
    },
    secrets: [...new Set([...secure.secrets, ...plain.secrets])],
    problems: [...secure.problems, ...plain.problems],
  }
}

interface Named {
  readonly proxy: Proxy | undefined
  readonly secrets: readonly string[]
  readonly problems: readonly Problem[]
}

function named(names: readonly string[], env: Environment): Named {
  const found = given(names, env)
  if (found === undefined) return { proxy: undefined, secrets: [], problems: [] }
  const { name, value } = found
  // `proxy.example.com:3128` is what many write; as a URL it would have the scheme `proxy.example.com:`.
  const text = value.includes('://') ? value : `http://${value}`
  const url = parseUrl(text)
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    const message = `The environment variable ${name} must be the URL of an HTTP proxy, such as http://proxy.example.com:3128. Proxies with another scheme, such as SOCKS, are not supported.`
    return {
      proxy: undefined,
      secrets: secretsOfUserInfo(value),
      problems: [{ input: name, message }],
    }
  }
  const { username, password } = url
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`
  const authorization =
    username === '' && password === ''
      ? undefined
      : `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
  url.username = ''
  url.password = ''
  return {
    proxy: { url, authorization, name: `the proxy ${url.host} (${name})` },
    secrets: [
      ...secretsOfUserInfo(value),
      ...(authorization === undefined ? [] : [pair, authorization.slice('Basic '.length)]),
    ],
    problems: [],
  }
}

function given(
  names: readonly string[],
  env: Environment,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = env[name]?.trim() ?? ''
    if (value !== '') return { name, value }
  }
  return undefined
}

/** Masking shorter values would blot out half of the log. */
const SHORTEST = 4

/** `user:password` together and the password alone, as written, decoded and encoded; a user alone may be a token. */
function secretsOfUserInfo(value: string): readonly string[] {
  const info = userInfo(value)
  if (info === undefined) return []
  return [info.together, ...(info.password === undefined ? [] : [info.password])]
    .flatMap(writtenAndDecoded)
    .flatMap((part) => [part, encodeURIComponent(part)])
    .filter((part) => part.length >= SHORTEST)
}

/**
 * A list separated by commas or blanks, of host names (which stand for their subdomains too, with or without `.` or `*.`
 * before them), IP addresses and networks (`10.0.0.0/8`), each with a port or without, or `*` for all.
 */
function exceptions(list: string): (url: URL) => boolean {
  const rules = list.split(/[\s,]+/).flatMap((entry) => (entry === '' ? [] : [rule(entry)]))
  return (url) => {
    const host = unbracketed(url.hostname).toLowerCase().replace(/\.$/, '')
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
    return rules.some((matches) => matches(host, port))
  }
}

type Rule = (host: string, port: string) => boolean

function rule(entry: string): Rule {
  if (entry === '*') return () => true
  const network = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry)
  if (network !== null) return inNetwork(network[1] ?? '', Number(network[2]))
  const [, host = entry, port] =
    /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry.replace(/^https?:\/\//i, '').replace(/\/$/, '')) ?? []
  const name = unbracketed(host.replace(/^https?:\/\//i, '').replace(/\/$/, ''))
    .toLowerCase()
    .replace(/^\*?\./, '')
  return (given, givenPort) => {
    if (port !== undefined && port !== givenPort) return false
    return given === name || (isIP(given) === 0 && given.endsWith(`.${name}`))
  }
}

function inNetwork(address: string, prefix: number): Rule {
  const family = isIP(address)
  if (family === 0 || prefix > (family === 4 ? 32 : 128)) return () => false
  const list = new BlockList()
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}

/** URLs put IPv6 addresses in brackets, sockets do not. */
export function unbracketed(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

/** Of this process. Last in the file: it needs all that stands before it. */
export const runnerProxies = readProxySettings(process.env)
