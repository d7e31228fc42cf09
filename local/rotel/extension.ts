/** The life of a Rotel extension in one execution environment: start (or crash), collect, flush after each call. */
import { parseVariables, type RotelConfiguration } from './configuration'
import { renderLine, stderrCrash, type Crash, type OutputLine } from './crash'
import { layEnvFile } from './env-file'
import {
  resourceAttributes,
  toBatch,
  type FunctionIdentity,
  type TelemetryEvent,
} from './log-records'
import { resolveSecrets, type SecretResolver } from './secrets'
import type { Origin, Signal, Telemetry } from '../otlp/telemetry'
import type {
  ExportResult,
  ExportTarget,
  FlushOutcome,
  LogBatch,
  TableProbe,
  TelemetryExporter,
} from './telemetry'

export const EXTENSION_NAME = 'rotel-extension'
/** What Rotel needs beside the function, in MB. */
export const ROTEL_MEMORY_MB = 24
const START_MS = 66
/** What looking secrets up adds to a cold start: 100 to 150 ms (rotel-lambda-extension README). */
const SECRETS_MS = 125
/** Waiting for runtimeDone and flushing when all is well. */
const FLUSH_MS = 4
/** `timeout waiting to flush exporters` comes after this long (src/lifecycle). */
const FLUSH_TIMEOUT_MS = 3000

export interface RotelSurroundings {
  readonly identity: FunctionIdentity
  readonly variables: Readonly<Record<string, string>>
  /** The function's, as Lambda names it. */
  readonly architecture: string
  /** What the attached layer was built for. */
  readonly layerArchitecture: string
  readonly amazonLinux2: boolean
  readonly logFormat: 'Text' | 'JSON'
  readonly readFile: (path: string) => string | undefined
  /** Ports on which another extension of the environment already listens. */
  readonly takenPorts: ReadonlySet<number>
  readonly nowMs: () => number
}

export interface RotelPorts {
  readonly exporter: TelemetryExporter
  readonly secrets: SecretResolver
}

export type RotelStart =
  | { readonly kind: 'crashed'; readonly crash: Crash; readonly lines: readonly string[] }
  | {
      readonly kind: 'running'
      readonly rotel: RunningRotel
      readonly lines: readonly string[]
      readonly startMs: number
      readonly ports: readonly number[]
    }

export interface RunningRotel {
  /** Takes an event of the Telemetry API. */
  collect(event: TelemetryEvent): void
  /** Whether an OTLP receiver of the protocol listens there. */
  listensOn(port: number, protocol: 'grpc' | 'http'): boolean
  /** Takes what an SDK sends to the receiver. */
  receive(telemetry: Telemetry): void
  /** The flush of AfterCall mode: how much it extends the invocation, and what Rotel prints meanwhile. */
  flush(
    outcome?: FlushOutcome,
  ): Promise<{ readonly extraMs: number; readonly lines: readonly string[] }>
  /** The environment is taken down: everything that waited leaves, if it can. */
  shutDown(): Promise<readonly string[]>
}

/** What one export request carries. */
type Parcel =
  | { readonly signal: 'logs'; readonly batch: LogBatch }
  | { readonly signal: Signal; readonly telemetry: Telemetry }

/** Accepts everything and keeps nothing. */
export const deadEnd: TelemetryExporter = { export: () => Promise.resolve({ kind: 'ok' }) }

