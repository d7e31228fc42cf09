/** The runner's own export, against receivers that speak TLS and want `Bearer`, as managed ClickStack does. */

import { createServer as createSecureServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { selfSignedCertificate } from '../../local/clickstack/certificate'
import { listenOnLoopback } from '../../local/clickstack/http-server'
import { otlpLogs } from '../../src/edges/otlp-logs'
import { detectProtocol } from '../../src/pipeline/preflight/endpoint/verdict'
import { ask, endpointOf, otherThan, PROTOCOLS, targetAt } from './ask-endpoint'

let stack: LocalClickStack
beforeAll(async () => {
  stack = await startClickStack({
    tls: true,
    ingestionKey: { scheme: 'bearer', key: 'managed-key' },
  })
})
afterAll(() => stack.close())

const trusting = () => ({ trust: { ca: stack.certificate ?? '' } })
const KEY = 'Bearer managed-key'

describe.each(PROTOCOLS)('over %s', (protocol) => {
  test('who trusts the certificate gets through', async () => {
    const target = targetAt(endpointOf(stack, protocol), protocol, KEY)
    expect(await ask(target, trusting())).toEqual({ kind: 'accepted' })
    expect(await ask(target, { trust: { rejectUnauthorized: false } })).toEqual({
      kind: 'accepted',
    })
  })

  test('who does not gets told of the certificate', async () => {
    expect(await ask(targetAt(endpointOf(stack, protocol), protocol, KEY))).toEqual({
      kind: 'tls',
      text: expect.stringMatching(/self-signed .* \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/),
    })
  })

  test('a key without Bearer is refused', async () => {
    const target = targetAt(endpointOf(stack, protocol), protocol, 'managed-key')
    expect(await ask(target, trusting())).toMatchObject({ kind: 'key-refused' })
  })

  test('in clear to either TLS port is recognised', async () => {
    for (const port of PROTOCOLS) {
      const endpoint = endpointOf(stack, port).replace('https:', 'http:')
      expect(await ask(targetAt(endpoint, protocol, KEY))).toEqual({
        kind: 'tls',
        text: expect.stringContaining('requires TLS'),
      })
    }
  })

  test('the port of the other protocol is recognised, whatever the key', async () => {
    for (const key of [KEY, 'wrong-key', '']) {
      const crossed = targetAt(endpointOf(stack, otherThan(protocol)), protocol, key)
      expect(await ask(crossed, trusting())).toMatchObject({ kind: 'wrong-protocol' })
    }
  })

  test('a TLS server that does not negotiate the protocol is recognised', async () => {
    const { key, cert } = await selfSignedCertificate()
    const ALPNProtocols = [protocol === 'grpc' ? 'http/1.1' : 'h2']
    const { port, close } = await listenOnLoopback(createSecureServer({ key, cert, ALPNProtocols }))
    try {
      const target = targetAt(`https://127.0.0.1:${port}`, protocol, KEY)
      expect(await ask(target, { trust: { ca: cert } })).toMatchObject({ kind: 'wrong-protocol' })
    } finally {
      await close()
    }
  })

  test('the protocol is found without being told', async () => {
    const endpoint = endpointOf(stack, protocol)
    const send = otlpLogs({ waitsMs: [], timeoutMs: 2_000, ...trusting() })
    for (const key of [KEY, 'wrong-key']) {
      expect(await detectProtocol(send, targetAt(endpoint, protocol, key))).toBe(protocol)
    }
  })
})
