/** One OTLP/HTTP logs export, protobuf in the body, over Node's own client. */

import { request as requestInClear } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { TLSSocket } from 'node:tls'
import { brokenBy, type Reply } from '../systems/clickstack/reply'
import { BODY_LIMIT, CONNECTING, type Attempt } from './otlp-attempt'

/** Set explicitly, so that a TLS server that supports only gRPC refuses the handshake. */
const HTTP_1_1 = { ALPNProtocols: ['http/1.1'] }

/**
 * Sent to `<endpoint>/v1/logs`, as Rotel appends it (`src/exporters/otlp/request.rs`). Redirects are not followed:
 * Rotel does not follow them either. Never rejects.
 */
export function exportByHttp(attempt: Attempt): Promise<Reply> {
  const { url, headers, message, timeoutMs, trust, way } = attempt
  const request = url.protocol === 'https:' ? requestOverTls : requestInClear
  return new Promise((resolve) => {
    let close = (): void => undefined
    const timer = setTimeout(() => finish({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs)
    const finish = (reply: Reply): void => {
      clearTimeout(timer)
      close()
      resolve(reply)
    }
    let withoutAlpn = false
    const fail = (error: unknown): void => {
      const reply = brokenBy(error)
      finish(withoutAlpn && reply.kind === 'broken' ? { ...reply, withoutAlpn } : reply)
    }
    try {
      const outgoing = request(
        logsUrl(url),
        {
          method: 'POST',
          agent: way?.agent ?? false,
          headers: {
            ...Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])),
            'content-type': 'application/x-protobuf',
            'content-length': message.length,
          },
          ...HTTP_1_1,
          ...CONNECTING,
          ...trust,
        },
        (response) => {
          // It speaks HTTP, and has just no ALPN.
          withoutAlpn = false
          const chunks: Buffer[] = []
          let length = 0
          const answer = (): void =>
            finish({
              kind: 'http',
              status: response.statusCode ?? 0,
              contentType: response.headers['content-type'] ?? '',
              body: Buffer.concat(chunks),
            })
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            length += chunk.length
            if (length > BODY_LIMIT) answer()
          })
          response.on('error', fail)
          response.on('end', answer)
        },
      )
      outgoing.on('socket', (socket) => {
        socket.once('secureConnect', () => {
          withoutAlpn = socket instanceof TLSSocket && socket.alpnProtocol === false
        })
      })
      close = () => outgoing.destroy()
      outgoing.on('error', fail)
      outgoing.end(message)
    } catch (thrown) {
      fail(thrown)
    }
  })
}

function logsUrl(endpoint: URL): URL {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/logs`
  return url
}
