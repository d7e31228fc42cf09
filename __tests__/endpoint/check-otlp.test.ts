/** What the log says of the endpoint: that it accepts the key only where it does, and needs it. */

import { expect, test } from '@jest/globals'
import { checkOtlp } from '../../src/pipeline/preflight/endpoint/check-otlp'
import type { ExportAnswer, ExportTarget } from '../../src/systems/clickstack/endpoint'
import type { OtlpExport } from '../../src/systems/rotel/export-settings'

const ACCEPTED: ExportAnswer = { kind: 'accepted' }
const REFUSED: ExportAnswer = { kind: 'key-refused', text: 'no' }

async function lineOf(
  authorization: string | undefined,
  answer: (authorization: string | undefined) => ExportAnswer,
  more: readonly { readonly name: string; readonly value: string }[] = [],
): Promise<string> {
  const headers = [
    ...(authorization === undefined ? [] : [{ name: 'Authorization', value: authorization }]),
    ...more,
  ]
  const settings: OtlpExport = {
    exporter: 'otlp',
    endpoint: 'https://h:4318',
    protocol: 'http',
    headers,
    serviceName: undefined,
    resourceAttributes: [],
    environment: [],
    envFile: undefined,
  }
  const checked = await checkOtlp(settings, {
    check: 'warn',
    triesSchemes: false,
    send: ({ headers: sent }: ExportTarget) => Promise.resolve(answer(sent.get('Authorization'))),
  })
  expect(checked.refusal).toBeUndefined()
  return (checked.lines[0] ?? '').split('(http): ')[1] ?? ''
}

const needs = (key: string) => (sent: string | undefined) => (sent === key ? ACCEPTED : REFUSED)

test.each<[string, string | undefined, (sent: string | undefined) => ExportAnswer, string]>([
  ['a key that is needed', 'k3y', needs('k3y'), 'answers and accepts the key'],
  [
    'it with Bearer',
    'Bearer k3y',
    needs('Bearer k3y'),
    'answers and accepts the key with `Bearer`',
  ],
  [
    'a key that nobody asks for',
    'k3y',
    () => ACCEPTED,
    'answers; it accepts exports without a key, so the key was not checked',
  ],
  ['no key', undefined, () => ACCEPTED, 'answers; no key was sent'],
  [
    'an endpoint that has enough of questions',
    'k3y',
    (sent) => (sent === undefined ? { kind: 'refused', text: '429' } : ACCEPTED),
    'answers; whether it needs the key could not be determined',
  ],
])('of %s', async (_, key, answer, words) => {
  expect(await lineOf(key, answer)).toBe(words)
})

test('another header is no key, and is sent both times', async () => {
  const team = [{ name: 'x-team', value: 'shop' }]
  expect(await lineOf(undefined, () => ACCEPTED, team)).toBe('answers; no key was sent')
  expect(await lineOf('k3y', needs('k3y'), team)).toBe('answers and accepts the key')
})
