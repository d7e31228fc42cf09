/**
 * One OTLP/gRPC export over Node's own HTTP/2. Not by a gRPC library: those fold every fault of the connection into
 * status 14, and here the fault itself is what is asked for.
 */

import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2'
import { gunzipSync, gzipSync } from 'node:zlib'
import { connectionFailure, type ExportResult } from './result'
import type { Target } from './target'
import type { Signal } from './telemetry'
import { decodeResponse, grpcServices } from './wire'

type ResponseHead = IncomingHttpHeaders & IncomingHttpStatusHeader

/** Any path of the URL is dropped, as Rotel drops it (`src/exporters/otlp/request.rs`). */
export function exportByGrpc(
  target: Target,
  url: URL,
  signal: Signal,
  message: Buffer,
): Promise<ExportResult> {
  const gzip = target.compression !== 'none'
  const timeoutMs = target.timeoutMs ?? 5000
  return new Promise((resolve) => {
    const session: ClientHttp2Session = connect(url.origin, {
      ...(target.ca === undefined ? {} : { ca: target.ca }),
      rejectUnauthorized: target.skipTlsVerification !== true,
    })
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutMs)
    function finish(result: ExportResult): void {
      clearTimeout(timer)
      session.destroy()
      resolve(result)
    }
    function fail(error: NodeJS.ErrnoException): void {
      finish(connectionFailure(error))
    }
    session.on('error', fail)

    const stream = session.request({
      ':method': 'POST',
      ':path': `/${grpcServices[signal]}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${timeoutMs}m`,
      'grpc-accept-encoding': 'gzip',
      ...(gzip ? { 'grpc-encoding': 'gzip' } : {}),
      ...lowerCased(target.headers),
    })
    let head: ResponseHead = {}
    let trailers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    stream.on('response', (headers) => (head = headers))
    stream.on('trailers', (headers: IncomingHttpHeaders) => (trailers = headers))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', fail)
    stream.on('end', () => finish(answer(head, trailers, Buffer.concat(chunks))))
    stream.end(frame(gzip ? gzipSync(message) : message, gzip))
  })
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** gRPC's length-prefixed message: one byte "compressed", four bytes length. */
function frame(message: Buffer, compressed: boolean): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt8(compressed ? 1 : 0)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function answer(head: ResponseHead, trailers: IncomingHttpHeaders, body: Buffer): ExportResult {
  const status = trailers['grpc-status'] ?? head['grpc-status']
  if (status === undefined) {
    const httpStatus = head[':status']
    if (httpStatus === undefined) {
      return { kind: 'unreachable', code: 'ECONNRESET', message: 'closed without an answer' }
    }
    return {
      kind: 'grpc-status',
      code: codeOfHttpStatus(httpStatus),
      message: `grpc-status header missing, mapped from HTTP status code ${httpStatus}`,
    }
  }
  if (status !== '0') {
    const message = trailers['grpc-message'] ?? head['grpc-message'] ?? ''
    return {
      kind: 'grpc-status',
      code: Number(status),
      message: decodeURIComponent(String(message)),
    }
  }
  try {
    const partial = decodeResponse(unframed(body))
    return partial ? { kind: 'ok', partial } : { kind: 'ok' }
  } catch {
    return { kind: 'protocol-error', code: 'BAD_RESPONSE', message: 'not an OTLP response' }
  }
}

function unframed(body: Buffer): Buffer {
  const message = body.subarray(5)
  return body[0] === 1 ? gunzipSync(message) : message
}

/** gRPC's `doc/http-grpc-status-mapping.md`. */
function codeOfHttpStatus(status: number): number {
  if (status === 400) return 13
  if (status === 401) return 16
  if (status === 403) return 7
  if (status === 404) return 12
  if ([429, 502, 503, 504].includes(status)) return 14
  return 2
}
