/**
 * Other collectors that listen on Rotel's ports: the one that starts second exits, and with it the function's
 * initialisation. Sources: aws-observability/aws-otel-lambda (every language layer bundles the collector,
 * with receivers on 4317 and 4318), open-telemetry/opentelemetry-lambda (only the collector layer does).
 */

import type { LayerArn } from '../lambda/layer-arn'
import type { Variables } from '../lambda/lambda-function'

const ADOT_ACCOUNT = '901920570463'
const COMMUNITY_ACCOUNT = '184161586896'

export function bundlesCollector(layer: LayerArn): boolean {
  return (
    (layer.account === ADOT_ACCOUNT && layer.name.startsWith('aws-otel-')) ||
    (layer.account === COMMUNITY_ACCOUNT && layer.name.startsWith('opentelemetry-collector-'))
  )
}

/** Where both kinds of collector listen by their own configuration. */
const COLLECTOR_PORTS: readonly number[] = [4317, 4318]

/** A collector's configuration of the user's own: on which ports it listens is then not known here. */
const COLLECTOR_CONFIGURATION: readonly string[] = [
  'OPENTELEMETRY_COLLECTOR_CONFIG_URI',
  'OPENTELEMETRY_COLLECTOR_CONFIG_FILE',
]

export const GRPC_ENDPOINT = 'ROTEL_OTLP_GRPC_ENDPOINT'
export const HTTP_ENDPOINT = 'ROTEL_OTLP_HTTP_ENDPOINT'

/** The ports of Rotel's two receivers: both are always bound (rotel, src/init: `localhost:4317`, `localhost:4318`). */
export function receiverPorts(variables: Variables): {
  readonly grpc: number
  readonly http: number
} {
  const port = (name: string, fallback: number) => {
    const [, digits] = /:(\d+)$/.exec(variables.get(name) ?? '') ?? []
    return digits === undefined ? fallback : Number(digits)
  }
  return { grpc: port(GRPC_ENDPOINT, 4317), http: port(HTTP_ENDPOINT, 4318) }
}

/** Whether a collector on the function would meet Rotel on one of its ports. */
export function collectorClash(variables: Variables): 'yes' | 'no' | 'unknown' {
  if (COLLECTOR_CONFIGURATION.some((name) => variables.has(name))) return 'unknown'
  const { grpc, http } = receiverPorts(variables)
  return COLLECTOR_PORTS.some((port) => port === grpc || port === http) ? 'yes' : 'no'
}
