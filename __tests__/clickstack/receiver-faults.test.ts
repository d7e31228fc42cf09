/** Faults of the OTLP/gRPC receiver as they look on the wire: what a client can tell apart must not be one and the same. */

import { connect, type IncomingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import type { Fault } from '../../local/clickstack/faults'
import { encodeTelemetry } from '../../local/otlp/encode'
import { grpcServices } from '../../local/otlp/wire'
import { allFaults } from '../scenarios/all-faults'
import { logsOf } from './telemetry-samples'

let stack: LocalClickStack
beforeAll(async () => {
  stack = await startClickStack()
})
beforeEach(() => stack.clear())
afterAll(() => stack.close())

/** What is still open then stays open. */
const PATIENCE_MS = 400

interface Seen {
  readonly head?: IncomingHttpHeaders
  readonly trailers?: IncomingHttpHeaders
  readonly body: string
  /** `ended`, `open`, or the code of an error. */
  readonly end: string
  /** Exports that the server has taken. */
  readonly taken: number
}

/** One call over Node's own HTTP/2: a gRPC library folds faults of the connection into one. */
async function seen(): Promise<Seen> {
  const message = encodeTelemetry(logsOf('orders', [{ body: 'x' }]))
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  const session = connect(stack.grpcEndpoint)
  const parts: { head?: IncomingHttpHeaders; trailers?: IncomingHttpHeaders } = {}
  const chunks: Buffer[] = []
  const end = await new Promise<string>((resolve) => {
    const failed = ({ code = '' }: NodeJS.ErrnoException) => resolve(code)
    setTimeout(() => resolve('open'), PATIENCE_MS)
    session.on('error', failed)
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${grpcServices.logs}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: stack.authorization ?? '',
    })
    stream.on('response', (head) => (parts.head = head))
    stream.on('trailers', (trailers: IncomingHttpHeaders) => (parts.trailers = trailers))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', failed)
    stream.on('end', () => setImmediate(() => resolve(stream.rstCode === 0 ? 'ended' : 'reset')))
    stream.end(Buffer.concat([prefix, message]))
  })
  session.destroy()
  return { ...parts, body: Buffer.concat(chunks).toString('latin1'), end, taken: taken() }
}

function taken(): number {
  return stack.received.filter(({ telemetry }) => telemetry !== undefined).length
}

test('each fault is another thing on the wire of gRPC, and none is the right answer', async () => {
  const looks = new Map<string, string>()
  const faults = Object.entries<{ readonly http: Fault }>(allFaults({}))
  for (const [name, fault] of [['none', undefined] as const, ...faults]) {
    await stack.clear()
    if (fault !== undefined) stack.receiverFaults.inject(fault.http)
    const { head, ...rest } = await seen()
    const look = JSON.stringify({ head: head && { ...head, date: '' }, ...rest })
    expect([name, looks.get(look)]).toEqual([name, undefined])
    looks.set(look, name)
  }
})

test.each([
  ['reset before the work', { end: 'ECONNRESET', body: '', taken: 0 }],
  ['reset after the work', { end: 'ECONNRESET', body: '', taken: 1 }],
  ['reset in the middle of the answer', { end: 'ERR_HTTP2_STREAM_ERROR', taken: 0 }],
  ['never answered', { end: 'open', body: '', taken: 0 }],
  ['answered by half', { end: 'ended', body: '\0\0', trailers: { 'grpc-status': '0' } }],
  ['answered by the byte', { end: 'open', taken: 1 }],
  [
    'answered by HTML with 200',
    {
      head: { ':status': 200, 'content-type': 'text/html' },
      body: expect.stringMatching(/^<!DOC/),
    },
  ],
  ['throttled', { head: { 'grpc-status': '8' } }],
  ['answered 500', { head: { 'grpc-status': '13' } }],
  ['answered 503', { head: { 'grpc-status': '14' } }],
  ['refused: credentials expired', { head: { 'grpc-status': '16' } }],
  ['refused: access denied', { head: { 'grpc-status': '7', 'grpc-message': 'Forbidden' } }],
] as const)('over gRPC, %s is what it says', async (name, look) => {
  stack.receiverFaults.inject(allFaults({})[name].http)
  expect(await seen()).toMatchObject(look)
})

test('what a server quotes over gRPC arrives whole, in any characters', async () => {
  const body = 'Wert „100 %“\n::error::x'
  stack.receiverFaults.inject({ kind: 'status', status: 400, body })
  const message = String((await seen()).head?.['grpc-message'])
  expect(decodeURIComponent(message)).toBe(body)
})
