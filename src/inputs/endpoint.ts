/** Where Rotel sends to and how: `endpoint` and `protocol`. */

import { faultInEndpointScheme } from '../systems/rotel/values'
import { parseUrl } from '../model/url'
import { choice } from './choices'
import type { InputReader } from './input-reader'
import { type Protocol, PROTOCOLS } from '../systems/rotel/export-settings'
import type { OtlpChoice } from '../pipeline/plan/wanted'
import { isLoopback, isPublicHost } from './public-host'

/** OTLP's registered ports (OpenTelemetry protocol specification). */
const PROTOCOL_OF_PORT: Readonly<Record<string, Protocol>> = { '4317': 'grpc', '4318': 'http' }

export function parseEndpoint(inputs: InputReader): Pick<OtlpChoice, 'endpoint' | 'protocol'> {
  const endpoint = inputs.read('endpoint').trim()
  const chosen = choice(inputs, 'protocol', { allowed: ['auto', ...PROTOCOLS] })
  if (endpoint === '' && inputs.read('rotel-env-file').trim() !== '') {
    return { endpoint: undefined, protocol: chosen === 'auto' ? undefined : chosen }
  }
  const url = checkedUrl(inputs, endpoint)
  const ofPort = PROTOCOL_OF_PORT[url?.port ?? '']
  const protocol = chosen === 'auto' ? (ofPort ?? 'auto') : chosen
  if (url === undefined) return { endpoint, protocol }

  checkPath(inputs, url, protocol)
  if (ofPort !== undefined && ofPort !== protocol) {
    inputs.warn(
      `\`protocol\` is \`${protocol}\`, but port ${url.port} of \`endpoint\` is usually \`${ofPort}\`.`,
    )
  }
  warnOfHost(inputs, url)
  return { endpoint, protocol }
}

/** The message comes without the value where that may hold a password. */
function checkedUrl(inputs: InputReader, endpoint: string): URL | undefined {
  const url = parseUrl(endpoint)
  const fault = faultIn(endpoint, url)
  if (fault === undefined) return url

  const shown = endpoint === '' || endpoint.includes('@') ? '' : ` ${showUrl(inputs, endpoint)}`
  inputs.problem(
    'endpoint',
    `\`endpoint\`${shown} ${fault}. Set it in the form \`https://clickstack.example.com:4317\`.`,
  )
  return undefined
}

function faultIn(endpoint: string, url: URL | undefined): string | undefined {
  if (endpoint === '') return 'is missing'
  if (/[\s'",\\\p{Cc}]/u.test(endpoint)) return 'contains a space, a quote, a comma or a backslash'
  if (/[^\x20-\x7e]/.test(endpoint)) return 'contains a character outside ASCII'
  const scheme = faultInEndpointScheme(endpoint)
  if (scheme !== undefined) return scheme

  if (url === undefined || url.port === '0') return 'is not a URL'
  if (/[?#]/.test(endpoint)) return 'has a query or a fragment, which OTLP does not use'
  // The `@` of an empty user name leaves no trace in `url`.
  if (endpoint.includes('@')) {
    return 'contains a user name or password: send credentials by `api-key` or `headers`'
  }
  return undefined
}

/** A query may hold a token. */
function showUrl(inputs: InputReader, endpoint: string): string {
  return inputs.show(endpoint.replace(/[?#].*/s, '?…'))
}

function checkPath(inputs: InputReader, url: URL, protocol: Protocol | 'auto'): void {
  if (protocol === 'grpc' && url.pathname !== '/') {
    inputs.problem(
      'endpoint',
      `\`endpoint\` has the path ${inputs.show(url.pathname)}, which Rotel drops with \`grpc\`. Remove the path, or set \`protocol: http\`.`,
    )
  }
  const signal = /\/v1\/(logs|traces|metrics)\/?$/.exec(url.pathname)?.[0]
  if (protocol !== 'grpc' && signal !== undefined) {
    inputs.problem(
      'endpoint',
      `\`endpoint\` ends with ${inputs.show(signal)}. Remove that: Rotel appends it for each signal.`,
    )
  }
}

function warnOfHost(inputs: InputReader, url: URL): void {
  if (url.protocol === 'http:' && isPublicHost(url.hostname)) {
    inputs.warn(
      `\`endpoint\` is \`http://\` on the host ${inputs.show(url.hostname)}, which looks public: the API key and all telemetry travel in clear text. Use \`https://\`.`,
    )
  }
  if (isLoopback(url.hostname) && url.port in PROTOCOL_OF_PORT) {
    inputs.warn(
      `\`endpoint\` is ${inputs.show(url.host)}: in a Lambda function that is Rotel's own receiver, which would send the telemetry to itself.`,
    )
  }
}
