/** The lines that an invocation leaves, in both log formats, as they stand in the tail and in CloudWatch. */
import type { LogLine } from './handler'
import type { Language } from './runtimes'

export interface Report {
  readonly requestId: string
  readonly durationMs: number
  readonly memoryMb: number
  readonly memoryUsedMb: number
  /** On a cold start. */
  readonly initMs: number | undefined
  readonly failure: ReportFailure | undefined
}

export type ReportFailure =
  { readonly kind: 'timeout' } | { readonly kind: 'error'; readonly errorType: string }

interface ExtensionState {
  readonly name: string
  readonly state: 'Started' | 'Registered' | 'Ready'
  readonly events: readonly string[]
  readonly errorType?: string
}

/** How Lambda itself writes; `undefined` where the format has no such line. */
export interface PlatformFormat {
  initStart(runtime: string): string | undefined
  telemetry(name: string): string | undefined
  extension(extension: ExtensionState): string | undefined
  initReport(initMs: number, phase: 'init' | 'invoke', errorType: string): string | undefined
  start(requestId: string, version: string): string | undefined
  end(requestId: string): string | undefined
  report(report: Report): string | undefined
  timedOut(requestId: string, seconds: number): string | undefined
}

const RUNTIME_HASH = '8eeff65f6809a3ce81507fe733fe09b835899b99481ba22fd75b5a7338290ec1'

/** Fields are separated by TABs; REPORT ends in one. Since August 2025 a cold start bills Duration plus Init. */
export function textFormat(region: string, now: () => number): PlatformFormat {
  return {
    initStart: (runtime) =>
      `INIT_START Runtime Version: ${runtime}.v1\tRuntime Version ARN: arn:aws:lambda:${region}::runtime:${RUNTIME_HASH}`,
    telemetry: (name) =>
      `TELEMETRY\tName: ${name}\tState: Subscribed\tTypes: [Platform, Function, Extension]`,
    extension: ({ name, state, events, errorType }) =>
      `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(',')}]` +
      (errorType === undefined ? '' : `\tError Type: ${errorType}`),
    initReport: (initMs, phase, errorType) =>
      `INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: error\tError Type: ${errorType}`,
    start: (requestId, version) => `START RequestId: ${requestId} Version: ${version}`,
    end: (requestId) => `END RequestId: ${requestId}`,
    report: (report) =>
      [
        `REPORT RequestId: ${report.requestId}`,
        `Duration: ${report.durationMs.toFixed(2)} ms`,
        `Billed Duration: ${billedMs(report)} ms`,
        `Memory Size: ${report.memoryMb} MB`,
        `Max Memory Used: ${report.memoryUsedMb} MB`,
        ...(report.initMs === undefined ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
        ...statusFields(report.failure),
        '',
      ].join('\t'),
    timedOut: (requestId, seconds) =>
      `${new Date(now()).toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds\n`,
  }
}

function statusFields(failure: ReportFailure | undefined): readonly string[] {
  if (failure === undefined) return []
  return failure.kind === 'timeout'
    ? ['Status: timeout']
    : ['Status: error', `Error Type: ${failure.errorType}`]
}

function billedMs(report: Report): number {
  return Math.ceil(Number((report.durationMs + (report.initMs ?? 0)).toFixed(2)))
}

/** One object on each line. initReport and runtimeDone do not appear on success. */
export function jsonFormat(
  functionArn: string,
  now: () => number,
  systemLevel: string | undefined,
): PlatformFormat {
  const quiet = systemLevel === 'WARN'
  const line = (type: string, record: unknown): string =>
    JSON.stringify({ time: new Date(now()).toISOString(), type, record })
  const unlessQuiet = (type: string, record: unknown): string | undefined =>
    quiet ? undefined : line(type, record)
  return {
    initStart: (runtime) =>
      unlessQuiet('platform.initStart', {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: `${runtime}.v1`,
      }),
    telemetry: (name) =>
      unlessQuiet('platform.telemetrySubscription', {
        name,
        state: 'Subscribed',
        types: ['platform', 'function', 'extension'],
      }),
    extension: ({ name, state, events, errorType }) =>
      quiet && errorType === undefined
        ? undefined
        : line('platform.extension', {
            name,
            state,
            events,
            ...(errorType === undefined ? {} : { errorType }),
          }),
    initReport: (initMs, phase, errorType) =>
      line('platform.initReport', {
        initializationType: 'on-demand',
        phase,
        metrics: { durationMs: rounded(initMs) },
        status: 'error',
        errorType,
      }),
    start: (requestId, version) =>
      unlessQuiet('platform.start', { requestId, functionArn, version }),
    end: () => undefined,
    report: (report) =>
      quiet && report.failure === undefined
        ? undefined
        : line('platform.report', {
            requestId: report.requestId,
            metrics: {
              durationMs: rounded(report.durationMs),
              billedDurationMs: billedMs(report),
              memorySizeMB: report.memoryMb,
              maxMemoryUsedMB: report.memoryUsedMb,
              ...(report.initMs === undefined ? {} : { initDurationMs: rounded(report.initMs) }),
            },
            status: report.failure === undefined ? 'success' : report.failure.kind,
            ...(report.failure?.kind === 'error' ? { errorType: report.failure.errorType } : {}),
          }),
    timedOut: () => undefined,
  }
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3))
}

/** A function's line as it is written, and as the Telemetry API hands it on. */
export interface WrittenLine {
  readonly text: string
  readonly record: unknown
}

const LEVEL_ORDER = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** `undefined` for a line below the application log level. */
export function writeLine(
  line: LogLine,
  context: {
    readonly format: 'Text' | 'JSON'
    readonly applicationLevel: string | undefined
    readonly language: Language
    readonly requestId: string
    readonly nowMs: number
  },
): WrittenLine | undefined {
  const timestamp = new Date(context.nowMs).toISOString()
  if (typeof line !== 'string' && 'raw' in line) return { text: line.raw, record: `${line.raw}\n` }
  if (typeof line !== 'string' && 'object' in line) {
    const text = JSON.stringify(line.object)
    return { text, record: context.format === 'JSON' ? line.object : `${text}\n` }
  }
  const { level, message } =
    typeof line === 'string' ? { level: 'INFO' as const, message: line } : line
  if (context.format === 'JSON') {
    const threshold = context.applicationLevel ?? 'INFO'
    if (LEVEL_ORDER.indexOf(level) < LEVEL_ORDER.indexOf(threshold)) return undefined
    const idKey = context.language === 'java' ? 'AWSRequestId' : 'requestId'
    const record = { timestamp, level, [idKey]: context.requestId, message }
    return { text: JSON.stringify(record), record }
  }
  const text = textLine(context.language, timestamp, context.requestId, level, message)
  return { text, record: `${text}\n` }
}

function textLine(
  language: Language,
  timestamp: string,
  requestId: string,
  level: string,
  message: string,
): string {
  switch (language) {
    case 'nodejs':
      return `${timestamp}\t${requestId}\t${level}\t${message}`
    case 'python':
      return `[${level === 'WARN' ? 'WARNING' : level}]\t${timestamp}\t${requestId}\t${message}`
    default:
      return message
  }
}

/** The last 4 KB, in bytes. */
export function tailOf(lines: readonly string[]): string {
  const all = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8')
  return all.subarray(Math.max(0, all.length - 4096)).toString('base64')
}
