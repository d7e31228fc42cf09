/** From Telemetry API events to OTLP log records (rotel-lambda-extension src/lambda/logs.rs, telemetry_api.rs). */
import type { Pairs } from './options'
import type { LogBatch, LogRecord } from './telemetry'

/** An event of the types that Rotel exports. With Lambda's JSON format `record` is an object. */
export interface TelemetryEvent {
  readonly type: 'function' | 'extension'
  readonly timeMs: number
  readonly record: unknown
}

export interface FunctionIdentity {
  readonly name: string
  readonly memoryMb: number
  readonly version: string
  readonly region: string
}

const SCOPE_NAME = 'github.com/streamfold/rotel-lambda-extension'

export function resourceAttributes(
  identity: FunctionIdentity,
  configured: Pairs,
): Readonly<Record<string, string>> {
  return {
    'faas.invoked_provider': 'aws',
    'service.name': identity.name,
    'faas.name': identity.name,
    'faas.max_memory': String(identity.memoryMb),
    'faas.version': identity.version,
    'faas.invoked_region': identity.region,
    ...Object.fromEntries(configured),
  }
}

/** `undefined` where the whole batch is dropped: a record that is neither text nor object. */
export function toBatch(
  resource: Readonly<Record<string, string>>,
  events: readonly TelemetryEvent[],
): LogBatch | undefined {
  const records: LogRecord[] = []
  for (const event of events) {
    const record = toRecord(event)
    if (record === undefined) return undefined
    records.push(record)
  }
  return { resource, scopeName: SCOPE_NAME, records }
}

function toRecord(event: TelemetryEvent): LogRecord | undefined {
  const { record, type, timeMs } = event
  if (typeof record === 'string') return { timeMs, body: record, attributes: { type } }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined
  const members = record as Readonly<Record<string, unknown>>
  const severity = severityOf(members['level'])
  const requestId = members['requestId']
  return {
    timeMs: timestampOf(members['timestamp']) ?? timeMs,
    body: bodyOf(members),
    ...severity,
    attributes: {
      type,
      ...(typeof requestId === 'string' ? { 'faas.invocation_id': requestId } : {}),
    },
  }
}

/** Every member but these is discarded, as Rotel does. */
function bodyOf(members: Readonly<Record<string, unknown>>): string {
  if (typeof members['message'] === 'string') return members['message']
  const fields = members['fields']
  const nested =
    typeof fields === 'object' && fields !== null && 'message' in fields
      ? fields.message
      : undefined
  return typeof nested === 'string' ? nested : ''
}

function timestampOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}

const BASE: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 5,
  INFO: 9,
  WARN: 13,
  ERROR: 17,
  FATAL: 21,
}
const OTHER_NAMES: Readonly<Record<string, string>> = {
  WARNING: 'WARN',
  CRITICAL: 'FATAL',
  ALL: 'TRACE',
}

function severityOf(level: unknown): {
  readonly severityText?: string
  readonly severityNumber?: number
} {
  if (typeof level !== 'string') return {}
  const upper = level.toUpperCase()
  const [, name = '', step] = /^([A-Z]+?)([2-4])?$/.exec(OTHER_NAMES[upper] ?? upper) ?? []
  const base = BASE[name]
  if (base === undefined) {
    return { severityText: 'SEVERITY_NUMBER_UNSPECIFIED', severityNumber: 0 }
  }
  return {
    severityText: `SEVERITY_NUMBER_${name}${step ?? ''}`,
    severityNumber: base + (step === undefined ? 0 : Number(step) - 1),
  }
}
