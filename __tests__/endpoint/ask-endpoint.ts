/** How the tests of this folder ask an endpoint, and the endpoints of their own that they set up. */

import { createServer, type Server, type Socket } from 'node:net'
import { otlpLogs, type SenderOptions } from '../../src/edges/otlp-logs'
import type { ExportAnswer, ExportTarget } from '../../src/systems/clickstack/endpoint'
import type { Protocol } from '../../src/systems/rotel/export-settings'
import type { LocalClickStack } from '../../local/clickstack'
import { listenOnLoopback, type RunningServer } from '../../local/clickstack/http-server'

export const PROTOCOLS = ['grpc', 'http'] as const satisfies readonly Protocol[]

export const otherThan = (protocol: Protocol): Protocol => (protocol === 'grpc' ? 'http' : 'grpc')

export function endpointOf(stack: LocalClickStack, protocol: Protocol): string {
  return protocol === 'grpc' ? stack.grpcEndpoint : stack.httpEndpoint
}

export function targetAt(
  endpoint: string,
  protocol: Protocol,
  authorization: string | undefined = 'local-ingestion-key',
): ExportTarget {
  const headers = new Map<string, string>()
  if (authorization !== '') headers.set('Authorization', authorization)
  return { endpoint, protocol, headers }
}

/** An empty export, with short waits. */
export function ask(target: ExportTarget, options: SenderOptions = {}): Promise<ExportAnswer> {
  return otlpLogs({ waitsMs: [10, 20], timeoutMs: 2_000, ...options })(target, undefined)
}

/** A server on the loopback that does with the first bytes of a connection what it is told. */
export function startRawServer(onData: (socket: Socket) => void): Promise<RunningServer> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => onData(socket))
  })
  return listenOnLoopback(server)
}
