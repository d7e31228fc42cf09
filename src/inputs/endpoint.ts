/** Where Rotel sends to and how: `endpoint` and `protocol`. */

import { faultInEndpointScheme } from '../systems/rotel/values'
import { choice } from './choices'
import type { InputReader } from './input-reader'
import type { Protocol } from '../systems/rotel/export-settings'
import { isLoopback, isPublicHost } from './public-host'

/** OTLP's registered ports (OpenTelemetry protocol specification). */
const PROTOCOL_OF_PORT: Readonly<Record<string, Protocol>> = { '4317': 'grpc', '4318': 'http' }

/** What `protocol: auto` rests on where the port does not tell: an answer of the endpoint itself. */
export type DetectedProtocol = Protocol | 'none' | 'not-asked'

/** The endpoint, if only asking it can tell the protocol. */
export function endpointToAsk(read: (name: string) => string): string | undefined {
  const endpoint = read('endpoint').trim()
  const protocol = read('protocol').trim() || 'auto'
  if (read('exporter').trim() === 'clickhouse') return undefined
  if (protocol !== 'auto' || read('endpoint-check').trim() === 'off' || !URL.canParse(endpoint)) {
    return undefined
  }
  return PROTOCOL_OF_PORT[new URL(endpoint).port] === undefined ? endpoint : undefined
}

export function parseEndpoint(
  inputs: InputReader,
  detected: DetectedProtocol,
): {
  readonly endpoint: string | undefined
  readonly protocol: Protocol | undefined
} {
  const endpoint = inputs.read('endpoint').trim()
  const chosen = choice(inputs, 'protocol', { allowed: ['auto', 'grpc', 'http'] })
  if (endpoint === '' && inputs.read('env-file').trim() !== '') {
    return { endpoint: undefined, protocol: chosen === 'auto' ? undefined : chosen }
  }
  const url = parseUrl(inputs, endpoint)
  const ofPort = PROTOCOL_OF_PORT[url?.port ?? '']
  const answered = detected === 'grpc' || detected === 'http' ? detected : undefined
  const protocol = chosen === 'auto' ? (ofPort ?? answered) : chosen
  if (url === undefined) return { endpoint, protocol: protocol ?? 'grpc' }

  if (protocol === undefined) {
    inputs.problem(
      'protocol',
      `\`protocol\` is \`auto\`, and ${describePort(url)} of \`endpoint\` does not tell: only 4317 (\`grpc\`) and 4318 (\`http\`) do${detected === 'none' ? ', and the endpoint itself did not answer to either' : ''}. Set \`protocol\` to \`grpc\` or \`http\`.`,
    )
  } else {
    checkPath(inputs, url, protocol)
    if (ofPort !== undefined && ofPort !== protocol) {
      inputs.warn(
        `\`protocol\` is \`${protocol}\`, but port ${url.port} of \`endpoint\` is usually \`${ofPort}\`.`,
      )
    }
  }
  warnOfHost(inputs, url)
  return { endpoint, protocol: protocol ?? 'grpc' }
}

/** What is wrong comes without the value where that may hold a password. */
function parseUrl(inputs: InputReader, endpoint: string): URL | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  const fault = faultIn(endpoint, url)
  if (fault === undefined) return url

  const shown = endpoint === '' || endpoint.includes('@') ? '' : ` ${showUrl(inputs, endpoint)}`
  inputs.problem(
    'endpoint',
    `\`endpoint\`${shown} ${fault}. Give it like \`https://clickstack.example.com:4317\`.`,
  )
  return undefined
}

function faultIn(endpoint: string, url: URL | undefined): string | undefined {
  if (endpoint === '') return 'is missing'
  if (/[\s'",\\\p{Cc}]/u.test(endpoint)) return 'holds a blank, a quote, a comma or a backslash'
  if (/[^\x20-\x7e]/.test(endpoint)) return 'holds a character outside ASCII'
  const scheme = faultInEndpointScheme(endpoint)
  if (scheme !== undefined) return scheme

  if (url === undefined || url.port === '0') return 'is no URL'
  if (/[?#]/.test(endpoint)) return 'has a query or a fragment, which OTLP has no place for'
  // The `@` of an empty user name leaves no trace in `url`.
  if (endpoint.includes('@')) {
    return 'holds a user name or password: send credentials by `api-key` or `headers`'
  }
  return undefined
}

/** A query may hold a token. */
function showUrl(inputs: InputReader, endpoint: string): string {
  return inputs.show(endpoint.replace(/[?#].*$/s, '?…'))
}

function checkPath(inputs: InputReader, url: URL, protocol: Protocol): void {
  if (protocol === 'grpc' && url.pathname !== '/') {
    inputs.problem(
      'endpoint',
      `\`endpoint\` has the path ${inputs.show(url.pathname)}, which Rotel drops with \`grpc\`. Leave the path out, or set \`protocol: http\`.`,
    )
  }
  const signal = /\/v1\/(logs|traces|metrics)\/?$/.exec(url.pathname)?.[0]
  if (protocol === 'http' && signal !== undefined) {
    inputs.problem(
      'endpoint',
      `\`endpoint\` ends in ${inputs.show(signal)}. Leave that out: Rotel appends it for each signal.`,
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
      `\`endpoint\` is ${inputs.show(url.host)}: in a Lambda function that is Rotel's own receiver, and the telemetry would go round in a circle.`,
    )
  }
}

function describePort(url: URL): string {
  if (url.port !== '') return `port ${url.port}`
  return url.protocol === 'https:' ? 'the default port 443' : 'the default port 80'
}
