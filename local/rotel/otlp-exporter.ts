/** Lets what Rotel flushes leave as real OTLP, one request for each batch; retries are the extension's. */
import { exportTelemetry } from '../otlp/exporter'
import type { ExportResult as OtlpResult } from '../otlp/result'
import type {
  LogBatch as OtlpLogBatch,
  LogRecord as OtlpLogRecord,
  Telemetry,
} from '../otlp/telemetry'
import type {
  ExportResult,
  ExportTarget,
  LogBatch,
  LogRecord,
  TelemetryExporter,
} from './telemetry'

export interface OtlpExporterOptions {
  /**
   * Real time that an export may take. Unless given: 500 ms, and 3,000 ms to the loopback, where a dead port refuses
   * at once and only a busy machine is slow. What a dead endpoint costs the function is modelled, not waited for.
   */
  readonly timeoutMs?: number
  /** Certificates that the functions trust, in PEM: as if a public authority had signed them. */
  readonly ca?: string
}

type OtlpTarget = Extract<ExportTarget, { exporter: 'otlp' }>

/** Targets of other exporters are accepted, and nothing is kept. */
export function otlpExporter(
  options: OtlpExporterOptions = {},
): Required<Pick<TelemetryExporter, 'export' | 'forward'>> {
  const forward = async (telemetry: Telemetry, target: ExportTarget): Promise<ExportResult> => {
    if (target.exporter !== 'otlp') return { kind: 'ok' }
    try {
      return toRotelResult(await exportTelemetry(requestTo(target, options), telemetry), target)
    } catch (error) {
      // A header that Node's clients refuse, for instance.
      return { kind: 'unreachable', reason: error instanceof Error ? error.message : 'unknown' }
    }
  }
  return {
    forward,
    export: (batch, target) => forward({ signal: 'logs', batches: [toOtlp(batch)] }, target),
  }
}

function requestTo(target: OtlpTarget, options: OtlpExporterOptions) {
  return {
    endpoint: target.url,
    protocol: target.protocol,
    // Rotel's configuration has appended the path of the signal where one belongs.
    verbatim: true,
    headers: target.headers,
    compression: target.compression,
    skipTlsVerification: target.skipTlsVerify,
    timeoutMs: options.timeoutMs ?? (isLoopback(target.url) ? 3000 : 500),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  }
}

function isLoopback(url: string): boolean {
  return /^https?:\/\/(127\.|localhost[:/]|\[::1\])/i.test(url)
}

/** The extension's own batches as an SDK would have sent them. */
export function toOtlp(batch: LogBatch): OtlpLogBatch {
  return {
    resource: batch.resource,
    scope: { name: batch.scopeName },
    records: batch.records.map(toOtlpRecord),
  }
}

function toOtlpRecord(record: LogRecord): OtlpLogRecord {
  return {
    time: BigInt(record.timeMs) * 1_000_000n,
    observedTime: BigInt(Date.now()) * 1_000_000n,
    body: record.body,
    attributes: record.attributes,
    ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
    ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
  }
}

/** By code, as tonic prints them. */
const GRPC_STATUS = [
  'Ok',
  'Cancelled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
]

function toRotelResult(result: OtlpResult, target: OtlpTarget): ExportResult {
  switch (result.kind) {
    case 'ok':
      return { kind: 'ok' }
    case 'http-status':
      return { kind: 'http', status: result.status }
    case 'grpc-status':
      return { kind: 'grpc', status: GRPC_STATUS[result.code] ?? 'Unknown' }
    case 'timeout':
      return { kind: 'unreachable', reason: 'request timed out' }
    case 'unreachable':
      return { kind: 'unreachable', reason: `tcp connect error: ${result.message}` }
    case 'tls-error':
      return { kind: 'unreachable', reason: `invalid peer certificate: ${result.message}` }
    case 'protocol-error':
      return { kind: 'mismatch', reason: mismatch(target.protocol) }
  }
}

/** What hyper says of an answer in the other protocol. */
function mismatch(spoken: 'grpc' | 'http'): string {
  return spoken === 'grpc'
    ? 'hyper_util::client::legacy::Error(SendRequest, hyper::Error(Http2, Error { kind: GoAway(b"", FRAME_SIZE_ERROR, Library) }))'
    : 'hyper_util::client::legacy::Error(SendRequest, hyper::Error(UnexpectedMessage))'
}
