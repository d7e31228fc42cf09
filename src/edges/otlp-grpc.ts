/**
 * One OTLP/gRPC logs export over Node's own HTTP/2. Not by a gRPC library: those fold every fault of the connection
 * into status 14, and this check needs the fault itself.
 */

import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import type { Duplex } from 'node:stream'
import { brokenBy, type Reply } from '../systems/clickstack/reply'
import { BODY_LIMIT, CONNECTING, type Attempt } from './otlp-attempt'
import { secured } from './secured'

const EXPORT_PATH = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'

/** Any path of the endpoint is dropped, as Rotel drops it (`src/exporters/otlp/request.rs`). Never rejects. */
export async function exportByGrpc(attempt: Attempt): Promise<Reply> {
  if (attempt.way === undefined) return exportOver(undefined, attempt)
  const begin = performance.now()
  try {
    const socket = await attempt.way.open(attempt.timeoutMs)
    const spent = performance.now() - begin
    return await exportOver(socket, { ...attempt, timeoutMs: attempt.timeoutMs - spent })
  } catch (thrown) {
    return brokenBy(thrown)
  }
}

/** @param tunnel a connection to the endpoint; `undefined`: one is made */
function exportOver(tunnel: Duplex | undefined, attempt: Attempt): Promise<Reply> {
  const { url, headers, message, timeoutMs, trust } = attempt
  return new Promise((resolve) => {
    const session = connect(url.origin, {
      ...CONNECTING,
      ...trust,
      ...(tunnel && { createConnection: () => secured(tunnel, url, trust, ['h2']) }),
    })
    const timer = setTimeout(() => finish({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs)
    const finish = (reply: Reply): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(reply)
    }
    const fail = (error: unknown): void => finish(brokenBy(error))
    session.on('error', fail)

    try {
      const stream = session.request({
        ...lowerCased(headers),
        ':method': 'POST',
        ':path': EXPORT_PATH,
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      let head: IncomingHttpHeaders = {}
      let trailers: IncomingHttpHeaders = {}
      const chunks: Buffer[] = []
      let length = 0
      stream.on('response', (received) => (head = received))
      stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received))
      stream.on('data', (chunk: Buffer) => {
        if (length < BODY_LIMIT) chunks.push(chunk)
        length += chunk.length
      })
      stream.on('error', fail)
      stream.on('close', () => finish(replyOf(head, trailers, Buffer.concat(chunks))))
      stream.end(framed(message))
    } catch (thrown) {
      fail(thrown)
    }
  })
}

/** HTTP/2 knows no capitals in names. */
function lowerCased(headers: ReadonlyMap<string, string>): OutgoingHttpHeaders {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]))
}

/** gRPC's length-prefixed message: one byte "not compressed", four bytes length (`PROTOCOL-HTTP2.md`). */
function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function replyOf(head: IncomingHttpHeaders, trailers: IncomingHttpHeaders, body: Buffer): Reply {
  const status = trailers['grpc-status'] ?? head['grpc-status']
  if (status !== undefined) {
    const message = trailers['grpc-message'] ?? head['grpc-message'] ?? ''
    return {
      kind: 'grpc',
      status: Number(status),
      message: percentDecoded(String(message)),
      body: body.subarray(5),
    }
  }
  const httpStatus: unknown = head[':status']
  if (typeof httpStatus !== 'number') {
    return brokenBy({ code: 'ECONNRESET', message: 'closed without an answer' })
  }
  return { kind: 'http', status: httpStatus, contentType: head['content-type'] ?? '', body }
}

function percentDecoded(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}
