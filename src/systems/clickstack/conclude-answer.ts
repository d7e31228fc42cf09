/** From the reply to one export to what it means for the endpoint, in words and without secrets. */

import { PROXY_FAULT } from '../../model/proxy-fault'
import { parseUrl } from '../../model/url'
import { formsOf, withoutEchoes, withoutValues } from '../../model/redaction'
import type { ExportAnswer, ExportTarget } from './endpoint'
import {
  decodeJsonLogsResponse,
  decodeLogsResponse,
  decodeStatusMessage,
  type PartialSuccess,
} from './otlp-message'
import type { Reply } from './reply'

export interface Conclusion {
  readonly answer: ExportAnswer
  /** A retry may have another result. */
  readonly passing: boolean
  /** In clear to a TLS port looks like this too: only a handshake can tell. */
  readonly mayBeTls: boolean
}

type Judged = Omit<Conclusion, 'mayBeTls'>

/** What was asked, and which words of the answer may be shown. */
interface Asked extends ExportTarget {
  readonly shown: (words: string) => string
}

/** @param shown a server's words without what this process hides in them */
export function conclude(
  reply: Reply,
  target: ExportTarget,
  shown: Asked['shown'] = withoutEchoes,
): Conclusion {
  const judged = conclusionOf(reply, { ...target, shown }, placeOf(target))
  const inClear = !target.endpoint.startsWith('https:')
  return {
    ...judged,
    mayBeTls: inClear && reply.kind === 'broken' && MAY_BE_TLS.test(reply.code),
  }
}

/** The answer after a handshake has shown that there is TLS at an `http://` address. */
export function tlsSpokenAt(target: ExportTarget): ExportAnswer {
  const text = `${placeOf(target)} requires TLS, but the endpoint begins with \`http://\``
  return { kind: 'tls', text }
}

const MAY_BE_TLS = /^(ECONNRESET|EPIPE|ERR_HTTP2_ERROR|HPE_)/

function conclusionOf(reply: Reply, target: Asked, place: string): Judged {
  switch (reply.kind) {
    case 'timeout':
      return final(
        'unreachable',
        `no answer from ${place} within ${(reply.afterMs / 1000).toFixed()} s`,
      )
    case 'broken':
      return judgeBroken(reply, target, place)
    case 'grpc':
      return judgeGrpc(reply, target, place)
    case 'http':
      return target.protocol === 'http'
        ? judgeHttp(reply, target, place)
        : judgeHttpForGrpc(reply, place)
  }
}

function judgeBroken(
  { code, message, received, withoutAlpn }: Extract<Reply, { kind: 'broken' }>,
  target: Asked,
  place: string,
): Judged {
  if (code === PROXY_FAULT) {
    return final('unreachable', `${place} could not be reached: ${target.shown(message)}`)
  }
  // From both: Node's HTTPS client has a code of its own for all of OpenSSL's errors, EPROTO.
  const both = `${code} ${message}`
  if (/ALERT_NO_APPLICATION_PROTOCOL|alert no application protocol/.test(both)) {
    return final('wrong-protocol', `the TLS server at ${place} does not support ${wanted(target)}`)
  }
  if (/WRONG_VERSION_NUMBER|wrong version number/.test(both)) {
    return final(
      'tls',
      `${place} does not support TLS, but the endpoint begins with \`https://\` (${code})`,
    )
  }
  if (message.includes('before secure TLS connection')) {
    return passing('tls', `${place} closed the connection during the TLS handshake`)
  }
  if (TLS_CODE.test(code)) {
    return final('tls', `${place}: ${TLS_WORDS[code] ?? 'the TLS handshake failed'} (${code})`)
  }
  if (code.startsWith('HPE_')) {
    const [first] = received ?? []
    if (first === TLS_ALERT) return { answer: tlsSpokenAt(target), passing: false }
    const instead = isHttp2(received)
      ? 'HTTP/2, which gRPC uses,'
      : 'a protocol other than HTTP/1.1'
    return final('wrong-protocol', `${place} answers with ${instead} (${code})`)
  }
  if (code === 'ERR_HTTP2_ERROR' || message.includes('HTTP_1_1_REQUIRED')) {
    return final('wrong-protocol', `${place} does not support HTTP/2, which gRPC needs (${code})`)
  }
  if (code === 'ERR_HTTP2_STREAM_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR') {
    return passing('refused', `${place} aborted the call (${code})`)
  }
  if (code === 'ENOTFOUND')
    return final('unreachable', `the host name of ${place} cannot be resolved`)
  if (code === 'ECONNREFUSED') return final('unreachable', `${place} refused the connection`)
  if (withoutAlpn && (code === 'ECONNRESET' || code === 'EPIPE')) {
    // As gRPC servers in Go do with whoever does not ask for HTTP/2.
    return passing(
      'wrong-protocol',
      `${place} completes the TLS handshake and then closes the connection without an answer to HTTP/1.1, as ports for gRPC do`,
    )
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return passing('unreachable', `${place} closed the connection without an answer`)
  }
  if (code === 'EAI_AGAIN') {
    return passing('unreachable', `the DNS server did not answer for ${place}`)
  }
  // The remaining system codes are about the route to the host; the others are about this request.
  return code.startsWith('E') && !code.startsWith('ERR_')
    ? final('unreachable', `${place} could not be reached (${code})`)
    : final('refused', `the export to ${place} failed (${code})`)
}

