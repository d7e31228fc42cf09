/** Small parts that the local HTTP servers share. */

import type { Server, Socket } from 'node:net'
import type { Readable } from 'node:stream'

export interface RunningServer {
  readonly port: number
  /** Ends open connections too: clients keep them alive, and a test must end. */
  readonly close: () => Promise<void>
}

export async function bodyOf(request: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export function listenOnLoopback(server: Server): Promise<RunningServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') {
        reject(new Error('Not a TCP server'))
        return
      }
      resolve({
        port: address.port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            for (const socket of sockets) socket.destroy()
          }),
      })
    })
  })
}

/**
 * A port of the loopback that nothing listens on, for a service that is not there: one that is assigned to nothing, and
 * that `fetch` does not refuse by itself. A port that was free a moment ago is not it: the next server may get it.
 */
export const CLOSED_PORT = 10
