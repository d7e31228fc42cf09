/**
 * Lets what Rotel flushes go straight into ClickHouse, over its HTTP interface (rotel
 * src/exporters/clickhouse/{api_request,describe_table}.rs). Tables are never created; retries are the extension's.
 */
import { STATUS_CODES } from 'node:http'
import type { Telemetry } from '../otlp/telemetry'
import { binaryRows } from './clickhouse-rows'
import { compressedBlock } from './compressed-block'
import type { ExportResult, ExportTarget, TableProbe } from './telemetry'

export type ClickHouseTarget = Extract<ExportTarget, { exporter: 'clickhouse' }>

/** Real time that a request may take. */
const TIMEOUT_MS = 5000

/** Metrics are accepted and forgotten: their tables are not modelled. */
export async function exportToClickHouse(
  telemetry: Telemetry,
  target: ClickHouseTarget,
): Promise<ExportResult> {
  const batch = binaryRows(telemetry, {
    tablePrefix: target.tablePrefix,
    json: target.enableJson,
    eventName: target.eventName,
  })
  if (batch === undefined) return { kind: 'ok' }
  const url = new URL(target.endpoint)
  url.search = new URLSearchParams({
    database: target.database,
    query: `INSERT INTO ${batch.table} (${batch.columns.join(',')}) FORMAT RowBinary`,
    ...(target.compression === 'lz4' ? { decompress: '1' } : {}),
    ...(target.asyncInsert ? { async_insert: '1' } : {}),
    ...(target.enableJson ? { allow_experimental_json_type: '1' } : {}),
  }).toString()
  const answer = await ask(target, url, {
    method: 'POST',
    body: target.compression === 'lz4' ? compressedBlock(batch.rows) : batch.rows,
  })
  if ('unreachable' in answer) return { kind: 'unreachable', reason: answer.unreachable }
  return answer.status >= 200 && answer.status <= 202
    ? { kind: 'ok' }
    : { kind: 'http', status: answer.status, detail: databaseException(answer.body) }
}

/** What Rotel asks as it starts, to see whether logs have an EventName. Any failure leaves the older columns. */
export async function describeLogsTable(target: ClickHouseTarget): Promise<TableProbe> {
  const url = new URL(`${target.endpoint.replace(/\/+$/, '')}/`)
  url.search = new URLSearchParams({
    database: target.database,
    query: `DESCRIBE TABLE ${target.database}.${target.tablePrefix}_logs`,
  }).toString()
  const answer = await ask(target, url, { method: 'GET' })
  if ('unreachable' in answer) {
    return {
      kind: 'failed',
      error: 'DESCRIBE TABLE request failed: client error (Connect)',
      waitedMs: 0,
    }
  }
  if (answer.status !== 200) {
    return {
      kind: 'failed',
      error: `DESCRIBE TABLE returned HTTP ${answer.status} ${STATUS_CODES[answer.status] ?? ''}: ${answer.body.trim()}`,
      waitedMs: 0,
    }
  }
  return {
    kind: 'ok',
    columns: answer.body.split('\n').map((line) => line.split('\t', 1)[0] ?? ''),
  }
}

async function ask(
  target: ClickHouseTarget,
  url: URL,
  request: { readonly method: 'GET' | 'POST'; readonly body?: Buffer },
): Promise<{ readonly status: number; readonly body: string } | { readonly unreachable: string }> {
  try {
    const response = await fetch(url, {
      method: request.method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        connection: 'close',
        ...(target.user === undefined ? {} : { 'x-clickhouse-user': target.user }),
        ...(target.password === undefined ? {} : { 'x-clickhouse-key': target.password }),
      },
      ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
    })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    return { unreachable: causeOf(error) }
  }
}

/** `fetch` hides what happened in its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** Rotel takes code, text and version out of what ClickHouse answers. */
function databaseException(body: string): string {
  const [, code, text, version] =
    /^Code: (\d+)\. DB::Exception: ([\s\S]*?) \(version ([^ )]+).*\)\s*$/.exec(body) ?? []
  return code === undefined || text === undefined || version === undefined
    ? `Unknown error: ${body}`
    : `Database exception (code: ${code}, exception: ${text}, version: ${version})`
}
