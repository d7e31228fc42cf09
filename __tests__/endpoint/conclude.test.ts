/** What each reply is taken for; and that no text ever tells a secret. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { conclude } from '../../src/systems/clickstack/conclude-answer'
import { brokenBy, type Reply } from '../../src/systems/clickstack/reply'
import { judgeEndpoint } from '../../src/pipeline/preflight/endpoint/verdict'
import { PROTOCOLS, targetAt } from './ask-endpoint'

const NODES_ERRORS = [
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND x', 'unreachable', false],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN x', 'unreachable', true],
  ['ECONNREFUSED', '', 'unreachable', false],
  ['ETIMEDOUT', '', 'unreachable', false],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH', 'unreachable', false],
  ['ENETUNREACH', 'connect ENETUNREACH', 'unreachable', false],
  ['ECONNRESET', 'socket hang up', 'unreachable', true],
  ['EPIPE', 'write EPIPE', 'unreachable', true],
  [
    'ECONNRESET',
    'Client network socket disconnected before secure TLS connection was established',
    'tls',
    true,
  ],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'tls', false],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'tls', false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'tls', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match', 'tls', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'error:0A00010B:SSL routines', 'tls', false],
  [
    'EPROTO',
    'write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version',
    'tls',
    false,
  ],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'alert handshake failure', 'tls', false],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', '', 'wrong-protocol', false],
  ['EPROTO', 'tlsv1 alert no application protocol', 'wrong-protocol', false],
  ['ERR_HTTP2_ERROR', 'Protocol error', 'wrong-protocol', false],
  [
    'ERR_HTTP2_STREAM_ERROR',
    'Stream closed with error code NGHTTP2_HTTP_1_1_REQUIRED',
    'wrong-protocol',
    false,
  ],
  [
    'ERR_HTTP2_STREAM_ERROR',
    'Stream closed with error code NGHTTP2_REFUSED_STREAM',
    'refused',
    true,
  ],
  ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/', 'wrong-protocol', false],
  ['ERR_INVALID_CHAR', 'Invalid character in header content', 'refused', false],
] as const

describe.each(PROTOCOLS)('over %s', (protocol) => {
  const target = targetAt('https://clickstack.example.com:4317/otlp?token=t0ken', protocol)

  test.each(NODES_ERRORS)('Node’s %s, "%s", is %s', (code, message, kind, passing) => {
    const direct = conclude(brokenBy(Object.assign(new Error(message), { code })), target)
    expect(direct).toMatchObject({ answer: { kind }, passing })
    // HTTP/2 hands a failed connection over as the cause of a cancelled stream; within Jest it is no `Error`.
    const cancelled = { code: 'ERR_HTTP2_STREAM_CANCEL', message: '', cause: { code, message } }
    expect(conclude(brokenBy(cancelled), target)).toEqual(direct)
  })

  test('what cannot be told is not taken for an acceptance', () => {
    for (const thrown of [undefined, null, 'x', {}, new Error('x'), { code: 7 }]) {
      expect(conclude(brokenBy(thrown), target).answer.kind).toBe('refused')
    }
  })
})

test.each([
  [[0x15, 3, 1, 0, 2], 'tls'],
  [[0, 0, 6, 4, 0, 0], 'wrong-protocol'],
])('the bytes %j in place of an HTTP answer are %s', (bytes, kind) => {
  const rawPacket = Buffer.from(bytes)
  const reply = brokenBy({ code: 'HPE_INVALID_CONSTANT', message: 'Parse Error', rawPacket })
  expect(conclude(reply, targetAt('http://h:4318', 'http')).answer.kind).toBe(kind)
})

test.each(PROTOCOLS)('records that were not taken are a refusal over %s', (protocol) => {
  const body = Buffer.from([0x0a, 0x04, 0x08, 0x01, 0x12, 0x00])
  const reply: Reply =
    protocol === 'grpc'
      ? { kind: 'grpc', status: 0, message: '', body }
      : { kind: 'http', status: 200, contentType: 'application/x-protobuf', body }
  expect(conclude(reply, targetAt('http://h:1', protocol)).answer).toEqual({
    kind: 'refused',
    text: 'h:1 accepted the export but rejected the record',
  })
})

test('no text tells a value of a header or what follows the path, whatever the server says', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.~-]{8,60}$/)
  const around = fc.string({ maxLength: 30 })
  const status = fc.constantFrom(200, 301, 400, 401, 403, 404, 415, 418, 429, 500, 503, 505)
  const contentType = fc.constantFrom('text/plain', 'text/html', 'application/x-protobuf', '')
  const quoting = fc.record({
    key: secret,
    scheme: fc.constantFrom('', 'Bearer ', 'Basic '),
    protocol: fc.constantFrom(...PROTOCOLS),
    quote: fc.constantFrom(
      (key: string) => key,
      encodeURIComponent,
      (key: string) => Buffer.from(key).toString('base64'),
      (key: string) => JSON.stringify({ authorization: key }),
      (key: string) => `https://h/v1/logs?token=${key}`,
    ),
    before: around,
    after: around,
  })
  fc.assert(
    fc.property(quoting, status, contentType, fc.nat({ max: 17 }), (given, http, type, grpc) => {
      const { key, scheme, protocol, quote } = given
      const words = `${given.before} ${quote(key)} ${given.after}`
      const target = targetAt(`https://h.example:4317/p?token=${key}`, protocol, scheme + key)
      const length = Buffer.byteLength(words)
      const body =
        type === 'application/x-protobuf'
          ? Buffer.concat([
              Buffer.from([0x12, (length & 0x7f) | 0x80, length >> 7]),
              Buffer.from(words),
            ])
          : Buffer.from(words)
      const replies: readonly Reply[] = [
        { kind: 'http', status: http, contentType: type, body },
        { kind: 'grpc', status: grpc, message: words, body: Buffer.alloc(0) },
        { kind: 'broken', code: 'EWHATEVER', message: words, received: body },
        { kind: 'timeout', afterMs: 10_000 },
      ]
      for (const reply of replies) {
        const { answer } = conclude(reply, target)
        const verdict = judgeEndpoint(answer, { check: 'warn', target, credentialsSent: true })
        const told = JSON.stringify([answer, verdict])
        for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString('base64')]) {
          expect(told).not.toContain(form)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a server’s words stay one short line', () => {
  const body = Buffer.from(`oops\r\n::add-mask::x\u0000 ${'long '.repeat(200)}`)
  const reply: Reply = { kind: 'http', status: 500, contentType: 'text/plain', body }
  const { answer } = conclude(reply, targetAt('http://h:4318', 'http'))
  const text = answer.kind === 'accepted' ? '' : answer.text
  expect(text).toMatch(/^h:4318\/v1\/logs answered with HTTP 500: oops ::add-mask::x long/)
  expect(text.length).toBeLessThan(300)
})
