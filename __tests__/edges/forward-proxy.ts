/**
 * A forward proxy as companies have one before the internet: tunnels (CONNECT) and requests for absolute URLs, with or
 * without a user. Names that end in `.test` lead to 127.0.0.1, so that nothing but the proxy reaches them.
 */

import { createServer, type IncomingMessage, request as forward, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface ForwardProxy {
  /** With the credentials that it requires. */
  readonly url: string
  readonly port: number
  /** What it was asked for: `CONNECT host:port`, `GET http://host/path`. */
  readonly asked: readonly string[]
  readonly requests: readonly IncomingMessage[]
  readonly server: Server
}

export interface ForwardProxyOptions {
  /** `user:password`, as in a URL. */
  readonly credentials?: string
  /** Opens tunnels to no other port, as Squid does to 443 alone. */
  readonly tunnelsTo?: readonly number[]
  /** Takes requests for tunnels and never answers them. */
  readonly isSilent?: boolean
}

export async function forwardProxy({
  credentials,
  tunnelsTo,
  isSilent = false,
}: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const requests: IncomingMessage[] = []
  const wanted =
    credentials === undefined
      ? undefined
      : `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}`
  const isAllowed = ({ headers }: IncomingMessage) =>
    wanted === undefined || headers['proxy-authorization'] === wanted

  const server = createServer((request, response) => {
    requests.push(request)
    if (!isAllowed(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
      return
    }
    const url = new URL(request.url ?? '', 'http://not-absolute.invalid')
    if (url.hostname === 'not-absolute.invalid') {
      response.writeHead(400).end()
      return
    }
    const headers = { ...request.headers }
    delete headers['proxy-authorization']
    const onward = forward(
      {
        host: addressOf(url.hostname),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers,
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    requests.push(request)
    client.on('error', () => client.destroy())
    if (isSilent) return client.on('end', () => client.destroy()).resume()
    const { hostname, port } = new URL(`http://${request.url ?? ''}`)
    const number = Number(port === '' ? 80 : port)
    if (!isAllowed(request)) return client.end('HTTP/1.1 407 Authentication Required\r\n\r\n')
    if (tunnelsTo !== undefined && !tunnelsTo.includes(number)) {
      return client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    }
    const upstream = connect(number, addressOf(hostname), () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${String(port)}`,
    port,
    get asked() {
      return requests.map(({ method, url }) => `${String(method)} ${String(url)}`)
    },
    requests,
    server,
  }
}

function addressOf(host: string): string {
  return host.endsWith('.test') ? '127.0.0.1' : host
}
