/** A proxy as companies have one before the internet: whoever asks for a tunnel gets it, to the test's own server. */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface ConnectProxy {
  readonly url: string
  /** The requests for a tunnel. */
  readonly asked: readonly IncomingMessage[]
  readonly server: Server
}

/** @param port of 127.0.0.1, where each tunnel leads, whatever name it is asked for */
export async function connectProxy(port: number): Promise<ConnectProxy> {
  const asked: IncomingMessage[] = []
  const server = createServer((_, response) => response.writeHead(400).end())
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request)
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    client.on('close', () => upstream.destroy())
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = (server.address() as AddressInfo).port
  return { url: `http://127.0.0.1:${String(own)}`, asked, server }
}
