/**
 * What Rotel prints, word for word at the start of its lines. Only such lines are taken for the extension's own: a
 * plain text log carries no mark of who wrote a line, and the function's lines are production data. What follows these
 * words may quote a secret that only the function could read: it is never shown, but for fields whose values are Rotel's.
 * Sources: rotel-lambda-extension v0.1.6 src/main.rs and src/lifecycle, rotel v0.2.4; recordings in __tests__/rotel.
 */

import { isRecord, membersOf, parseJson, textOf } from '../../model/json'

/** Printed at every start of an environment, unless RUST_LOG silences it: rows that hold one come from a new one. */
export const START_LINES: readonly string[] = [
  'Starting Rotel.',
  'Rotel Lambda Extension started in ',
]

/** The function works, and its telemetry vanishes. */
export const BLACKHOLE =
  'Automatically selecting blackhole exporter due to missing endpoint configs'

/** Rotel ends with this, and quotes after it what it could not use. */
export const AGENT_FAILED = 'Failed to run agent.'

const LOGGED: readonly string[] = [
  ...START_LINES,
  'OTLP receiver listening',
  'No exporters are configured for ',
  'Clickhouse table capabilities probed successfully.',
  'Failed to describe Clickhouse logs table; falling back to baseline schema.',
  'Error from exporter endpoint.',
  'Finalization failed after acknowledgment during drain.',
  'Shutdown received, exiting',
  BLACKHOLE,
  AGENT_FAILED,
  'Failed to register extension: ',
  'Failed to subscribe to telemetry: ',
  'Failed to send logs: ',
  'Failed to convert log events: ',
  'Failed to join with task: ',
  'OTLPExporter failed HTTP status code from endpoint.',
  'OTLPExporter failed gRPC status code from endpoint.',
  'OTLPExporter error from endpoint.',
  'OTLPExporter exporter returned from run loop with error.',
  'Clickhouse exporter returned from run loop with error.',
  'Exporting failed, will retry again after delay.',
  'Encoding future has failed, dropping data.',
  'Too many batch items split, dropping data.',
  'Exporters did not exit on channel close, cancelling.',
  'sending flush broadcast with zero listeners, this is unexpected',
  'timeout waiting to flush exporters',
  'timeout waiting to flush pipelines',
  'timeout waiting to logs',
  'unable to drain exporter: ',
  'Unable to drain exporter',
  'failed to flush logs: ',
  'failed to flush pipelines: ',
  'failed to flush exporters: ',
  'Unexpected early exit of extension.',
  'Unexpected early exit of receiver.',
  'Unexpected early exit of TelemetryAPI.',
  'Unable to resolve ARNs from ',
  'Unable to lookup secrets',
]

/** On standard error, without a level: what ends Rotel. The rest may go on over several lines. */
const PRINTED: readonly string[] = [
  'error: invalid value ',
  'error: a value is required for ',
  'error: the following required arguments',
  'error: the argument ',
  'error: unexpected argument ',
  'error: exporter ',
  'ERROR: unable to bind to ',
  'ERROR: failed to setup logging: ',
  'Can not load envfile: failed to open env file',
  'Can not load envfile: unable to parse line',
  'Can not load envfile: ',
  '/opt/extensions/rotel-extension: ',
]

/** `thread 'main' (8) panicked at src/main.rs:1:2:`; the next line quotes. */
const PANIC = /^thread '[\w-]+' (\(\d+\) )?panicked at /

/** A line of Rotel's in one form, whatever the log format: `message key=value`, as the text format has it. */
export interface RotelLine {
  /** `undefined`: on standard error. */
  readonly level: string | undefined
  /** The words by which it was recognised. */
  readonly known: string
  /** These words and what follows them: may quote a secret. */
  readonly text: string
}

/** `undefined`: not one of Rotel's, as far as can be told. tracing pads the level to five characters. */
export function rotelLine(line: string): RotelLine | undefined {
  const plain = withoutColours(line)
  const [start, level] = /^ ?(TRACE|DEBUG|INFO|WARN|ERROR) +/.exec(plain) ?? []
  if (start !== undefined && level !== undefined) return logged(level, plain.slice(start.length))
  const known = PRINTED.find((start) => plain.startsWith(start))
  if (known !== undefined) return { level: undefined, known, text: plain }
  return PANIC.test(plain) ? { level: undefined, known: 'thread panicked', text: plain } : undefined
}

/** The same of a record in JSON: `{"level":…,"fields":{"message":…,…}}`. */
export function rotelRecord(record: Readonly<Record<string, unknown>>): RotelLine | undefined {
  const { message, ...fields } = membersOf(record['fields'])
  const start = textOf(message)
  if (start === undefined) return undefined
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${asText(value)}`)
  return logged(textOf(record['level']) ?? '', `${start}${pairs.join('')}`)
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function logged(level: string, text: string): RotelLine | undefined {
  const known = LOGGED.find((start) => text.startsWith(start))
  return known === undefined ? undefined : { level, known, text }
}

/** The line of a tail as one of Rotel's, in either format. */
export function readRotelLine(line: string): RotelLine | undefined {
  const record = line.startsWith('{') ? parseJson(line) : undefined
  return isRecord(record) ? rotelRecord(record) : rotelLine(line)
}

/** Whether Rotel wrote this on standard error, where a message goes on over the next lines. */
export function isPrinted({ level }: RotelLine): boolean {
  return level === undefined
}

/** Without the escape sequences by which tracing colours its lines. */
function withoutColours(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '')
}

/** Fields whose values are Rotel's own words and numbers, after messages that quote nothing. */
const OPEN_FIELDS =
  / (exporter_type="?(?:otlp|clickhouse)(?:_(?:logs|traces|metrics))?"?|telemetry_type="?(?:logs|traces|metrics)"?|status="?(?:[1-5]\d\d|[A-Z][A-Za-z]{1,17})"?|attempt=\d{1,3}|delay=[\d.]{1,9}m?s|logs_extended=(?:true|false)|(?:grpc|http)_endpoint="?(?:[\d.]{7,15}|\[[\da-f:]{2,39}\]):\d{1,5}"?)(?= |$)/g

const WITH_FIELDS: ReadonlySet<string> = new Set([
  'OTLP receiver listening',
  'Clickhouse table capabilities probed successfully.',
  'OTLPExporter failed HTTP status code from endpoint.',
  'OTLPExporter failed gRPC status code from endpoint.',
  'OTLPExporter error from endpoint.',
  'Exporting failed, will retry again after delay.',
])

const STARTED = /^Rotel Lambda Extension started in \d{1,6}ms$/

/** What may be shown of a line: the words that are always the same, and fields that hold none of the user's values. */
export function shownPart({ level, known, text }: RotelLine): string {
  const words = `${level === undefined || level === '' ? '' : `${level} `}${known.trim()}`
  if (STARTED.test(text)) return `${words} ${text.slice(known.length)}`
  const rest = text.slice(known.length)
  if (rest === '') return words
  const fields = WITH_FIELDS.has(known)
    ? [...rest.matchAll(OPEN_FIELDS)].map(([field]) => field)
    : []
  const shown = fields.join('')
  return shown.length === rest.length ? `${words}${shown}` : `${words}${shown} …`
}
