/** TLS over a connection that is there already, as one through a proxy is. */

import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import type { Trust } from './otlp-attempt'
import { unbracketed } from './proxy-settings'

/** The connection itself where the URL is of plain HTTP. */
export function secured(
  socket: Duplex,
  { protocol, hostname }: URL,
  trust: Trust,
  ALPNProtocols: string[],
): Duplex {
  if (protocol !== 'https:') return socket
  const host = unbracketed(hostname)
  return connect({ socket, ALPNProtocols, ...trust, ...(isIP(host) === 0 && { servername: host }) })
}
