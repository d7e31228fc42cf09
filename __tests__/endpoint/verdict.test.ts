/** Which answers of the endpoint stop a run, which warn, and what is said. */

import { describe, expect, test } from '@jest/globals'
import type { ExportAnswer, ExportTarget } from '../../src/systems/clickstack/endpoint'
import {
  detectProtocol,
  judgeEndpoint,
  type EndpointCheck,
  type EndpointVerdict,
} from '../../src/pipeline/preflight/endpoint/verdict'
import type { Protocol } from '../../src/systems/rotel/export-settings'
import { REMEDIES } from '../../src/model/reason'
import { targetAt } from './ask-endpoint'

type Kind = ExportAnswer['kind']

const answerOf = (kind: Kind): ExportAnswer =>
  kind === 'accepted' ? { kind } : { kind, text: `h said ${kind}` }

function verdictOn(
  kind: Kind,
  check: EndpointCheck,
  given: { readonly target?: ExportTarget; readonly credentialsSent?: boolean } = {},
): EndpointVerdict {
  const { target = targetAt('http://h:4317', 'grpc'), credentialsSent = true } = given
  return judgeEndpoint(answerOf(kind), { check, target, credentialsSent })
}

const detailOf = (verdict: EndpointVerdict) => (verdict.kind === 'block' ? verdict.detail : '')

test.each([
  ['accepted', 'ok', 'ok'],
  ['key-refused', 'endpoint-key-refused', 'endpoint-key-refused'],
  ['not-found', 'endpoint-not-found', 'endpoint-not-found'],
  ['wrong-protocol', 'endpoint-wrong-protocol', 'endpoint-wrong-protocol'],
  ['tls', 'endpoint-tls', 'endpoint-tls'],
  ['refused', 'endpoint-refused', 'endpoint-refused'],
  ['unreachable', 'warn', 'endpoint-unreachable'],
] as const)('%s: %s with `warn`, %s with `require`', (kind, warn, require) => {
  for (const [check, expected] of [
    ['warn', warn],
    ['require', require],
  ] as const) {
    const verdict = verdictOn(kind, check)
    expect(verdict.kind === 'block' ? verdict.reason : verdict.kind).toBe(expected)
    if (verdict.kind === 'block') {
      expect(verdict.detail).toContain(`h said ${kind}`)
      expect(REMEDIES[verdict.reason]).not.toBe('')
    }
  }
})

test('with `off` nothing blocks, and it is said that nothing was checked', () => {
  for (const kind of ['accepted', 'key-refused', 'tls', 'unreachable'] as const) {
    expect(verdictOn(kind, 'off')).toEqual({
      kind: 'ok',
      note: expect.stringContaining('not checked'),
    })
  }
})

test('a check that did not take place is never shown as passed', () => {
  const question = { target: targetAt('http://h:4317', 'grpc'), credentialsSent: true }
  expect(judgeEndpoint(undefined, { ...question, check: 'warn' }).kind).toBe('warn')
  expect(judgeEndpoint(undefined, { ...question, check: 'off' })).toMatchObject({
    note: expect.stringContaining('not checked'),
  })
})

describe('where no credential was sent', () => {
  test('a refused key only shows that the endpoint is there', () => {
    for (const kind of ['key-refused', 'accepted'] as const) {
      expect(verdictOn(kind, 'require', { credentialsSent: false })).toEqual({
        kind: 'ok',
        note: expect.stringContaining('the key was not checked'),
      })
    }
  })

  test('everything else counts as ever', () => {
    expect(verdictOn('tls', 'warn', { credentialsSent: false }).kind).toBe('block')
    expect(verdictOn('wrong-protocol', 'warn', { credentialsSent: false }).kind).toBe('block')
  })
})

test.each([
  ['Bearer k3y-of-mine', 'sent with `Bearer`'],
  ['k3y-of-mine', 'sent without `Bearer`'],
  ['', 'no `Authorization`'],
])('of a refused key, "%s", it says how it was sent', (authorization, hint) => {
  const target = targetAt('http://h:4317', 'grpc', authorization)
  const detail = detailOf(verdictOn('key-refused', 'warn', { target }))
  expect(detail).toContain(hint)
  expect(detail).not.toContain('k3y')
})

test('a key that was sent in both forms is reported so', () => {
  const target = targetAt('http://h:4317', 'grpc', 'k3y-of-mine')
  const question = { check: 'warn', target, credentialsSent: true, triesSchemes: true } as const
  const detail = detailOf(judgeEndpoint(answerOf('key-refused'), question))
  expect(detail).toContain('sent with and without `Bearer`')
})

test.each([
  ['http://h:4318', 'grpc', 'port 4318 is usually for `protocol: http`'],
  ['http://h:4317', 'http', 'port 4317 is usually for `protocol: grpc`'],
  ['https://h', 'grpc', 'the request used `protocol: grpc`'],
] as const)('of %s spoken to by %s it names the port', (endpoint, protocol, hint) => {
  const target = targetAt(endpoint, protocol)
  expect(detailOf(verdictOn('wrong-protocol', 'warn', { target }))).toContain(hint)
})

describe('`protocol: auto`', () => {
  const target = { endpoint: 'https://h', headers: new Map<string, string>() }

  test.each<[Kind, Kind, Protocol | undefined]>([
    ['accepted', 'wrong-protocol', 'grpc'],
    ['accepted', 'accepted', 'grpc'],
    ['wrong-protocol', 'accepted', 'http'],
    ['key-refused', 'accepted', 'http'],
    ['key-refused', 'wrong-protocol', 'grpc'],
    ['key-refused', 'unreachable', 'grpc'],
    ['wrong-protocol', 'key-refused', 'http'],
    ['key-refused', 'key-refused', 'http'],
    ['unreachable', 'unreachable', undefined],
    ['wrong-protocol', 'not-found', undefined],
    ['tls', 'tls', undefined],
    ['refused', 'refused', undefined],
  ])('gRPC %s, HTTP %s: %s', async (grpc, http, expected) => {
    const send = ({ protocol }: ExportTarget) =>
      Promise.resolve(answerOf(protocol === 'grpc' ? grpc : http))
    expect(await detectProtocol(send, target)).toBe(expected)
  })

  test('where a server that knows gRPC refuses both, neither is told', async () => {
    const send = ({ protocol }: ExportTarget) =>
      Promise.resolve<ExportAnswer>({
        kind: 'key-refused',
        text: 'no',
        ...(protocol === 'grpc' && { overGrpc: true }),
      })
    expect(await detectProtocol(send, target)).toBeUndefined()
  })

  test('an endpoint with a path is not asked by gRPC, and nothing but empty exports is sent', async () => {
    const sent: unknown[] = []
    const send = (to: ExportTarget, record: unknown) => {
      sent.push([to.protocol, record])
      return Promise.resolve<ExportAnswer>({ kind: 'accepted' })
    }
    expect(await detectProtocol(send, { ...target, endpoint: 'https://h/otlp' })).toBe('http')
    expect(sent).toEqual([['http', undefined]])
  })
})
