/** Exports telemetry over OTLP as Rotel's exporter does (`src/exporters/otlp/*`), one request, no retry. */

import { encodeTelemetry } from './encode'
import { exportByGrpc } from './export-by-grpc'
import { exportByHttp } from './export-by-http'
import type { ExportResult } from './result'
import type { Signal, Telemetry } from './telemetry'

export type Protocol = 'grpc' | 'http'

export interface Target {
  /** URL with scheme. Without a port 80 or 443 counts: Rotel adds no 4317 and no 4318. */
  readonly endpoint: string
  readonly protocol: Protocol
  /** With `http`: the endpoint is one signal's own, `/v1/logs` is not appended. */
  readonly verbatim?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Default gzip, which is Rotel's. */
  readonly compression?: 'gzip' | 'none'
  /** Default 5,000, which is Rotel's. */
  readonly timeoutMs?: number
  readonly skipTlsVerification?: boolean
  /** Certificates to trust, in PEM, in place of the system's (Rotel: `SSL_CERT_FILE`). */
  readonly ca?: string
}

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
