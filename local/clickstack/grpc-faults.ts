/** Faults of a gRPC server as they look on the wire: each as another thing, as over HTTP/1.1. */

import {
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { trickle } from '../http/trickle'
import type { Fault } from './faults'

/** Of a unary call. */
interface GrpcAnswer {
  readonly head: OutgoingHttpHeaders
  readonly body: Buffer
  /** `undefined`: the status is in the head, and nothing follows it. */
  readonly trailers: OutgoingHttpHeaders | undefined
}

/** What the server at the other end of the session answers. */
export function answerOf(
  session: ClientHttp2Session,
  headers: IncomingHttpHeaders,
  message: Buffer,
): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers)
    const chunks: Buffer[] = []
    let head: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders | undefined
    stream.on('response', (received) => (head = received))
    stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => resolve({ head, body: Buffer.concat(chunks), trailers }))
    stream.end(message)
  })
}

/** @param work does the server's job: not asked where the fault comes before it */
export async function playGrpcFault(
  fault: Fault | undefined,
  stream: ServerHttp2Stream,
  work: () => Promise<GrpcAnswer>,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
    case 'asleep':
      send(stream, await work())
      return
    case 'slow':
      await sleep(fault.ms, undefined, { ref: false })
      send(stream, await work())
      return
    case 'hang':
      return
    case 'reset':
      resetConnection(stream)
      return
    case 'lost-answer':
      await work()
      resetConnection(stream)
      return
    case 'half-answer': {
      const answer = await work()
      send(stream, { ...answer, body: answer.body.subarray(0, answer.body.length / 2) })
      return
    }
    case 'trickle': {
      const { msPerByte } = fault
      send(stream, await work(), (body) => trickle(stream, body, msPerByte))
      return
    }
    case 'cut':
      // As a proxy does whose own connection to the server broke: of HTTP/2's connection only this call is lost.
      stream.respond(GRPC)
      stream.write(framed(Buffer.from(fault.body), MISSING), () => {
        // `close` would end the answer before it.
        stream.destroy(new Error('cut'))
      })
      return
    case 'status':
      if (isPage(fault.type ?? 'text/plain')) {
        sendPage(stream, fault.status, 'text/html', fault.body ?? '')
      } else {
        const code = CODES[fault.status] ?? UNKNOWN
        const head = {
          ...GRPC,
          'grpc-status': String(code),
          'grpc-message': percentEncoded(fault.body ?? ''),
        }
        send(stream, { head, body: Buffer.of(), trailers: undefined })
      }
      return
    case 'answer': {
      const type = fault.type ?? 'text/html'
      if (isPage(type)) {
        sendPage(stream, constants.HTTP_STATUS_OK, type, fault.body)
        return
      }
      // Of the protocol's own type, and the bytes are no message of it.
      send(stream, {
        head: GRPC,
        body: Buffer.from(fault.body),
        trailers: { 'grpc-status': '0' },
      })
    }
  }
}

const GRPC = { ':status': 200, 'content-type': 'application/grpc' }
/** As many bytes of a message are announced and do not come. */
const MISSING = 1000

/** By HTTP's status, what gRPC's servers answer (google/rpc/code.proto). */
const CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 10,
  429: 8,
  500: 13,
  501: 12,
  503: 14,
  504: 4,
}
const UNKNOWN = 2

function isPage(type: string): boolean {
  return type.startsWith('text/html')
}

/** Of something before the server that speaks HTTP and no gRPC. */
function sendPage(stream: ServerHttp2Stream, status: number, type: string, body: string): void {
  stream.respond({ ':status': status, 'content-type': type })
  stream.end(body)
}

function send(
  stream: ServerHttp2Stream,
  { head, body, trailers }: GrpcAnswer,
  write = (whole: Buffer): unknown => stream.end(whole),
): void {
  if (stream.destroyed) return
  if (trailers === undefined) {
    stream.respond(head, { endStream: true })
    return
  }
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.respond(head, { waitForTrailers: true })
  write(body)
}

function resetConnection({ session }: ServerHttp2Stream): void {
  session?.socket.resetAndDestroy()
}

/** gRPC's length-prefixed message. @param missing bytes that are announced besides */
function framed(message: Buffer, missing: number): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length + missing, 1)
  return Buffer.concat([prefix, message])
}

/** As `grpc-message` carries a text (gRPC, `PROTOCOL-HTTP2.md`): what is not printable ASCII, and `%`. */
function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