export async function startRotel(
  surroundings: RotelSurroundings,
  ports: RotelPorts,
): Promise<RotelStart> {
  const crashed = (crash: Crash): RotelStart => ({
    kind: 'crashed',
    crash,
    lines: crash.output.map((line) => renderLine(line, surroundings.logFormat)),
  })
  const exec = refusedByLoader(surroundings)
  if (exec !== undefined) return crashed(exec)
  const laid = layEnvFile(surroundings.variables, surroundings.readFile)
  if (!laid.ok) return crashed(laid.crash)
  const resolved = await resolveSecrets(laid.variables, ports.secrets)
  if (!resolved.ok) return crashed(resolved.crash)
  const parsed = parseVariables(resolved.variables)
  if (!parsed.ok && !parsed.crash.registered) return crashed(parsed.crash)
  // A configuration that only the agent refuses has bound its ports by then; they are the default ones or parsed.
  const configuration = parsed.ok ? parsed.configuration : undefined
  const bound = configuration === undefined ? [4317, 4318, 8990] : receiverPorts(configuration)
  const clash = bound.find(
    (port, index) => surroundings.takenPorts.has(port) || bound.indexOf(port) < index,
  )
  if (clash !== undefined) {
    const address = clash === 8990 ? '0.0.0.0' : '127.0.0.1'
    return crashed(
      stderrCrash(
        `ERROR: unable to bind to ${address}:${clash}: Address already in use (os error 98)`,
      ),
    )
  }
  if (!parsed.ok) return crashed(parsed.crash)
  const startMs = START_MS + (resolved.lookedUp ? SECRETS_MS : 0)
  return running(surroundings, parsed.configuration, ports, { bound, startMs })
}

function receiverPorts(configuration: RotelConfiguration): readonly number[] {
  return [
    configuration.grpcReceiver.port,
    configuration.httpReceiver.port,
    configuration.telemetryReceiver.port,
  ]
}

/** What the kernel or the dynamic loader refuses before Rotel's first instruction. */
function refusedByLoader(surroundings: RotelSurroundings): Crash | undefined {
  const file = `/opt/extensions/${EXTENSION_NAME}`
  if (surroundings.layerArchitecture !== surroundings.architecture) {
    return {
      exitCode: 126,
      registered: false,
      output: [{ stream: 'stderr', text: `${file}: ${file}: cannot execute binary file` }],
    }
  }
  if (surroundings.amazonLinux2) {
    return stderrCrash(
      `${file}: /lib64/libc.so.6: version \`GLIBC_2.28' not found (required by ${file})`,
    )
  }
  return undefined
}

async function running(
  surroundings: RotelSurroundings,
  parsed: RotelConfiguration,
  ports: RotelPorts,
  { bound, startMs }: { readonly bound: readonly number[]; readonly startMs: number },
): Promise<RotelStart> {
  const probed = await probeClickHouse(parsed, ports.exporter)
  const { configuration } = probed
  const resource = resourceAttributes(surroundings.identity, configuration.resourceAttributes)
  let events: TelemetryEvent[] = []
  /** Lines that lost the race with the flush of their own invocation. */
  let behind: TelemetryEvent[] = []
  let received: Telemetry[] = []
  let backlog: Parcel[] = []
  let flushes = 0

  /** Own output: printed, and exported like the function's, unless RUST_LOG hides it. */
  const print = (lines: readonly OutputLine[]): readonly string[] => {
    const shown = lines.filter((line) => isShown(line, configuration))
    const texts = shown.map((line) => renderLine(line, surroundings.logFormat))
    for (const text of texts) {
      events.push({
        type: 'extension',
        timeMs: surroundings.nowMs(),
        record: surroundings.logFormat === 'JSON' ? (JSON.parse(text) as unknown) : `${text}\n`,
      })
    }
    return texts
  }

  /** What a flush takes with it; the rest stays for the next one. */
  const take = (outcome: FlushOutcome): { events: TelemetryEvent[]; received: Telemetry[] } => {
    if (outcome === 'holds-first' && flushes === 0) return { events: [], received: [] }
    const late = outcome === 'loses-race' ? events.filter(({ type }) => type === 'function') : []
    const taken = {
      events: [...behind, ...events.filter((event) => !late.includes(event))],
      received,
    }
    behind = late
    events = []
    received = []
    return taken
  }

  /** Exports all that waits, and says what Rotel prints about it. */
  const send = async (outcome: FlushOutcome): Promise<readonly OutputLine[]> => {
    const taken = take(outcome)
    flushes += 1
    const batch = toBatch(resource, taken.events)
    const output: OutputLine[] = batch === undefined ? [failedToConvert] : []
    const waiting: readonly Parcel[] = [
      ...backlog,
      ...(batch === undefined || batch.records.length === 0
        ? []
        : [{ signal: 'logs', batch } as const]),
      ...taken.received.map((telemetry) => ({ signal: telemetry.signal, telemetry })),
    ]
    backlog = []
    for (const parcel of waiting) {
      const target = configuration[parcel.signal]
      if (target === undefined) continue
      const result = await exportTo(ports.exporter, parcel, target)
      output.push(...complaint(result, target, parcel.signal))
      if (isRetried(result)) backlog.push(parcel)
    }
    return output
  }

  const rotel: RunningRotel = {
    collect: (event) => {
      events.push(event)
    },
    listensOn: (port, protocol) =>
      port === (protocol === 'grpc' ? configuration.grpcReceiver : configuration.httpReceiver).port,
    receive: (telemetry) => {
      received.push(withResource(telemetry, configuration))
    },
    flush: async (outcome = 'complete') => {
      const output = await send(outcome)
      if (backlog.length === 0) return { extraMs: FLUSH_MS, lines: print(output) }
      const timeout: OutputLine = {
        stream: 'log',
        level: 'WARN',
        message: 'timeout waiting to flush exporters',
      }
      return { extraMs: FLUSH_TIMEOUT_MS + FLUSH_MS, lines: print([...output, timeout]) }
    },
    shutDown: async () => {
      const before = print([
        { stream: 'log', level: 'INFO', message: 'Shutdown received, exiting' },
      ])
      return [...before, ...print(await send('complete'))]
    },
  }
  const lines = print([
    ...configuration.notices,
    ...probed.notices,
    { stream: 'log', level: 'INFO', message: 'Starting Rotel.' },
    {
      stream: 'log',
      level: 'INFO',
      message: 'OTLP receiver listening',
      fields: {
        grpc_endpoint: addressText(configuration.grpcReceiver),
        http_endpoint: addressText(configuration.httpReceiver),
      },
    },
    {
      stream: 'log',
      level: 'INFO',
      message: `Rotel Lambda Extension started in ${startMs}ms`,
    },
  ])
  return { kind: 'running', rotel, lines, startMs: startMs + probed.waitedMs, ports: bound }
}

