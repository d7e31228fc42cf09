/** ClickHouse's official client, as the store and the exporter's endpoint use it, and what its errors stand for. */

import type { Agent } from 'node:http'
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  createClient,
  type QueryParams,
} from '@clickhouse/client'
import { membersOf, textOf } from '../model/json'
import { PROXY_FAULT } from '../model/proxy-fault'
import { withoutValues } from '../model/redaction'
import { shownWords } from './known-values'
import type { StoreFault, StoreFaultKind } from '../systems/clickstack/telemetry-store'
import { withoutTrailing } from '../model/text-end'

export interface ClickHouseServer {
  /** Its path is that of a proxy before the server; the client itself would take it for a database. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** The server's default unless given. */
  readonly database?: string
  readonly timeLimitMs: number
  readonly use_multipart_params?: boolean
  /** `undefined`: the client's own. */
  readonly agent: Agent | undefined
}

/** It logs nothing: its lines would hold queries. Some of its warnings ignore the level, so its logger is silent too. */
export function clickHouseClient({
  url,
  user,
  password,
  database,
  timeLimitMs,
  use_multipart_params,
  agent,
}: ClickHouseServer): ClickHouseClient {
  const { origin, pathname } = new URL(url)
  const path = withoutTrailing(pathname, '/')
  return createClient({
    url: origin,
    ...(path !== '' && { pathname: path }),
    username: user,
    password,
    ...(database !== undefined && { database }),
    request_timeout: timeLimitMs,
    ...(agent !== undefined && { http_agent: agent }),
    ...(use_multipart_params !== undefined && { use_multipart_params }),
    // A setting, which read-only users may not send.
    compression: { request: false, response: false },
    log: { level: ClickHouseLogLevel.OFF, LoggerClass: SilentLogger },
  })
}

/**
 * The JSON that a query is answered by. The client's own limit is one of silence: an answer that comes by the byte would be
 * waited for until the run ends. Throws as the client does.
 * @param limitMs for the answer to begin, and as long again for it to end
 */
export async function jsonOf(
  client: ClickHouseClient,
  query: Omit<QueryParams, 'abort_signal'>,
  limitMs: number,
): Promise<unknown> {
  const limit = new AbortController()
  let close = silent
  const timer = setTimeout(() => {
    limit.abort()
    close()
  }, 2 * limitMs)
  try {
    const answer = await client.query({ ...query, abort_signal: limit.signal })
    close = () => answer.close()
    return await answer.json()
  } catch (thrown) {
    // In the client's own words.
    throw limit.signal.aborted ? new Error('Timeout error.') : thrown
  } finally {
    clearTimeout(timer)
  }
}

const silent = (): void => undefined

/** As a class, because the client makes one of it. */
class SilentLogger {
  readonly trace = silent
  readonly debug = silent
  readonly info = silent
  readonly warn = silent
  readonly error = silent
}

/** Something answers at the address of ClickHouse, and it is something else. */
export function noClickHouse({ url }: Pick<ClickHouseServer, 'url'>): StoreFault {
  return { kind: 'refused', text: `${new URL(url).host} is not ClickHouse’s HTTP interface` }
}

/** ClickHouse's error codes, src/Common/ErrorCodes.cpp. */
const CODES: Readonly<Record<string, StoreFaultKind>> = {
  '516': 'unauthenticated',
  '192': 'unauthenticated',
  '193': 'unauthenticated',
  '194': 'unauthenticated',
  '497': 'denied',
  '164': 'denied',
  '60': 'missing',
  '81': 'missing',
  // Too many simultaneous queries, timeouts, network, memory, threads, overload, Keeper: may succeed when retried.
  '202': 'unreachable',
  '159': 'unreachable',
  '209': 'unreachable',
  '210': 'unreachable',
  '241': 'unreachable',
  '279': 'unreachable',
  '439': 'unreachable',
  '745': 'unreachable',
  '999': 'unreachable',
}

/** By shape, not by `instanceof`: Node's errors may be of another realm. The code is ClickHouse's number, or Node's. */
export function errorOf(thrown: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = membersOf(thrown)
  return { code: textOf(code) ?? '', message: textOf(message) ?? 'unknown' }
}

/** What an error of the client stands for. */
export function storeFault(
  thrown: unknown,
  secrets: readonly string[],
  server: Pick<ClickHouseServer, 'url' | 'password'>,
): StoreFault {
  const { code, message } = errorOf(thrown)
  const words = withoutValues(shownWords(message), secrets).slice(0, 200)
  const kind = CODES[code]
  if (code === PROXY_FAULT) return { kind: 'unreachable', text: `ClickHouse: ${words}` }
  if (kind !== undefined) {
    // A secret that does not exist is an empty string in a workflow.
    const isEmpty = kind === 'unauthenticated' && server.password === ''
    const hint = isEmpty ? ' (the password is empty)' : ''
    return { kind, text: `ClickHouse answered ${code}${hint}: ${words}` }
  }
  if (/^\d+$/.test(code)) return { kind: 'refused', text: `ClickHouse answered ${code}: ${words}` }
  if (code === '' && isNotYet(message)) {
    return { kind: 'unreachable', text: 'ClickHouse does not answer yet: something before it does' }
  }
  if (/HTTP\/|Unexpected token|JSON|<html/i.test(words)) {
    return noClickHouse(server)
  }
  return {
    kind: 'unreachable',
    text: `ClickHouse at ${new URL(server.url).host} did not answer (${code === '' ? words : code})`,
    ...(LASTING.test(code) && { lasts: true }),
  }
}

/** Whether these are the words of a proxy whose ClickHouse is asleep or starting: the client does not tell the status. */
export function isNotYet(message: string): boolean {
  return NOT_YET.test(message.trim())
}

const NOT_YET =
  /^$|\b50[0234]\b|bad gateway|unavailable|gateway time-?out|upstream|no healthy|try again later/i

/** No such host; the name or the certificate of another one. */
const LASTING =
  /^(ENOTFOUND|EPROTO|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/
