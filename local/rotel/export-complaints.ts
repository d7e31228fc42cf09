/** What Rotel prints about an export that failed, and which failures it tries again. */
import { STATUS_CODES } from 'node:http'
import { logLine, panic, type OutputLine } from './crash'
import { debugText } from './rust'
import type { Signal } from '../otlp/telemetry'
import type { ExportResult, ExportTarget } from './telemetry'

const RETRIED_HTTP: ReadonlySet<number> = new Set([408, 429, 500, 501, 502, 503, 504])
const RETRIED_GRPC: ReadonlySet<string> = new Set([
  'Unavailable',
  'Internal',
  'DeadlineExceeded',
  'ResourceExhausted',
])

/** Anything else is dropped at once: a wrong key or protocol loses data without slowing the function. */
export function isRetried(result: ExportResult): boolean {
  switch (result.kind) {
    case 'ok':
    case 'mismatch':
    case 'panic':
      return false
    case 'http':
      return RETRIED_HTTP.has(result.status)
    case 'grpc':
      return RETRIED_GRPC.has(result.status)
    case 'unreachable':
      return true
  }
}

/** How Rotel says it, by exporter (rotel v0.2.4, src/exporters/otlp/exporter.rs, src/exporters/http). */
export function complaint(
  result: ExportResult,
  target: ExportTarget,
  signal: Signal,
  attempt: number,
): readonly OutputLine[] {
  if (result.kind === 'ok') return []
  if (result.kind === 'panic') return panicLines(result.place, target)
  return target.exporter === 'clickhouse'
    ? clickhouseComplaint(result, signal, attempt)
    : otlpComplaint(result, signal, attempt)
}

type Failed = Exclude<ExportResult, { kind: 'ok' | 'panic' }>

function otlpComplaint(result: Failed, signal: Signal, attempt: number): readonly OutputLine[] {
  const common = { exporter_type: '"otlp"', telemetry_type: `"${signal}"` }
  if (isRetried(result)) {
    const cause =
      result.kind === 'unreachable'
        ? UNCONNECTED
        : `status=${'status' in result ? String(result.status) : ''}`
    return [retryLine(attempt, cause)]
  }
  const undrained = logLine(
    'WARN',
    'unable to drain exporter: Failed draining export requests, 1 requests failed',
    common,
  )
  switch (result.kind) {
    case 'http':
    case 'grpc': {
      const protocol = result.kind === 'http' ? 'HTTP' : 'gRPC'
      const message = `OTLPExporter failed ${protocol} status code from endpoint.`
      return [logLine('ERROR', message, { ...common, status: result.status }), undrained]
    }
    case 'mismatch':
    case 'unreachable': {
      const error = `TransportErrorWithMetadata { original_error: TransportErrorWithMetadata { original_error: ${result.reason}, metadata: None }, metadata: None }`
      return [
        logLine('ERROR', 'OTLPExporter error from endpoint.', { ...common, error }),
        undrained,
      ]
    }
  }
}

function panicLines(place: string, { exporter }: ExportTarget): readonly OutputLine[] {
  const dropped = logLine('ERROR', 'Encoding future has failed, dropping data.', {
    error: `JoinError::Panic(Id(20), ${debugText(NO_VALUE)}, ...)`,
  })
  return [
    ...panic('tokio-runtime-worker', place, NO_VALUE),
    ...(exporter === 'clickhouse' ? [dropped] : []),
  ]
}

/** What Rust says where a value was taken for granted. */
export const NO_VALUE = 'called `Option::unwrap()` on a `None` value'

const UNCONNECTED =
  'error=Transport error: Transport error: unable to connect error.sources=[Transport error: unable to connect, unable to connect]'

function retryLine(attempt: number, cause: string): OutputLine {
  const delay = `${String(4.2 * 2 ** (attempt - 1))}s`
  return logLine(
    'INFO',
    `Exporting failed, will retry again after delay. attempt=${attempt} delay=${delay} ${cause}`,
  )
}

function meta(signal: Signal): string {
  return `Meta { exporter_name: "clickhouse", telemetry_type: "${signal}" }`
}

function clickhouseComplaint(
  result: Failed,
  signal: Signal,
  attempt: number,
): readonly OutputLine[] {
  if (isRetried(result)) {
    return [
      retryLine(
        attempt,
        result.kind === 'http'
          ? `response=HTTPResponse{Status=${statusText(result.status)}, Body=${bodyText(result.detail ?? '')}, Metadata=false}`
          : 'error=Transport error: unable to connect error.sources=[unable to connect]',
      ),
    ]
  }
  const error =
    result.kind !== 'http'
      ? 'Failed to export to Clickhouse'
      : result.status === 404
        ? `Received a 404 when exporting to Clickhouse, does the table exist? (type = ${signal})`
        : `Failed to export to Clickhouse (status = ${statusText(result.status)}): ${result.detail ?? ''}`
  return [
    logLine('ERROR', 'Finalization failed after acknowledgment during drain.', {
      meta: meta(signal),
      error: debugText(error),
    }),
    logLine('WARN', 'Unable to drain exporter', {
      meta: meta(signal),
      result: `Failed draining export requests, 1 requests failed: ${meta(signal)}`,
    }),
  ]
}

/** ClickHouse's exception as Rotel has taken it apart. */
function bodyText(detail: string): string {
  const [, code, text, version] =
    /^Database exception \(code: (\d+), exception: ([\s\S]*), version: ([^ ]+)\)$/.exec(detail) ??
    []
  return code === undefined || text === undefined || version === undefined
    ? debugText(detail)
    : `DbException(${code}, ${debugText(text)}, ${debugText(version)})`
}

function statusText(status: number): string {
  return `${String(status)} ${STATUS_CODES[status] ?? ''}`.trim()
}

/** What is still being retried when the time for a flush is over. */
export function timedOutDrain(target: ExportTarget, signal: Signal): OutputLine {
  return target.exporter === 'clickhouse'
    ? logLine('WARN', 'Unable to drain exporter', {
        meta: meta(signal),
        result: `Timed out waiting for requests to finish: ${meta(signal)}`,
      })
    : logLine(
        'WARN',
        `unable to drain exporter: OTLPExporter, ${signal} timed out waiting for requests to finish`,
        { exporter_type: '"otlp"', telemetry_type: `"${signal}"` },
      )
}
