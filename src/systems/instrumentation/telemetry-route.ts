/** The way of spans from the SDK in a function to Rotel's receiver beside it. */

import type { Variables } from '../lambda/lambda-function'
import { parseUrl } from '../../model/url'
import { GRPC_ENDPOINT, HTTP_ENDPOINT, receiverPorts } from '../rotel/collectors'
import type { Distribution } from './distributions'

/** Where Rotel listens beside the collector that each ADOT layer bundles, which has 4317 and 4318. */
const MOVED_RECEIVERS: ReadonlyMap<string, string> = new Map([
  [GRPC_ENDPOINT, '127.0.0.1:5317'],
  [HTTP_ENDPOINT, '127.0.0.1:5318'],
])

/** The default protocol of the SDKs of both distributions, and its port on localhost. */
const SDK_DEFAULT = 'http/protobuf'
const SDK_PORTS = { grpc: 4317, http: 4318 }

const SDK_ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const SDK_PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL'

/**
 * The variables that lead the SDK to Rotel: none where both have their defaults.
 * @param given what the user sets beside, by the input `rotel-environment` or on the function; it is never set again here
 */
export function routeVariables(distribution: Distribution, given: Variables): Variables {
  const moved =
    distribution === 'adot' ? [...MOVED_RECEIVERS].filter(([name]) => !given.has(name)) : []
  const protocol = given.get(SDK_PROTOCOL) ?? SDK_DEFAULT
  const way = protocol === 'grpc' ? 'grpc' : 'http'
  const port = receiverPorts(new Map([...given, ...moved]))[way]
  const isDefault = distribution === 'opentelemetry' && port === SDK_PORTS[way]
  const sdk: [string, string][] =
    isDefault || given.has(SDK_ENDPOINT)
      ? []
      : [
          [SDK_ENDPOINT, `http://localhost:${String(port)}`],
          [SDK_PROTOCOL, protocol],
        ]
  return new Map([...moved, ...sdk.filter(([name]) => !given.has(name))])
}

/** Names of variables, as they are to be, that keep spans from Rotel: the SDK would send elsewhere, or nothing. */
export function detours(variables: Variables): readonly string[] {
  const ports = receiverPorts(variables)
  const isRotel = (endpoint: string) => {
    const url = parseUrl(endpoint)
    if (url === undefined) return false
    const { hostname, port } = url
    return (
      ['localhost', '127.0.0.1'].includes(hostname) &&
      [ports.grpc, ports.http].includes(Number(port))
    )
  }
  const isDetour: Readonly<Record<string, (value: string) => boolean>> = {
    [SDK_ENDPOINT]: (value) => !isRotel(value),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: (value) => !isRotel(value),
    OTEL_TRACES_EXPORTER: (value) => !value.includes('otlp'),
    OTEL_TRACES_SAMPLER: (value) => value === 'always_off',
    OTEL_SDK_DISABLED: (value) => value.toLowerCase() === 'true',
  }
  return Object.entries(isDetour)
    .filter(([name, test]) => {
      const value = variables.get(name)
      return value !== undefined && value !== '' && test(value)
    })
    .map(([name]) => name)
}
