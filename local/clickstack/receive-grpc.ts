/** The collector's OTLP/gRPC receiver (4317): HTTP/2, in clear (h2c) or with TLS. */

import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type Metadata,
} from '@grpc/grpc-js'
import { decodeTelemetry } from '../otlp/decode'
import type { Signal } from '../otlp/telemetry'
import { encodeResponse, grpcServices } from '../otlp/wire'
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
  return {
    port,
    close() {
      server.forceShutdown()
      return Promise.resolve()
    },
  }
}

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
      callback({ code: status.UNAVAILABLE, details: `injected: ${fault.kind}` })
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
