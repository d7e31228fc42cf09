/** Faults of a proxy on the way, in words that name it: what Node and undici tell would name neither. */

import { membersOf, textOf } from '../model/json'
import { PROXY_FAULT } from '../model/proxy-fault'
import type { Proxy } from './proxy-settings'

type ProxyFault = Error & { readonly code: string }

export function proxyFault(message: string): ProxyFault {
  return Object.assign(new Error(message), { code: PROXY_FAULT })
}

/** @param status what the proxy answered in place of opening a connection */
export function refusedByProxy({ name }: Proxy, target: string, status: number): ProxyFault {
  return proxyFault(
    status === 407
      ? `${name} requires a user and a password, or does not accept those that were sent (407)`
      : `${name} refused the connection to ${target} (${status})`,
  )
}

/** What broke the connection to the proxy, unless it is such a fault already. */
export function proxyUnreachable({ name }: Proxy, thrown: unknown): Error {
  const { code, name: kind } = membersOf(thrown)
  if (code === PROXY_FAULT && thrown instanceof Error) return thrown
  const why = textOf(code) ?? textOf(kind) ?? 'no connection'
  return proxyFault(`${name} could not be reached (${why})`)
}

/** Whether a connection never came about. */
export function isNotConnected(thrown: unknown): boolean {
  const code = textOf(membersOf(thrown)['code']) ?? ''
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code)
}
