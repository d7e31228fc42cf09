/**
 * Other collectors that listen on Rotel's ports: the one that starts second exits, and with it the function's
 * initialisation. Sources: aws-observability/aws-otel-lambda (every language layer bundles the collector,
 * with receivers on 4317 and 4318), open-telemetry/opentelemetry-lambda (only the collector layer does).
 */

import type { LayerArn } from '../lambda/layer-arn'
import type { Variables } from '../lambda/lambda-function'

/**
 * Layers that hold a collector, whoever publishes them: copies in accounts of one's own keep the name. Splunk’s:
 * signalfx/splunk-otel-lambda.
 */
const COLLECTOR_LAYER = /^(aws-otel-|opentelemetry-collector-|splunk-apm-collector)/

export function bundlesCollector(layer: LayerArn): boolean {
  return COLLECTOR_LAYER.test(layer.name)
}

/** A name that promises a collector; its configuration alone, in a layer, listens nowhere. */
export function mayBundleCollector({ name }: LayerArn): boolean {
  return (
    /(otel|opentelemetry|adot|otlp)[-_]?(lambda[-_]?)?collector|collector[-_]?extension/i.test(
      name,
    ) && !/conf(ig)?([-_]|$)/i.test(name)
  )
}

/** Datadog’s extension, which receives OTLP where these variables are set (Datadog documentation, OTLP ingest in the Agent). */
const DATADOG_LAYER = /^Datadog-Extension/i
const DATADOG_RECEIVERS: readonly string[] = [
  'DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_GRPC_ENDPOINT',
  'DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT',
]

export function isDatadogExtension({ name }: LayerArn): boolean {
  return DATADOG_LAYER.test(name)
}

/** Whether Datadog’s receivers would meet Rotel’s: the variables that put them there; empty: none. */
export function datadogClash(variables: Variables): readonly string[] {
  const { grpc, http } = receiverPorts(variables)
  return DATADOG_RECEIVERS.filter((name) => {
    const port = portOf(variables.get(name))
    return port === grpc || port === http
  })
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
  const port = (name: string, fallback: number) => portOf(variables.get(name)) ?? fallback
  return { grpc: port(GRPC_ENDPOINT, 4317), http: port(HTTP_ENDPOINT, 4318) }
}

/** Of `host:port`. */
function portOf(address: string | undefined): number | undefined {
  const [, digits] = /:(\d+)\s*$/.exec(address ?? '') ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The function sets a configuration for a collector, so it has one, in whatever layer. */
export function configuresCollector(variables: Variables): string | undefined {
  return COLLECTOR_CONFIGURATION.find((name) => variables.has(name))
}

/** Whether a collector on the function would meet Rotel on one of its ports. */
export function collectorClash(variables: Variables): 'yes' | 'no' | 'unknown' {
  if (COLLECTOR_CONFIGURATION.some((name) => variables.has(name))) return 'unknown'
  const { grpc, http } = receiverPorts(variables)
  return COLLECTOR_PORTS.some((port) => port === grpc || port === http) ? 'yes' : 'no'
}