/** What an exporter that leads nowhere is taken to have found. */
export const TODAYS_LOGS_TABLE: TableProbe = { kind: 'ok', columns: ['EventName'] }

interface Probed {
  readonly configuration: RotelConfiguration
  readonly notices: readonly OutputLine[]
  readonly waitedMs: number
}

/**
 * With the ClickHouse exporter Rotel looks at the logs table as it starts. It says that it did so successfully in any
 * case: the warning before is all there is of a failure (rotel src/exporters/clickhouse/mod.rs).
 */
async function probeClickHouse(
  configuration: RotelConfiguration,
  exporter: TelemetryExporter,
): Promise<Probed> {
  const { logs } = configuration
  if (logs?.exporter !== 'clickhouse') return { configuration, notices: [], waitedMs: 0 }
  const probe = (await exporter.describeLogsTable?.(logs)) ?? TODAYS_LOGS_TABLE
  const eventName = probe.kind === 'ok' && probe.columns.includes('EventName')
  const warning: readonly OutputLine[] =
    probe.kind === 'ok'
      ? []
      : [
          {
            stream: 'log',
            level: 'WARN',
            message: 'Failed to describe Clickhouse logs table; falling back to baseline schema.',
            fields: {
              table: `${logs.database}.${logs.tablePrefix}_logs`,
              error: probe.error,
            },
          },
        ]
  return {
    configuration: { ...configuration, logs: { ...logs, eventName } },
    notices: [
      ...warning,
      {
        stream: 'log',
        level: 'INFO',
        message: 'Clickhouse table capabilities probed successfully.',
        fields: { logs_extended: String(eventName) },
      },
    ],
    waitedMs: probe.kind === 'ok' ? 0 : probe.waitedMs,
  }
}

const failedToConvert: OutputLine = {
  stream: 'log',
  level: 'WARN',
  message: 'Failed to convert log events: unsupported record type',
}

