/** Exports telemetry over OTLP as Rotel's exporter does (`src/exporters/otlp/*`), one request, no retry. */

import { encodeTelemetry } from './encode'
import { exportByGrpc } from './export-by-grpc'
import { exportByHttp } from './export-by-http'
import type { ExportResult } from './result'
import type { Target } from './target'
import type { Signal, Telemetry } from './telemetry'

export async function exportTelemetry(target: Target, telemetry: Telemetry): Promise<ExportResult> {
  const message = encodeTelemetry(telemetry)
  const url = new URL(target.endpoint)
  if (target.protocol === 'grpc') return exportByGrpc(target, url, telemetry.signal, message)
  const address = target.verbatim ? url : signalUrl(target.endpoint, telemetry.signal)
  return exportByHttp(target, address, message)
}

function signalUrl(endpoint: string, signal: Signal): URL {
  return new URL(`v1/${signal}`, endpoint.endsWith('/') ? endpoint : `${endpoint}/`)
}
