/** What an answer of the endpoint means for the run: continue, continue with a warning, or write nothing. */

import type { KeyScheme, Protocol } from '../../../systems/rotel/export-settings'
import { parseUrl } from '../../../model/url'
import type { Reason } from '../../../model/reason'
import type { ExportAnswer, ExportTarget, SendLogs } from '../../../systems/clickstack/endpoint'

/** The input `endpoint-check`. */
export const ENDPOINT_CHECKS = ['warn', 'require', 'off'] as const

export type EndpointCheck = (typeof ENDPOINT_CHECKS)[number]

export type EndpointVerdict =
  /** `note`: what the check did not show. */
  | { readonly kind: 'ok'; readonly note: string | undefined }
  | { readonly kind: 'warn'; readonly text: string }
  | { readonly kind: 'block'; readonly reason: EndpointReason; readonly detail: string }

type EndpointReason = Extract<Reason, `endpoint-${string}`>

export interface EndpointQuestion {
  readonly check: EndpointCheck
  readonly target: ExportTarget
  /** `false` where the key is a reference to a secret, which only the function can resolve. */
  readonly credentialsSent: boolean
  /** The key was tried in the other form too, which was not accepted either. */
  readonly triesSchemes?: boolean
}

/** @param answer `undefined` where nothing was sent, as with `off` */
export function judgeEndpoint(
  answer: ExportAnswer | undefined,
  { check, target, credentialsSent, triesSchemes = false }: EndpointQuestion,
): EndpointVerdict {
  if (check === 'off') return { kind: 'ok', note: 'not checked because `endpoint-check` is `off`' }
  if (!answer) return { kind: 'warn', text: 'The endpoint was not checked.' }
  const block = (reason: EndpointReason, detail: string): EndpointVerdict => ({
    kind: 'block',
    reason,
    detail,
  })
  switch (answer.kind) {
    case 'accepted':
      return { kind: 'ok', note: credentialsSent ? undefined : KEY_UNCHECKED }
    case 'key-refused':
      return credentialsSent
        ? block('endpoint-key-refused', answer.text + schemeHint(target, triesSchemes))
        : { kind: 'ok', note: KEY_UNCHECKED }
    case 'not-found':
      return block('endpoint-not-found', answer.text)
    case 'wrong-protocol':
      return block('endpoint-wrong-protocol', answer.text + portHint(target))
    case 'tls':
      return block('endpoint-tls', answer.text)
    case 'refused':
      return block('endpoint-refused', answer.text)
    case 'unreachable':
      return check === 'require'
        ? block('endpoint-unreachable', answer.text)
        : {
            kind: 'warn',
            text: `The endpoint was not checked, because the runner cannot reach it: ${answer.text}. If it is private, the functions may still reach it.`,
          }
  }
}

const KEY_UNCHECKED =
  'answers; the key was not checked, because only the functions can resolve the reference'

/** Without the value: only whether there is one, and whether it begins with the scheme. */
function schemeHint({ headers }: ExportTarget, triesSchemes: boolean): string {
  const scheme = keySchemeOf(headers)
  if (scheme === undefined) return '; the request had no `Authorization` header'
  if (triesSchemes) return '; the key was sent with and without `Bearer`'
  return scheme === 'bearer'
    ? '; the key was sent with `Bearer`'
    : '; the key was sent without `Bearer`'
}

/** How the key was sent; `undefined`: it was not. */
export function keySchemeOf(headers: ExportTarget['headers']): KeyScheme | undefined {
  const authorization = [...headers].find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  if (authorization === undefined) return undefined
  return /^bearer\s/i.test(authorization) ? 'bearer' : 'raw'
}

/** OTLP's registered ports (OpenTelemetry protocol specification). */
const PORT_OF: Readonly<Record<Protocol, string>> = { grpc: '4317', http: '4318' }

function portHint({ endpoint, protocol }: ExportTarget): string {
  const port = parseUrl(endpoint)?.port ?? ''
  const other = protocol === 'grpc' ? 'http' : 'grpc'
  return port === PORT_OF[other]
    ? `; port ${port} is usually for \`protocol: ${other}\``
    : `; the request used \`protocol: ${protocol}\``
}

/** What an empty export is answered by each protocol. */
export interface Answers {
  /** `undefined`: an endpoint with a path is HTTP, because gRPC has none. */
  readonly grpc: ExportAnswer | undefined
  readonly http: ExportAnswer
}

export async function askByBoth(
  send: SendLogs,
  target: Omit<ExportTarget, 'protocol'>,
): Promise<Answers> {
  const hasPath = (parseUrl(target.endpoint)?.pathname ?? '/') !== '/'
  const [grpc, http] = await Promise.all([
    hasPath ? undefined : send({ ...target, protocol: 'grpc' }, undefined),
    send({ ...target, protocol: 'http' }, undefined),
  ])
  return { grpc, http }
}

/**
 * For `protocol: auto` on a port without a convention: the protocol with which an empty export is accepted, or else the
 * one with which the key is refused. `undefined` where neither is, or where both protocols are refused in their own way. A
 * server that refuses the key with both by HTTP counts as HTTP: proxies answer so on any path, and gRPC servers do not
 * answer HTTP.
 */
export function protocolBy({ grpc, http }: Answers): Protocol | undefined {
  if (grpc?.kind === 'accepted') return 'grpc'
  if (http.kind === 'accepted') return 'http'
  const refusedByGrpc = grpc?.kind === 'key-refused'
  if (http.kind === 'key-refused') return refusedByGrpc && grpc.overGrpc ? undefined : 'http'
  return refusedByGrpc ? 'grpc' : undefined
}

export async function detectProtocol(
  send: SendLogs,
  target: Omit<ExportTarget, 'protocol'>,
): Promise<Protocol | undefined> {
  return protocolBy(await askByBoth(send, target))
}
