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
  const verdict = judgeEndpoint(answer, { check, target, credentialsSent, triesSchemes })
  return {
    refusal:
      verdict.kind === 'block' ? { reason: verdict.reason, detail: verdict.detail } : undefined,
    warnings: verdict.kind === 'warn' ? [verdict.text] : [],
    lines: [`Endpoint  ${endpoint} (${protocol}): ${inWords(verdict, target)}`],
    reached: clueOf(answer, credentialsSent),
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

function clueOf(
  answer: ExportAnswer | undefined,
  credentialsSent: boolean,
): CheckedEndpoint['reached'] {
  if (answer === undefined) return 'not-checked'
  if (answer.kind === 'unreachable') return 'unreachable'
  return credentialsSent ? 'accepted' : 'key-unchecked'
}

function inWords(verdict: EndpointVerdict, { headers }: ExportTarget): string {
  if (verdict.kind === 'ok') {
    const form = keySchemeOf(headers) === 'bearer' ? ' with `Bearer`' : ''
    return verdict.note ?? `answers and accepts the key${form}`
  }
  return verdict.kind === 'warn' ? 'not reachable from the runner' : 'check failed'
}
