/** The runner's own export, against the receivers of a ClickStack in clear: what each answer is taken for. */

import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpServer } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { CLOSED_PORT, listenOnLoopback } from '../../local/clickstack/http-server'
import { otlpLogs } from '../../src/edges/otlp-logs'
import { controlBody } from '../../src/systems/clickstack/otlp-message'
import { detectProtocol } from '../../src/pipeline/preflight/endpoint/verdict'
import { ask, endpointOf, otherThan, PROTOCOLS, startRawServer, targetAt } from './ask-endpoint'

let stack: LocalClickStack
beforeAll(async () => {
  stack = await startClickStack()
})
afterEach(() => stack.clear())
afterAll(() => stack.close())

const own = (protocol: 'grpc' | 'http', key?: string) =>
  targetAt(endpointOf(stack, protocol), protocol, key)

describe.each(PROTOCOLS)('over %s', (protocol) => {
  test('an empty export is accepted, and leaves nothing behind', async () => {
    expect(await ask(own(protocol))).toEqual({ kind: 'accepted' })
    await stack.settled()
    expect(stack.received).toMatchObject([
      { protocol, signal: 'logs', telemetry: { signal: 'logs', batches: [] } },
    ])
    expect(await stack.count('otel_logs')).toBe(0)
  })

  test('a control record becomes a row that says what it is', async () => {
    const time = Date.now()
    const record = { id: 'run-7-ü', serviceName: 'orders', time }
    expect(await otlpLogs()(own(protocol), record)).toEqual({ kind: 'accepted' })
    await stack.settled()
    expect(
      await stack.rows(
        `SELECT ServiceName, Body, SeverityText, SeverityNumber, ScopeName,
                toUnixTimestamp64Milli(Timestamp) AS time, LogAttributes['clickstack.control_id'] AS id
         FROM otel_logs`,
      ),
    ).toEqual([
      {
        ServiceName: 'orders',
        Body: controlBody('run-7-ü'),
        SeverityText: expect.stringMatching(/^info$/i),
        SeverityNumber: 9,
        ScopeName: 'clickstack-lambda-action',
        time: String(time),
        id: 'run-7-ü',
      },
    ])
  })

  test('all headers are sent', async () => {
    const target = own(protocol)
    const headers = new Map([...target.headers, ['X-Tenant', 'blue']])
    expect((await ask({ ...target, headers })).kind).toBe('accepted')
    expect(stack.received[0]?.headers).toMatchObject({
      authorization: 'local-ingestion-key',
      'x-tenant': 'blue',
    })
  })

  test.each(['wrong-key', 'Bearer local-ingestion-key', ''])(
    'the key "%s" is refused, at the first try',
    async (key) => {
      const answer = await ask(own(protocol, key))
      expect(answer).toEqual({
        kind: 'key-refused',
        text: expect.stringMatching(/gRPC status 16 \(Unauthenticated\)|\/v1\/logs .* HTTP 401/),
        ...(protocol === 'grpc' && { overGrpc: true }),
      })
      expect(stack.received).toHaveLength(1)
    },
  )

  test('the port of the other protocol is recognised, whatever the key', async () => {
    for (const key of ['local-ingestion-key', 'wrong-key', '']) {
      const crossed = targetAt(endpointOf(stack, otherThan(protocol)), protocol, key)
      expect(await ask(crossed)).toMatchObject({ kind: 'wrong-protocol' })
    }
  })

  test('TLS to a port in clear is recognised, on both ports', async () => {
    for (const port of PROTOCOLS) {
      const endpoint = endpointOf(stack, port).replace('http:', 'https:')
      expect(await ask(targetAt(endpoint, protocol))).toEqual({
        kind: 'tls',
        text: expect.stringContaining('does not support TLS'),
      })
    }
  })

  test('a hanging endpoint is unreachable when the time is over', async () => {
    stack.receiverFaults.inject({ kind: 'hang' })
    const started = performance.now()
    expect(await ask(own(protocol), { timeoutMs: 300 })).toEqual({
      kind: 'unreachable',
      text: expect.stringContaining('no answer from 127.0.0.1'),
    })
    expect(performance.now() - started).toBeLessThan(1_500)
  })

  test.each([
    ['reset', { kind: 'reset' }],
    ['503', { kind: 'status', status: 503 }],
    ['429', { kind: 'status', status: 429 }],
  ] as const)('two times %s, then taken: accepted', async (_, fault) => {
    stack.receiverFaults.inject(fault, { times: 2 })
    expect(await ask(own(protocol))).toEqual({ kind: 'accepted' })
  })

  test('three times 503 is a refusal', async () => {
    stack.receiverFaults.inject({ kind: 'status', status: 503 })
    expect(await ask(own(protocol))).toEqual({
      kind: 'refused',
      text: expect.stringMatching(/gRPC status 14 \(Unavailable\)|HTTP 503/),
    })
  })

  test('a port that nobody listens on is unreachable', async () => {
    const answer = await ask(targetAt(`http://127.0.0.1:${CLOSED_PORT}`, protocol))
    expect(answer).toEqual({
      kind: 'unreachable',
      text: expect.stringContaining('refused the connection'),
    })
  })

  test('a name that nobody knows is unreachable', async () => {
    const answer = await ask(targetAt('http://clickstack.invalid:4317', protocol))
    expect(answer.kind).toBe('unreachable')
  })

  test('a connection that is closed each time is unreachable', async () => {
    const server = await startRawServer((socket) => socket.resetAndDestroy())
    try {
      const answer = await ask(targetAt(`http://127.0.0.1:${server.port}`, protocol))
      expect(answer).toMatchObject({ kind: 'unreachable' })
      expect(await ask(targetAt(`https://127.0.0.1:${server.port}`, protocol))).not.toMatchObject({
        kind: 'accepted',
      })
    } finally {
      await server.close()
    }
  })

  test('what speaks neither is the wrong protocol', async () => {
    const server = await startRawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    try {
      const answer = await ask(targetAt(`http://127.0.0.1:${server.port}`, protocol))
      expect(answer).toMatchObject({ kind: 'wrong-protocol' })
    } finally {
      await server.close()
    }
  })

  test('a header that cannot be sent is an answer too, and not thrown', async () => {
    const headers = new Map([['connection', 'secret-value-of-a-header\n']])
    const answer = await ask({ ...own(protocol), headers })
    expect(answer.kind).not.toBe('accepted')
    expect(JSON.stringify(answer)).not.toContain('secret-value')
  })

  test('the protocol is found without being told', async () => {
    const target = own(protocol)
    const send = otlpLogs({ waitsMs: [], timeoutMs: 2_000 })
    expect(await detectProtocol(send, target)).toBe(protocol)
    expect(await detectProtocol(send, own(protocol, 'wrong-key'))).toBe(protocol)
    expect(stack.received.every(({ protocol: spoken }) => spoken === protocol)).toBe(true)
  })
})

