/** What Rotel hands to its exporter, and the port through which the local stack lets it leave. */
import type { Telemetry } from '../otlp/telemetry'

export interface LogRecord {
  /** Milliseconds since the epoch. */
  readonly timeMs: number
  readonly body: string
  /** The proto enum name, e.g. `SEVERITY_NUMBER_INFO`; absent on plain text. */
  readonly severityText?: string
  readonly severityNumber?: number
  readonly attributes: Readonly<Record<string, string>>
}

export interface LogBatch {
  readonly resource: Readonly<Record<string, string>>
  readonly scopeName: string
  readonly records: readonly LogRecord[]
}

/** Where a batch goes and how: the parsed configuration of the exporter that Rotel chose. */
export type ExportTarget =
  | {
      readonly exporter: 'otlp'
      readonly protocol: 'grpc' | 'http'
      /** For gRPC the base endpoint, for HTTP the whole URL of the signal. */
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly compression: 'gzip' | 'none'
      readonly skipTlsVerify: boolean
    }
  | {
      readonly exporter: 'clickhouse'
      readonly endpoint: string
      readonly database: string
      readonly tablePrefix: string
      readonly user: string | undefined
      readonly password: string | undefined
      readonly enableJson: boolean
      readonly compression: 'lz4' | 'none'
      readonly asyncInsert: boolean
      /** The logs table has an EventName; known once the table was asked for. */
      readonly eventName: boolean
    }
  | { readonly exporter: 'datadog' | 'awsxray' | 'awsemf' }

export type ExportResult =
  | { readonly kind: 'ok' }
  /** The endpoint answered with a refusal; `status` is the HTTP code, `detail` what ClickHouse says. */
  | { readonly kind: 'http'; readonly status: number; readonly detail?: string }
  /** The endpoint answered with a gRPC status; its name as tonic prints it, e.g. `Unauthenticated`. */
  | { readonly kind: 'grpc'; readonly status: string }
  /** It answers, but speaks another protocol. Rotel does not try again. */
  | { readonly kind: 'mismatch'; readonly reason: string }
  /** The request cannot be built: Rotel's thread panics there, and the data are gone. */
  | { readonly kind: 'panic'; readonly place: string }
  /** No answer: refused, no route, timeout, TLS that cannot be agreed on. */
  | { readonly kind: 'unreachable'; readonly reason: string }

/** What came of Rotel's look at the logs table. */
export type TableProbe =
  | { readonly kind: 'ok'; readonly columns: readonly string[] }
  /** `waitedMs`: modelled time that it took to fail; Rotel gives up after 10 s. */
  | { readonly kind: 'failed'; readonly error: string; readonly waitedMs: number }

/** Sends what Rotel flushes. The default accepts everything; a local ClickStack implements real OTLP. */
export interface TelemetryExporter {
  export(batch: LogBatch, target: ExportTarget): Promise<ExportResult>
  /** What an SDK handed to Rotel's receiver. Accepted and forgotten by an exporter that has none. */
  forward?(telemetry: Telemetry, target: ExportTarget): Promise<ExportResult>
  /** Columns of ClickHouse's logs table. Without it the table is one of today's. */
  describeLogsTable?(target: Extract<ExportTarget, { exporter: 'clickhouse' }>): Promise<TableProbe>
}

/**
 * How the flush after an invocation ends (the race between runtimeDone and the logs of the same telemetry POST):
 * - `complete`: everything leaves;
 * - `loses-race`: the invocation's own lines were not there yet, they leave with the next flush of the environment;
 * - `holds-first`: nothing of an environment's first invocation leaves before its second one.
 */
export type FlushOutcome = 'complete' | 'loses-race' | 'holds-first'
