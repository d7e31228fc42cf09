/** ClickHouse's official client, as the store and the exporter's endpoint use it, and what its errors stand for. */

import type { Agent } from 'node:http'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { PROXY_FAULT } from '../model/proxy-fault'
import { withoutEchoes, withoutValues } from '../model/redaction'
import type { StoreFault, StoreFaultKind } from '../systems/clickstack/telemetry-store'

export interface ClickHouseServer {
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

/** It logs nothing: its lines would hold queries. */
export function clickHouseClient({
  url,
  user,
  password,
  database,
  timeLimitMs,
  use_multipart_params,
  agent,
}: ClickHouseServer): ClickHouseClient {
  return createClient({
    url,
    username: user,
    password,
    ...(database !== undefined && { database }),
    request_timeout: timeLimitMs,
    ...(agent !== undefined && { http_agent: agent }),
    ...(use_multipart_params !== undefined && { use_multipart_params }),
    // A setting, which read-only users may not send.
    compression: { request: false, response: false },
    log: { level: ClickHouseLogLevel.OFF },
  })
}

export const NO_CLICKHOUSE: StoreFault = {
  kind: 'refused',
  text: 'the server at this address is not ClickHouse',
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
  // Too many simultaneous queries, timeouts, network: may succeed when retried.
  '202': 'unreachable',
  '159': 'unreachable',
  '209': 'unreachable',
  '210': 'unreachable',
}

/** What an error of the client stands for. */
export function storeFault(thrown: unknown, secrets: readonly string[]): StoreFault {
  const error = thrown instanceof Error ? thrown : new Error('unknown')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const words = withoutValues(withoutEchoes(error.message), secrets).slice(0, 200)
  const kind = CODES[code]
  if (code === PROXY_FAULT) return { kind: 'unreachable', text: `ClickHouse: ${words}` }
  if (kind !== undefined) return { kind, text: `ClickHouse answered ${code}: ${words}` }
  if (/^\d+$/.test(code)) return { kind: 'refused', text: `ClickHouse answered ${code}: ${words}` }
  if (/HTTP\/|Unexpected token|JSON|<html/i.test(words)) {
    return NO_CLICKHOUSE
  }
  return { kind: 'unreachable', text: `ClickHouse did not answer (${code === '' ? words : code})` }
}
