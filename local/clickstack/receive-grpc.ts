/**
 * The collector's OTLP/gRPC receiver (4317): HTTP/2, in clear (h2c) or with TLS. A gRPC library answers; before it stands an
 * HTTP/2 server that hands calls on, for the library knows one way to fail, a status, and connections fail in many.
 */

import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type Metadata,
} from '@grpc/grpc-js'
import { connect as connectHttp2, createSecureServer, createServer } from 'node:http2'
import { createServer as createNetServer, type Server as NetServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { decodeTelemetry } from '../otlp/decode'
import type { Signal } from '../otlp/telemetry'
import { encodeResponse, grpcServices } from '../otlp/wire'
import { answerOf, playGrpcFault } from './grpc-faults'
import { bodyOf, listenOnLoopback } from './http-server'
import { receive, type Receiver, type ReceiverOptions } from './receiver'

export async function startGrpcReceiver(options: ReceiverOptions): Promise<Receiver> {
  const server = new Server()
  for (const signal of ['logs', 'traces', 'metrics'] as const) {
    server.addService(
      {
        Export: {
          path: `/${grpcServices[signal]}/Export`,
          requestStream: false,
          responseStream: false,
          requestSerialize: (message: Buffer) => message,
          requestDeserialize: (message: Buffer) => message,
          responseSerialize: (message: Buffer) => message,
          responseDeserialize: (message: Buffer) => message,
        },
      },
      { Export: exportHandler(options, signal) },
    )
  }
  const library = connectHttp2(`http://127.0.0.1:${String(await listen(server))}`)
  // Only its own end ends it.
  library.on('error', () => undefined)
  const { faults, tls } = options
  const before = tls ? createSecureServer(tls) : createServer()
  before.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    bodyOf(stream)
      .then((body) =>
        playGrpcFault(faults.next(headers[':path'] ?? ''), stream, () =>
          answerOf(library, headers, body),
        ),
      )
      // The client went away in the middle of its call: nobody is left to answer.
      .catch(() => stream.destroy())
  })
  const front = await listenOnLoopback(tls ? withoutAlpn(before, tls) : before)
  return {
    port: front.port,
    async close() {
      await front.close()
      library.destroy()
      server.forceShutdown()
    },
  }
}

/**
 * Go's TLS before the gRPC server: who does not offer `h2` is shaken hands with all the same, agrees to no protocol, and is
 * reset with the first bytes. Node refuses such a handshake.
 */
function withoutAlpn(http2: NetServer, tls: NonNullable<ReceiverOptions['tls']>): NetServer {
  const resetting = createTlsServer(tls, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.destroy())
  })
  return createNetServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (hello) => {
      socket.pause()
      socket.unshift(hello)
      const isWithout = hello[0] === TLS_HANDSHAKE && !hello.includes(OFFERS_H2)
      ;(isWithout ? resetting : http2).emit('connection', socket)
    })
  })
}

const TLS_HANDSHAKE = 0x16
/** The name in the list of ALPN, after its length (RFC 7301). */
const OFFERS_H2 = Buffer.from('\x02h2')

/** Authentication comes before the message is looked at, as in the collector's interceptor. */
function exportHandler(options: ReceiverOptions, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const outcome = receive(
      options,
      { protocol: 'grpc', signal, headers: textHeaders(call.metadata) },
      () => decodeTelemetry(signal, call.request),
    )
    if (outcome.kind === 'accepted') {
      callback(null, encodeResponse())
      return
    }
    const code = outcome.kind === 'unauthenticated' ? status.UNAUTHENTICATED : status.INTERNAL
    callback({ code, details: outcome.reason })
  }
}

function textHeaders(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]),
  )
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
