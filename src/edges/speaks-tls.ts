/** Whether there is TLS at an address: to tell a TLS port from a connection that merely broke. */

import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { CONNECTING, type Way } from './otlp-attempt'

const LIMIT_MS = 2_000

/** Shakes hands and hangs up; whom the certificate is of does not matter here, and nothing is sent. Never rejects. */
export async function speaksTls(
  url: URL,
  timeoutMs: number,
  way: Way | undefined,
): Promise<boolean> {
  const limitMs = Math.min(timeoutMs, LIMIT_MS)
  try {
    return await shakesHands(url, limitMs, await way?.open(limitMs))
  } catch {
    return false
  }
}

/** @param tunnel a connection to the address; `undefined`: one is made */
function shakesHands(
  { hostname, port }: URL,
  limitMs: number,
  tunnel: Duplex | undefined,
): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === '' ? 80 : Number(port),
      ...CONNECTING,
      ...(tunnel && { socket: tunnel }),
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
    })
    const timer = setTimeout(() => finish(false), limitMs)
    const finish = (spoken: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(spoken)
    }
    socket.on('secureConnect', () => finish(true))
    socket.on('error', () => finish(false))
    socket.on('close', () => finish(false))
  })
}
