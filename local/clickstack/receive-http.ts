/** The collector's OTLP/HTTP receiver (4318): protobuf and JSON, plain or gzip. */

import {
  createServer,
  ServerResponse,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createConnectionServer, type Server } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeJsonTelemetry, decodeTelemetry } from '../otlp/decode'
import type { Signal } from '../otlp/telemetry'
import { encodeResponse, encodeStatus } from '../otlp/wire'
import { playFault } from './faults'
import { bodyOf, listenOnLoopback } from './http-server'
import { refusalOf } from './ingestion-key'
import { receive, type Receiver, type ReceiverOptions } from './receiver'

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer | string
}

/** With TLS both HTTP/1.1 and HTTP/2 are spoken, as by Go's server; in clear only HTTP/1.1. */
export function startHttpReceiver(options: ReceiverOptions): Promise<Receiver> {
  const respond = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
    write: (answer: Answer) => void,
  ): void => {
    answerTo(options, request, response).then(
      (answer) => {
        if (answer) write(answer)
      },
      // The client went away in the middle of its request: nobody is left to answer.
      () => undefined,
    )
  }
  if (options.tls) {
    const secure = createSecureServer({ ...options.tls, allowHTTP1: true }, (request, response) => {
      respond(request, response, ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type })
        response.end(body)
      })
    })
    return listenOnLoopback(refusingPlainHttp(secure))
  }
  return listenOnLoopback(
    createServer((request, response) => {
      respond(request, response, ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type })
        response.end(body)
      })
    }),
  )
}

const tlsHandshake = 0x16

/** Go's server recognises HTTP at its TLS port, and says so in clear (`net/http`, tlsRecordHeaderLooksLikeHTTP). */
function refusingPlainHttp(secure: Http2SecureServer): Server {
  return createConnectionServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (first) => {
      if (first[0] === tlsHandshake) {
        socket.pause()
        socket.unshift(first)
        secure.emit('connection', socket)
        return
      }
      socket.end(
        'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
      )
    })
  })
}

/** Undefined where an injected fault has answered. Faults are for HTTP/1.1, which is what OTLP/HTTP clients speak. */
async function answerTo(
  options: ReceiverOptions,
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): Promise<Answer | undefined> {
  const body = await bodyOf(request)
  const path = new URL(request.url ?? '/', 'http://collector').pathname
  if (response instanceof ServerResponse) {
    if (await playFault(options.faults.next(path), response)) return
  }
  const { method = '' } = request
  return otlpAnswer(options, { method, path, headers: textHeaders(request.headers), body })
}

interface Incoming {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Order as in the collector: key, path, method, content type, message (confighttp, then receiver/otlpreceiver). */
function otlpAnswer(options: ReceiverOptions, { method, path, headers, body }: Incoming): Answer {
  const type = headers['content-type'] ?? ''
  const signal = signalOf(path)
  if (!signal || method !== 'POST' || !isOtlp(type)) {
    const refusal = refusalOf(options.key, headers.authorization)
    if (refusal !== undefined) return failure(type, 401, 16, refusal)
    if (!signal) return { status: 404, type: 'text/plain', body: '404 page not found\n' }
    if (method !== 'POST') {
      return {
        status: 405,
        type: 'text/plain',
        body: '405 method not allowed, supported: [POST]',
      }
    }
    return {
      status: 415,
      type: 'text/plain',
      body: '415 unsupported media type, supported: [application/json, application/x-protobuf]',
    }
  }
  const outcome = receive(options, { protocol: 'http', signal, headers }, () => {
    const message = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    return isJson(type)
      ? decodeJsonTelemetry(signal, String(message))
      : decodeTelemetry(signal, message)
  })
  if (outcome.kind === 'unauthenticated') return failure(type, 401, 16, outcome.reason)
  if (outcome.kind === 'malformed') return failure(type, 400, 3, outcome.reason)
  return isJson(type)
    ? { status: 200, type: 'application/json', body: '{"partialSuccess":{}}' }
    : { status: 200, type: 'application/x-protobuf', body: encodeResponse() }
}

/** A google.rpc.Status in the encoding of the request; where that is neither, the collector gives up with a 500. */
function failure(type: string, status: number, code: number, message: string): Answer {
  if (isJson(type)) {
    return { status, type: 'application/json', body: JSON.stringify({ code, message }) }
  }
  if (isProtobuf(type)) {
    return { status, type: 'application/x-protobuf', body: encodeStatus({ code, message }) }
  }
  return {
    status: 500,
    type: 'text/plain',
    body: '{"code": 13, "message": "failed to marshal error message"}',
  }
}

function signalOf(path: string): Signal | undefined {
  return (['logs', 'traces', 'metrics'] as const).find((signal) => path === `/v1/${signal}`)
}

function isOtlp(type: string): boolean {
  return isJson(type) || isProtobuf(type)
}

function isJson(type: string): boolean {
  return type.split(';')[0]?.trim() === 'application/json'
}

function isProtobuf(type: string): boolean {
  return type.split(';')[0]?.trim() === 'application/x-protobuf'
}

function textHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