describe('over http', () => {
  test('a path comes before /v1/logs, with or without a slash at its end', async () => {
    for (const path of ['/otlp', '/otlp/']) {
      const answer = await ask(targetAt(stack.httpEndpoint + path, 'http'))
      expect(answer).toEqual({
        kind: 'not-found',
        text: expect.stringMatching(/\/otlp\/v1\/logs answered with HTTP 404$/),
      })
    }
  })

  test('a login page with status 200 is no OTLP', async () => {
    stack.receiverFaults.inject({ kind: 'answer', body: '<html>Sign in</html>' })
    expect((await ask(own('http'))).kind).toBe('not-found')
  })

  test.each([
    [301, 'refused'],
    [400, 'refused'],
    [403, 'key-refused'],
    [405, 'not-found'],
    [415, 'wrong-protocol'],
    [500, 'refused'],
    [505, 'wrong-protocol'],
  ])('HTTP %i is %s', async (status, kind) => {
    stack.receiverFaults.inject({ kind: 'status', status })
    expect(await ask(own('http'))).toMatchObject({ kind })
  })

  test('half an answer is tried again', async () => {
    stack.receiverFaults.inject({ kind: 'cut', body: 'half' }, { times: 1 })
    expect(await ask(own('http'))).toEqual({ kind: 'accepted' })
  })

  test('a server’s words are told without what they quote of the headers', async () => {
    const key = 'sk-5b1f/very+secret=='
    stack.receiverFaults.inject({
      kind: 'status',
      status: 500,
      body: `bad\n::error::value ${key} ${encodeURIComponent(key)} ${Buffer.from(key).toString('base64')} https://x.test/?token=${key}`,
    })
    const answer = await ask(own('http', `Bearer ${key}`))
    expect(answer).toEqual({ kind: 'refused', text: expect.stringContaining('bad ::error::value') })
    for (const part of ['sk-5b1f', 'secret', Buffer.from(key).toString('base64')]) {
      expect(JSON.stringify(answer)).not.toContain(part)
    }
  })
})

describe('over gRPC', () => {
  test.each([
    [{ 'grpc-status': '12' }, 'not-found'],
    [{ 'grpc-status': '7' }, 'key-refused'],
    [{ 'grpc-status': '8', 'grpc-message': 'quota%20used' }, 'refused'],
    [{ 'grpc-status': '13', 'grpc-message': '100%' }, 'refused'],
    [{ ':status': 404 }, 'wrong-protocol'],
    [{ ':status': 401 }, 'key-refused'],
    [{ ':status': 503 }, 'refused'],
    [{ ':status': 200, 'content-type': 'text/html' }, 'wrong-protocol'],
  ] as const)('an answer of headers only, %j, is %s', async (headers, kind) => {
    const server = createHttp2Server()
    server.on('stream', (stream) => stream.respond(headers, { endStream: true }))
    const { port, close } = await listenOnLoopback(server)
    try {
      expect(await ask(targetAt(`http://127.0.0.1:${port}`, 'grpc'))).toMatchObject({ kind })
    } finally {
      await close()
    }
  })

  test('the path of the endpoint is dropped, as Rotel drops it', async () => {
    expect((await ask(targetAt(`${stack.grpcEndpoint}/otlp`, 'grpc'))).kind).toBe('accepted')
  })
})

test.each([
  ['http', createHttpServer((_, response) => response.end())],
  ['grpc', createHttp2Server((_, response) => response.end())],
] as const)('no connection over %s is left open', async (protocol, server) => {
  let opened = 0
  const open = new Set<unknown>()
  server.on('connection', (socket: Socket) => {
    opened++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  const { port, close } = await listenOnLoopback(server)
  try {
    await ask(targetAt(`http://127.0.0.1:${port}`, protocol))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([opened, open.size]).toEqual([1, 0])
  } finally {
    await close()
  }
})

test('no receiver, no protocol', async () => {
  const endpoint = `http://127.0.0.1:${CLOSED_PORT}`
  const send = otlpLogs({ waitsMs: [], timeoutMs: 1_000 })
  expect(await detectProtocol(send, { endpoint, headers: new Map() })).toBeUndefined()
})

test('an address that is no URL is refused', async () => {
  expect((await ask(targetAt('clickstack', 'http'))).kind).toBe('refused')
})
