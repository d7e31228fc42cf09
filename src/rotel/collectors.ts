/**
 * Other collectors that listen on Rotel's ports, 4317 and 4318: whichever starts second dies, and with it the
 * function's initialisation. Sources: aws-observability/aws-otel-lambda (every language layer bundles the
 * collector), open-telemetry/opentelemetry-lambda (only the collector layer does).
 */

import type { LayerArn } from '../model/layer-arn'
import type { Variables } from '../model/lambda-function'

const ADOT_ACCOUNT = '901920570463'
const COMMUNITY_ACCOUNT = '184161586896'

export function bundlesCollector(layer: LayerArn): boolean {
  return (
    (layer.account === ADOT_ACCOUNT && layer.name.startsWith('aws-otel-')) ||
    (layer.account === COMMUNITY_ACCOUNT && layer.name.startsWith('opentelemetry-collector-'))
  )
}

/** Rotel's receiver has been moved off both ports, so that another collector can have them. */
export function receiverIsMoved(variables: Variables): boolean {
  const grpc = variables.get('ROTEL_OTLP_GRPC_ENDPOINT')
  const http = variables.get('ROTEL_OTLP_HTTP_ENDPOINT')
  const taken = /:(4317|4318)$/
  return grpc !== undefined && http !== undefined && !taken.test(grpc) && !taken.test(http)
}
