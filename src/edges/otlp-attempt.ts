/** What one attempt at an export is given, whichever protocol it speaks. */

import type { Agent } from 'node:http'
import type { Duplex } from 'node:stream'

/** Which certificates count, as Node's TLS names it. */
export interface Trust {
  /** In PEM, in place of those that Node trusts. */
  readonly ca?: string
  readonly rejectUnauthorized?: boolean
}

export interface Attempt {
  readonly url: URL
  readonly headers: ReadonlyMap<string, string>
  /** An `ExportLogsServiceRequest`. */
  readonly message: Uint8Array
  readonly timeoutMs: number
  readonly trust: Trust
  /** Through a proxy; `undefined`: the endpoint is reached directly. */
  readonly way: Way | undefined
}

/** How a connection is made where a proxy is on the way. */
export interface Way {
  /** For HTTP/1.1. */
  readonly agent: Agent
  /** A connection to the endpoint with nothing read from it; for what is not HTTP/1.1. Rejects with a fault of the proxy. */
  open(limitMs: number): Promise<Duplex>
}

/** More of an answer is not kept. */
export const BODY_LIMIT = 64 * 1024

/**
 * Of a host with several addresses Node gives each 250 ms to connect (`net`, `autoSelectFamilyAttemptTimeout`): from
 * a runner on another continent that would make a sound endpoint look unreachable.
 */
export const CONNECTING = { autoSelectFamilyAttemptTimeout: 2_500 }
