/** What is an accepted export, and what only answers well; a TLS port for gRPC that HTTP/1.1 is spoken to. */

import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { expect, test } from '@jest/globals'
import { selfSignedCertificate } from '../../local/clickstack/certificate'
import { listenOnLoopback } from '../../local/clickstack/http-server'
import { conclude } from '../../src/systems/clickstack/conclude-answer'
import type { Reply } from '../../src/systems/clickstack/reply'
import { ask, targetAt } from './ask-endpoint'

const HEALTH = '{"status":"Server available","upSince":"2026-11-25T00:00:00Z","uptime":"1m"}'

test.each([
  ['application/json', '{}', 'accepted'],
  ['application/json; charset=utf-8', '{"partialSuccess":{}}', 'accepted'],
  ['application/json', '{"partialSuccess":null}', 'accepted'],
  ['application/json', '', 'accepted'],
  ['application/json', '{"partialSuccess":{"rejectedLogRecords":"1"}}', 'refused'],
  ['application/json', '{"partialSuccess":{"rejectedLogRecords":1}}', 'refused'],
  ['application/x-protobuf', '', 'accepted'],
  ['application/x-protobuf', '\n\u0004\b\u0001\u0012\u0000', 'refused'],
  ['', '', 'accepted'],
  ['application/json', HEALTH, 'not-found'],
  ['application/json', '{"partialSuccess":{},"status":"ok"}', 'not-found'],
  ['application/json', '{"partialSuccess":{"rejectedLogRecords":{"toString":1}}}', 'not-found'],
  ['application/json', '[]', 'not-found'],
  ['application/json', '"ok"', 'not-found'],
  ['application/json', 'null', 'not-found'],
  ['application/problem+json', '{"title":"Sign in"}', 'not-found'],
  ['application/octet-stream', HEALTH, 'not-found'],
  ['', HEALTH, 'not-found'],
  ['', 'Ok.\n', 'not-found'],
  ['text/plain', '', 'not-found'],
  ['text/html', '<html>Sign in</html>', 'not-found'],
  ['image/gif', 'GIF89a', 'not-found'],
  // A proxy before a gRPC server passes on what that answers to a path which it does not know.
  ['application/grpc', '', 'wrong-protocol'],
  ['application/grpc+proto', '', 'wrong-protocol'],
])('HTTP 200 of type "%s" with %j is %s', (contentType, body, kind) => {
  const reply: Reply = { kind: 'http', status: 200, contentType, body: Buffer.from(body) }
  const { answer } = conclude(reply, targetAt('http://h:4318', 'http'))
  expect(answer.kind).toBe(kind)
})

test.each([
  ['resets', (socket: TLSSocket) => socket.destroy(), 'wrong-protocol', false],
  ['hangs up', (socket: TLSSocket) => socket.end(), 'wrong-protocol', false],
  ['answers in HTTP/1.1', answer, 'accepted', false],
  // It agreed to HTTP/1.1, so that it is this connection that broke.
  ['agrees to HTTP/1.1 and resets', (socket: TLSSocket) => socket.destroy(), 'unreachable', true],
] as const)('a TLS port that %s is told apart', async (_, onData, kind, hasAlpn) => {
  const { key, cert } = await selfSignedCertificate()
  const options = { key, cert, ...(hasAlpn && { ALPNProtocols: ['http/1.1'] }) }
  const { port, close } = await listenOnLoopback(
    createTlsServer(options, (socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => onData(socket))
    }),
  )
  try {
    const target = targetAt(`https://127.0.0.1:${port}`, 'http')
    expect(await ask(target, { trust: { ca: cert } })).toMatchObject({ kind })
  } finally {
    await close()
  }
})

function answer(socket: TLSSocket): void {
  socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')
}
