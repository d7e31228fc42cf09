/**
 * The last 4 KB of an invocation's log, as Lambda sends it with the response: what the platform logs about the
 * invocation and the extensions. Absence of a line proves nothing, because a chatty function displaces lines.
 * Forms: Lambda's text format (TAB separated) and its JSON format, recorded from AWS.
 */

import { isRecord, membersOf, numberOf, parseJson, textOf } from '../../model/json'
import { isPrinted, rotelLine, rotelRecord } from '../../systems/rotel/messages'

interface ExtensionState {
  readonly name: string
  readonly state: string
  readonly errorType: string | undefined
}

/** The REPORT of the invocation. Durations in ms, memory in MB. */
export interface InvocationReport {
  readonly durationMs: number
  readonly billedMs: number
  readonly memoryMb: number
  readonly maxMemoryMb: number
  /** Present on a cold start only. */
  readonly initMs: number | undefined
  /** `timeout`, `error`, `failure`; absent when all went well. */
  readonly status: string | undefined
  readonly errorType: string | undefined
}

export type TailLine =
  | { readonly source: 'platform'; readonly text: string }
  | { readonly source: 'extension'; readonly text: string }
  /** The function's own output: production data, shown only with `show-function-logs`. */
  | { readonly source: 'function'; readonly text: string }

export interface Tail {
  readonly lines: readonly TailLine[]
  readonly extensions: readonly ExtensionState[]
  readonly report: InvocationReport | undefined
  /** The platform logged that the execution environment did not start. */
  readonly initFailed: boolean
}

export const EMPTY_TAIL: Tail = { lines: [], extensions: [], report: undefined, initFailed: false }

export function parseTail(text: string): Tail {
  const lines: TailLine[] = []
  const extensions: ExtensionState[] = []
  let report: InvocationReport | undefined
  /** What Rotel prints as it ends may hold a value with line breaks: until somebody else writes, the lines are its. */
  let goesOn = false
  let initFailed = false
  for (const line of text.split('\n').map((raw) => raw.trimEnd())) {
    if (line.trim() === '') continue
    const record = jsonRecord(line)
    const extension = record ? extensionFromJson(record) : extensionFromText(line)
    if (extension) extensions.push(extension)
    // A function can print such a line too, but not after the platform's own.
    report = (record ? reportFromJson(record) : reportFromText(line)) ?? report
    const own = record ? rotelRecord(record) : rotelLine(line)
    const isPlatform = record ? isPlatformRecord(record) : PLATFORM_TEXT.test(line)
    goesOn = !isPlatform && record === undefined && (own === undefined ? goesOn : isPrinted(own))
    const source = isPlatform ? 'platform' : own !== undefined || goesOn ? 'extension' : 'function'
    lines.push({ source, text: line })
    initFailed ||= record ? isFailedInitRecord(record) : FAILED_INIT_TEXT.test(line)
  }
  return { lines, extensions, report, initFailed }
}

/** The REPORT that a line is, in either format. */
export function reportIn(line: string): InvocationReport | undefined {
  const record = jsonRecord(line)
  return record ? reportFromJson(record) : reportFromText(line)
}

// --- text format ---------------------------------------------------------------------------------------------------

const ID = '[0-9a-f-]{36}'
const REQUEST = `RequestId: ${ID}`

const PLATFORM_TEXT = new RegExp(
  [
    `^INIT_START Runtime Version: `,
    `^INIT_REPORT Init Duration: `,
    `^(START|END|REPORT) ${REQUEST}(\\s|$)`,
    `^RESTORE_(START|REPORT) `,
    `^(EXTENSION|TELEMETRY|LOGS)\\s+Name: \\S+\\s+State: `,
    `^XRAY TraceId: `,
    `^(\\S+Z )?${REQUEST} (Error: (Runtime exited|exit |fork/exec |Task timed out after )|Process exited before)`,
    // The one line with a time before it, and without a label for the id.
    `^\\S+Z (RequestId: )?${ID} Task timed out after `,
  ].join('|'),
)

/** A start that was only slow is repeated within the invocation: `Status: timeout`. */
const FAILED_INIT_TEXT = /^INIT_REPORT Init Duration: .*\sStatus: (error|failure)(\s|$)/

const REPORT_TEXT = new RegExp(`^REPORT ${REQUEST}(\\s|$)`)

function extensionFromText(line: string): ExtensionState | undefined {
  const [, name, state] = /^EXTENSION\s+Name:\s*(\S+)\s+State:\s*(\S+)/.exec(line) ?? []
  if (name === undefined || state === undefined) return undefined
  return { name, state, errorType: /Error Type:\s*(\S+)/.exec(line)?.[1] }
}

function reportFromText(line: string): InvocationReport | undefined {
  if (!REPORT_TEXT.test(line)) return undefined
  const number = (label: string) => {
    const [, value] = new RegExp(`(?:^|\\s)${label}:\\s*([\\d.]+)`).exec(line) ?? []
    return value === undefined ? undefined : Number(value)
  }
  const durationMs = number('(?<!Billed )(?<!Init )Duration')
  const memoryMb = number('Memory Size')
  if (durationMs === undefined || memoryMb === undefined) return undefined
  return {
    durationMs,
    billedMs: number('Billed Duration') ?? Math.ceil(durationMs),
    memoryMb,
    maxMemoryMb: number('Max Memory Used') ?? 0,
    initMs: number('Init Duration'),
    status: /\bStatus:\s*(\S+)/.exec(line)?.[1],
    errorType: /Error Type:\s*(\S+)/.exec(line)?.[1],
  }
}

// --- JSON format ---------------------------------------------------------------------------------------------------

type JsonRecord = Readonly<Record<string, unknown>>

function jsonRecord(line: string): JsonRecord | undefined {
  if (!line.startsWith('{')) return undefined
  const value = parseJson(line)
  return isRecord(value) ? value : undefined
}

/** Platform records carry `type: platform.*`; Rotel's carry `fields.message`; the rest is the function's. */
function isPlatformRecord(record: JsonRecord): boolean {
  return textOf(record['type'])?.startsWith('platform.') === true
}

function extensionFromJson(record: JsonRecord): ExtensionState | undefined {
  if (record['type'] !== 'platform.extension') return undefined
  const body = membersOf(record['record'])
  const name = textOf(body['name'])
  const state = textOf(body['state'])
  if (name === undefined || state === undefined) return undefined
  return { name, state, errorType: textOf(body['errorType']) }
}

function isFailedInitRecord(record: JsonRecord): boolean {
  if (record['type'] !== 'platform.initReport') return false
  return /^(error|failure)$/.test(textOf(membersOf(record['record'])['status']) ?? '')
}

function reportFromJson(record: JsonRecord): InvocationReport | undefined {
  if (record['type'] !== 'platform.report') return undefined
  const body = membersOf(record['record'])
  const metrics = membersOf(body['metrics'])
  const durationMs = numberOf(metrics['durationMs'])
  const memoryMb = numberOf(metrics['memorySizeMB'])
  if (durationMs === undefined || memoryMb === undefined) return undefined
  const status = textOf(body['status'])
  return {
    durationMs,
    billedMs: numberOf(metrics['billedDurationMs']) ?? Math.ceil(durationMs),
    memoryMb,
    maxMemoryMb: numberOf(metrics['maxMemoryUsedMB']) ?? 0,
    initMs: numberOf(metrics['initDurationMs']),
    status: status === 'success' ? undefined : status,
    errorType: textOf(body['errorType']),
  }
}