const TLS_ALERT = 0x15

/** Certificate errors have OpenSSL's names, without `ERR_` (Node.js, `tls`, "X509 certificate error codes"). */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO)/

const TLS_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the certificate was issued by a private authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the issuer of the certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of the certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is unknown',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  HOSTNAME_MISMATCH: 'the certificate is for another host',
}

/** An HTTP/2 server's first frame is SETTINGS: three bytes length, then type 4 (RFC 9113, section 3.4). */
function isHttp2(received: Uint8Array | undefined): boolean {
  return received?.[0] === 0 && received[3] === 4
}

function judgeGrpc(
  { status, message, body }: Extract<Reply, { kind: 'grpc' }>,
  target: Asked,
  place: string,
): Judged {
  if (status === GRPC.OK) return judgePartial(decodeLogsResponse(body), target, place)
  const name = Object.entries(GRPC).find(([, code]) => code === status)?.[0]
  const answered = `${place} answered with gRPC status ${status}${name === undefined ? '' : ` (${name})`}`
  // A server's message about a key may quote parts of it.
  if (status === GRPC.Unauthenticated || status === GRPC.PermissionDenied) {
    return { answer: { kind: 'key-refused', text: answered, overGrpc: true }, passing: false }
  }
  const text = answered + quoted(message, target)
  if (status === GRPC.Unimplemented || status === GRPC.NotFound) return final('not-found', text)
  return status === GRPC.Unavailable || status === GRPC.ResourceExhausted
    ? passing('refused', text)
    : final('refused', text)
}

/** gRPC's status codes (`doc/statuscodes.md`). */
const GRPC = {
  OK: 0,
  Cancelled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  Unauthenticated: 16,
} as const

/** A 403 of Node's own HTTP/2 server means that it expected `h2`; it is not about the key. */
const WANTS_HTTP2 = /expected `h2`|requires HTTP\/2|HTTP\/2 required/i
/** Go's and nginx's answers in clear at a TLS port. */
const WANTS_TLS =
  /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|server speaking TLS-enabled port/i
/** The collector's HTTP receiver cannot even refuse a content type that it does not know (confighttp). */
const NOT_OTLP_HTTP = /failed to marshal error message/
/** 426 and 505: another version of HTTP is wanted; 464: the same, by an AWS load balancer. */
const OTHER_HTTP_VERSION = new Set([415, 426, 464, 505])
/** Those that OTLP lets an exporter retry (OTLP specification, "Retryable Response Codes"). */
const PASSING_STATUS = new Set([429, 502, 503, 504])
const KEY_STATUS = new Set([401, 403])

function judgeHttp(
  { status, contentType, body }: Extract<Reply, { kind: 'http' }>,
  target: Asked,
  place: string,
): Judged {
  const words = Buffer.from(body).toString('utf8')
  if (WANTS_TLS.test(words)) return { answer: tlsSpokenAt(target), passing: false }
  if (WANTS_HTTP2.test(words) || OTHER_HTTP_VERSION.has(status)) {
    return final('wrong-protocol', `${place} does not accept OTLP over HTTP/1.1 (HTTP ${status})`)
  }
  if (/^application\/grpc\b/.test(contentType)) {
    return final('wrong-protocol', `${place} answers HTTP/1.1 with gRPC (HTTP ${status})`)
  }
  if (status >= 200 && status < 300) {
    const response = otlpResponse(contentType, body)
    if (response) return judgePartial(response, target, place)
    return final('not-found', `${pathOf(target)} answered with HTTP ${status}, but not with OTLP`)
  }
  const answered = `${pathOf(target)} answered with HTTP ${status}`
  // A server's message about a key may quote parts of it.
  if (KEY_STATUS.has(status)) return final('key-refused', answered)
  if (status === 404 || status === 405 || status === 410) return final('not-found', answered)
  if (status >= 300 && status < 400) {
    return final('refused', `${answered}, a redirect that Rotel does not follow`)
  }
  const text = answered + quoted(wordsOf(contentType, body), target)
  return PASSING_STATUS.has(status) ? passing('refused', text) : final('refused', text)
}

