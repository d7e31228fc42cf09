/** The collector's OTLP/gRPC receiver (4317): HTTP/2, in clear (h2c) or with TLS. */

import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type Metadata,
} from '@grpc/grpc-js'
import { connect, createServer as createNetServer, type Server as NetServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { decodeTelemetry } from '../otlp/decode'
import type { Signal } from '../otlp/telemetry'
import { encodeResponse, grpcServices } from '../otlp/wire'
import { listenOnLoopback } from './http-server'
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
  const port = await listen(server, options.tls)
  const front = options.tls && (await listenOnLoopback(withoutAlpn(port, options.tls)))
  return {
    port: front?.port ?? port,
    async close() {
      await front?.close()
      server.forceShutdown()
    },
  }
}

/**
 * Go's TLS before the gRPC server: who does not offer `h2` is shaken hands with all the same, agrees to no protocol, and is
 * reset with the first bytes. Node refuses such a handshake.
 */
function withoutAlpn(grpcPort: number, tls: NonNullable<ReceiverOptions['tls']>): NetServer {
  const resetting = createTlsServer(tls, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.destroy())
  })
  return createNetServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (hello) => {
      socket.pause()
      socket.unshift(hello)
      if (hello[0] === TLS_HANDSHAKE && !hello.includes(OFFERS_H2)) {
        resetting.emit('connection', socket)
        return
      }
      const onward = connect(grpcPort, '127.0.0.1')
      onward.on('error', () => socket.destroy())
      onward.on('close', () => socket.destroy())
      socket.on('close', () => onward.destroy())
      socket.pipe(onward).pipe(socket)
    })
  })
}

const TLS_HANDSHAKE = 0x16
/** The name in the list of ALPN, after its length (RFC 7301). */
const OFFERS_H2 = Buffer.from('\x02h2')

/** Authentication comes before the message is looked at, as in the collector's interceptor. */
function exportHandler(options: ReceiverOptions, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const answer = (): void => {
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
    const fault = options.faults.next(call.getPath())
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'slow') {
      setTimeout(answer, fault.ms).unref()
      return
    }
    if (fault) {
      const isRefusal = fault.kind === 'status' && [401, 403].includes(fault.status)
      const code = isRefusal ? status.UNAUTHENTICATED : status.UNAVAILABLE
      if (fault.kind === 'lost-answer') {
        receive(options, { protocol: 'grpc', signal, headers: textHeaders(call.metadata) }, () =>
          decodeTelemetry(signal, call.request),
        )
      }
      callback({ code, details: `injected: ${fault.kind}` })
      return
    }
    answer()
  }
}

function textHeaders(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).map(([name, value]) => [name, String(value)]),
  )
}

function listen(server: Server, tls: ReceiverOptions['tls']): Promise<number> {
  const credentials = tls
    ? ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
      ])
    : ServerCredentials.createInsecure()
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
