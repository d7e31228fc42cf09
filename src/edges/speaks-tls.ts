/** Whether there is TLS at an address: to tell a TLS port from a connection that merely broke. */

import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { CONNECTING } from './otlp-attempt'

const LIMIT_MS = 2_000

/** Shakes hands and hangs up; whom the certificate is of does not matter here, and nothing is sent. Never rejects. */
export function speaksTls({ hostname, port }: URL, timeoutMs: number): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === '' ? 80 : Number(port),
      ...CONNECTING,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
    })
    const timer = setTimeout(() => finish(false), Math.min(timeoutMs, LIMIT_MS))
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