function addressText(address: { readonly host: string; readonly port: number }): string {
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`
}

function isShown(line: OutputLine, configuration: RotelConfiguration): boolean {
  if (line.stream === 'stderr') return true
  const order = ['off', 'error', 'warn', 'info', 'debug', 'trace']
  return order.indexOf(line.level.toLowerCase()) <= order.indexOf(configuration.logLevel)
}

/** Only http and https can be connected to at all. */
async function exportTo(
  exporter: TelemetryExporter,
  parcel: Parcel,
  target: ExportTarget,
): Promise<ExportResult> {
  if (target.exporter === 'otlp' && !/^https?:/i.test(target.url)) {
    return { kind: 'unreachable', reason: 'invalid URL, scheme is not http' }
  }
  if ('batch' in parcel) return exporter.export(parcel.batch, target)
  return (await exporter.forward?.(parcel.telemetry, target)) ?? { kind: 'ok' }
}

/** `ROTEL_OTEL_RESOURCE_ATTRIBUTES` go over what the SDK says of itself, its `service.name` included. */
function withResource(telemetry: Telemetry, configuration: RotelConfiguration): Telemetry {
  const upserts = Object.fromEntries(configuration.resourceAttributes)
  const upserted = <Batch extends Origin>(batch: Batch): Batch => ({
    ...batch,
    resource: { ...batch.resource, ...upserts },
  })
  switch (telemetry.signal) {
    case 'logs':
      return { ...telemetry, batches: telemetry.batches.map(upserted) }
    case 'traces':
      return { ...telemetry, batches: telemetry.batches.map(upserted) }
    case 'metrics':
      return { ...telemetry, batches: telemetry.batches.map(upserted) }
  }
}

const RETRIED_HTTP: ReadonlySet<number> = new Set([408, 429, 500, 501, 502, 503, 504])
const RETRIED_GRPC: ReadonlySet<string> = new Set([
  'Unavailable',
  'Internal',
  'DeadlineExceeded',
  'ResourceExhausted',
])

/** Anything else is dropped at once: a wrong key loses data without slowing the function. */
function isRetried(result: ExportResult): boolean {
  switch (result.kind) {
    case 'ok':
      return false
    case 'http':
      return RETRIED_HTTP.has(result.status)
    case 'grpc':
      return RETRIED_GRPC.has(result.status)
    case 'unreachable':
      return true
  }
}

function complaint(
  result: ExportResult,
  target: ExportTarget,
  signal: Signal,
): readonly OutputLine[] {
  const name = target.exporter === 'clickhouse' ? 'ClickhouseExporter' : 'OTLPExporter'
  const common = { exporter_type: name, telemetry_type: signal }
  const retry: readonly OutputLine[] = isRetried(result)
    ? [{ stream: 'log', level: 'WARN', message: 'Exporting failed, will retry again after delay.' }]
    : []
  switch (result.kind) {
    case 'ok':
      return []
    case 'http':
      if (target.exporter === 'clickhouse') {
        const detail = result.detail === undefined ? '' : `: ${result.detail}`
        const error =
          result.status === 404
            ? `Received a 404 when exporting to Clickhouse, does the table exist? (type = ${signal})`
            : `Failed to export to Clickhouse (status = ${result.status})${detail}`
        return [
          {
            stream: 'log',
            level: 'ERROR',
            message: 'Error from exporter endpoint.',
            fields: { ...common, error: JSON.stringify(error) },
          },
          ...retry,
        ]
      }
      return [
        {
          stream: 'log',
          level: 'ERROR',
          message: `${name} failed HTTP status code from endpoint.`,
          fields: { ...common, status: result.status },
        },
        ...retry,
      ]
    case 'grpc':
      return [
        {
          stream: 'log',
          level: 'ERROR',
          message: `${name} failed gRPC status code from endpoint.`,
          fields: { ...common, status: result.status },
        },
        ...retry,
      ]
    case 'unreachable':
      return [
        {
          stream: 'log',
          level: 'ERROR',
          message: `${name} error from endpoint.`,
          fields: { ...common, error: JSON.stringify(result.reason) },
        },
        ...retry,
      ]
  }
}
