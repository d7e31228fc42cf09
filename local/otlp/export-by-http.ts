/** One OTLP/HTTP export, protobuf in the body. */

import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { gzipSync } from 'node:zlib'
import { connectionFailure, type ExportResult } from './result'
import type { Target } from './target'
import { decodeResponse } from './wire'

/** Redirects are not followed: Rotel does not either. */
export function exportByHttp(target: Target, url: URL, message: Buffer): Promise<ExportResult> {
  const gzip = target.compression !== 'none'
  const request = url.protocol === 'https:' ? requestSecure : requestPlain
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/x-protobuf',
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
          ...target.headers,
        },
        ...(target.ca === undefined ? {} : { ca: target.ca }),
        rejectUnauthorized: target.skipTlsVerification !== true,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('end', () => {
          finish(answer(response.statusCode ?? 0, Buffer.concat(chunks)))
        })
      },
    )
    const timer = setTimeout(() => finish({ kind: 'timeout' }), target.timeoutMs ?? 5000)
    function finish(result: ExportResult): void {
      clearTimeout(timer)
      outgoing.destroy()
      resolve(result)
    }
    function fail(error: NodeJS.ErrnoException): void {
      finish(connectionFailure(error))
    }
    outgoing.on('error', fail)
    outgoing.end(gzip ? gzipSync(message) : message)
  })
}

function answer(status: number, body: Buffer): ExportResult {
  if (status < 200 || status > 299) return { kind: 'http-status', status, body: String(body) }
  try {
    const partial = decodeResponse(body)
    return partial ? { kind: 'ok', partial } : { kind: 'ok' }
  } catch {
    return { kind: 'protocol-error', code: 'BAD_RESPONSE', message: 'not an OTLP response' }
  }
}