/** The answer to an export, in the encoding that its type tells; `undefined`: another server's good answer. */
function otlpResponse(contentType: string, body: Uint8Array): PartialSuccess | undefined {
  const [type = ''] = contentType.toLowerCase().split(';')
  if (/^application\/([\w.-]+\+)?json$/.test(type.trim())) {
    return decodeJsonLogsResponse(Buffer.from(body).toString('utf8'))
  }
  if (type.trim() === 'application/x-protobuf') return decodeLogsResponse(body)
  // Any server may answer so, and bytes that happen to be protobuf tell nothing.
  const isEmpty = body.length === 0 || Buffer.from(body).toString('utf8').trim() === '{}'
  return isEmpty && !type.startsWith('text/') ? { rejected: 0, message: '' } : undefined
}

/** An answer to a gRPC call by something that knows HTTP/2 and not gRPC: a web server, or a proxy on the way. */
function judgeHttpForGrpc(
  { status, body }: Extract<Reply, { kind: 'http' }>,
  place: string,
): Judged {
  const answered = `${place} answered with HTTP ${status} without a gRPC status`
  if (KEY_STATUS.has(status)) return final('key-refused', answered)
  if (PASSING_STATUS.has(status)) return passing('refused', answered)
  const known = NOT_OTLP_HTTP.test(Buffer.from(body).toString('utf8'))
  if (status >= 500 && status !== 505 && !known) return final('refused', answered)
  return final('wrong-protocol', answered)
}

function judgePartial(partial: PartialSuccess | undefined, target: Asked, place: string): Judged {
  if (!partial) return final('refused', `${place} did not answer with OTLP`)
  if (partial.rejected === 0) return ACCEPTED
  return final(
    'refused',
    `${place} accepted the export but rejected the record${quoted(partial.message, target)}`,
  )
}

const ACCEPTED: Judged = { answer: { kind: 'accepted' }, passing: false }

type Unaccepted = Exclude<ExportAnswer['kind'], 'accepted'>

function final(kind: Unaccepted, text: string): Judged {
  return { answer: { kind, text }, passing: false }
}

function passing(kind: Unaccepted, text: string): Judged {
  return { answer: { kind, text }, passing: true }
}

function wanted({ protocol }: ExportTarget): string {
  return protocol === 'grpc' ? 'HTTP/2, which gRPC needs' : 'HTTP/1.1'
}

/** Host and port, and nothing of the URL that might be secret. */
function placeOf({ endpoint }: ExportTarget): string {
  return parseUrl(endpoint)?.host ?? 'the endpoint'
}

function pathOf(target: ExportTarget): string {
  const url = parseUrl(target.endpoint)
  if (url === undefined) return 'the endpoint'
  return `${url.host}${url.pathname.replace(/\/$/, '')}/v1/logs`
}

function wordsOf(contentType: string, body: Uint8Array): string {
  if (contentType.startsWith('application/x-protobuf')) return decodeStatusMessage(body)
  return contentType.startsWith('text/plain') ? Buffer.from(body).toString('utf8') : ''
}

/** The server's words, without what it may quote of the request. */
function quoted(words: string, { headers, shown }: Asked): string {
  const hidden = withoutValues(shown(words), [...headers.values()].flatMap(quotedForms))
  // Whatever else the words hold, they stay one line of plain text.
  const line = hidden.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line === '' ? '' : `: ${line.slice(0, 200)}`
}

/** A value as a server may quote it: whole, without its scheme, encoded; and what is behind a `Basic`. */
function quotedForms(value: string): readonly string[] {
  const [, basic = ''] = /^basic\s+(\S+)$/i.exec(value.trim()) ?? []
  const decoded = Buffer.from(basic, 'base64').toString('utf8')
  const password = decoded.slice(decoded.indexOf(':') + 1)
  const parts = [value, ...value.split(/\s+/), decoded, password]
  return [value, ...parts.filter((part) => part.length >= 4)].flatMap(formsOf)
}
