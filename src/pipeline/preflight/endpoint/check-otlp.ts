/** Checks ClickStack's collector with an empty export. */

import type { OtlpExport } from '../../../systems/rotel/export-settings'
import { readSecretValue } from '../../../systems/rotel/secret-reference'
import { type CheckedEndpoint, NOT_KNOWN_HERE } from './checked-endpoint'
import type { ExportAnswer, ExportTarget, SendLogs } from '../../../systems/clickstack/endpoint'
import { type EndpointCheck, type EndpointVerdict, judgeEndpoint, keySchemeOf } from './verdict'

export interface OtlpQuestion {
  readonly check: EndpointCheck
  readonly send: SendLogs
  /** `api-key-scheme: auto`: the key was tried in the other form too. */
  readonly triesSchemes: boolean
}

export async function checkOtlp(
  settings: OtlpExport,
  { check, send, triesSchemes }: OtlpQuestion,
): Promise<CheckedEndpoint> {
  if (settings.endpoint === undefined) return NOT_KNOWN_HERE
  const credentialsSent = !settings.headers.some(({ value }) => isReferred(value))
  const { endpoint, protocol = 'grpc', headers } = settings
  const sent = credentialsSent ? headers : []
  const target: ExportTarget = {
    endpoint,
    protocol,
    headers: new Map(sent.map(({ name, value }) => [name, value])),
  }
  const answer = check === 'off' ? undefined : await send(target, undefined)
  const withoutKey = answer?.kind === 'accepted' ? await sendWithoutKey(target, send) : undefined
  const verdict = judgeEndpoint(answer, { check, target, credentialsSent, triesSchemes })
  return {
    refusal:
      verdict.kind === 'block' ? { reason: verdict.reason, detail: verdict.detail } : undefined,
    warnings: verdict.kind === 'warn' ? [verdict.text] : [],
    lines: [`Endpoint  ${endpoint} (${protocol}): ${inWords(verdict, target, withoutKey)}`],
    isUnreachable: answer?.kind === 'unreachable',
    keyIsElsewhere: !credentialsSent,
    send:
      answer === undefined || answer.kind === 'accepted'
        ? (record) => send(target, record)
        : undefined,
    close: () => Promise.resolve(),
  }
}

function isReferred(value: string): boolean {
  const read = readSecretValue(value)
  return 'problem' in read || read.references.length > 0
}

/** Whether the endpoint needs the key at all; `undefined`: none was sent. */
function sendWithoutKey(target: ExportTarget, send: SendLogs): Promise<ExportAnswer> | undefined {
  const others = [...target.headers].filter(([name]) => name.toLowerCase() !== 'authorization')
  if (others.length === target.headers.size) return undefined
  return send({ ...target, headers: new Map(others) }, undefined)
}

function inWords(
  verdict: EndpointVerdict,
  { headers }: ExportTarget,
  withoutKey: ExportAnswer | undefined,
): string {
  if (verdict.kind !== 'ok') {
    return verdict.kind === 'warn' ? 'not reachable from the runner' : 'check failed'
  }
  if (verdict.note !== undefined) return verdict.note
  switch (withoutKey?.kind) {
    case undefined:
      return 'answers; no key was sent'
    case 'key-refused':
      return `answers and accepts the key${keySchemeOf(headers) === 'bearer' ? ' with `Bearer`' : ''}`
    case 'accepted':
      return 'answers; it accepts exports without a key, so the key was not checked'
    default:
      return 'answers; whether it needs the key could not be determined'
  }
}
