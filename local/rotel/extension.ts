/** The life of a Rotel extension in one execution environment: start (or crash), collect, flush after each call. */
import { parseVariables, receiversOf, type RotelConfiguration } from './configuration'
import {
  agentError,
  logLine,
  panic,
  renderLine,
  stderrCrash,
  type Crash,
  type OutputLine,
} from './crash'
import { complaint, isRetried, NO_VALUE, timedOutDrain } from './export-complaints'
import { layEnvFile } from './env-file'
import {
  resourceAttributes,
  toBatch,
  type FunctionIdentity,
  type TelemetryEvent,
} from './log-records'
import type { SocketAddress } from './options'
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
/** Between an INVOKE and the look at an agent that has failed: a fast handler has answered by then. */
export const LATE_DEATH_MS = 2
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
  /** Its agent has failed: it is ready, and ends `LATE_DEATH_MS` after the first INVOKE. */
  readonly doom: { readonly exitCode: number; readonly lines: readonly string[] } | undefined
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
  shutDown(): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }>
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
  const receivers = receiversOf(resolved.variables)
  const unbound = bindFault(receivers, surroundings.takenPorts)
  if (unbound !== undefined) return crashed(stderrCrash(`ERROR: unable to bind to ${unbound}`))
  const startMs = START_MS + (resolved.lookedUp ? SECRETS_MS : 0)
  const bound = { ports: receivers.map(({ port }) => port), startMs }
  return parsed.ok
    ? running(surroundings, parsed.configuration, ports, bound)
    : doomed(surroundings, parsed.crash, bound)
}

interface Bound {
  readonly ports: readonly number[]
  readonly startMs: number
}

/** An address is free, taken, or not one of the environment. */
function bindFault(
  addresses: readonly SocketAddress[],
  taken: ReadonlySet<number>,
): string | undefined {
  for (const [index, address] of addresses.entries()) {
    const text = addressText(address)
    if (!/^(127\.|0\.0\.0\.0$|::1?$)/.test(address.host)) {
      return `${text}: Cannot assign requested address (os error 99)`
    }
    const clashes = addresses
      .slice(0, index)
      .some((other) => other.port === address.port && overlap(other.host, address.host))
    if (address.port !== 0 && (clashes || taken.has(address.port))) {
      return `${text}: Address already in use (os error 98)`
    }
  }
  return undefined
}

/** `::` takes the addresses of both families. */
function overlap(one: string, other: string): boolean {
  const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::'
  if (one === other || one === '::' || other === '::') return true
  return one.includes(':') === other.includes(':') && (isAny(one) || isAny(other))
}

/** The agent failed after registration: Rotel starts as ever, and finds out with the first INVOKE. */
function doomed(surroundings: RotelSurroundings, crash: Crash, bound: Bound): RotelStart {
  const render = (lines: readonly OutputLine[]): readonly string[] =>
    lines.map((line) => renderLine(line, surroundings.logFormat))
  const nothing = { extraMs: 0, lines: [] }
  return {
    kind: 'running',
    lines: render([startingLine, startedLine(bound.startMs)]),
    startMs: bound.startMs,
    ports: bound.ports,
    rotel: {
      doom: { exitCode: crash.exitCode, lines: render(crash.output) },
      collect: () => undefined,
      listensOn: () => false,
      receive: () => undefined,
      flush: () => Promise.resolve(nothing),
      shutDown: () => Promise.resolve({ exitCode: crash.exitCode, lines: render(crash.output) }),
    },
  }
}

const startingLine = logLine('INFO', 'Starting Rotel.')

function startedLine(startMs: number): OutputLine {
  return logLine('INFO', `Rotel Lambda Extension started in ${startMs}ms`)
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
  { ports: bound, startMs }: Bound,
): Promise<RotelStart> {
  const probed = await probeClickHouse(parsed, ports.exporter)
  const { configuration } = probed
  const resource = resourceAttributes(surroundings.identity, configuration.resourceAttributes)
  let events: TelemetryEvent[] = []
  /** Lines that lost the race with the flush of their own invocation. */
  let behind: TelemetryEvent[] = []
  let received: Telemetry[] = []
  let backlog: Parcel[] = []
  const attempts = new WeakMap<Parcel, number>()
  let flushes = 0

  /** Own output: printed, and exported like the function's, unless RUST_LOG hides it. */
  const print = (lines: readonly OutputLine[]): readonly string[] => {
    const shown = lines.filter((line) => isShown(line, configuration))
    const isJson = surroundings.logFormat === 'JSON'
    const texts = shown.map((line) => {
      const text = renderLine(line, surroundings.logFormat)
      events.push({
        type: 'extension',
        timeMs: surroundings.nowMs(),
        record: isJson && line.stream === 'log' ? (JSON.parse(text) as unknown) : `${text}\n`,
      })
      return text
    })
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

  /** What came by the Telemetry API, post by post: one that is too large for the batches is dropped. */
  const posted = (all: readonly TelemetryEvent[], output: OutputLine[]): TelemetryEvent[] => {
    const kept: TelemetryEvent[] = []
    for (let at = 0; at < all.length; at += EVENTS_OF_A_POST) {
      const post = all.slice(at, at + EVENTS_OF_A_POST)
      if (post.length > 2 * configuration.logsBatchSize) output.push(tooManyItems)
      else kept.push(...post)
    }
    return kept
  }

  /** Exports all that waits, and says what Rotel prints about it. */
  const send = async (outcome: FlushOutcome): Promise<readonly OutputLine[]> => {
    const taken = take(outcome)
    flushes += 1
    const output: OutputLine[] = []
    const batch = toBatch(resource, posted(taken.events, output))
    if (batch === undefined) output.push(failedToConvert)
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
      if (target === undefined || hasLostItsPorts(configuration)) continue
      const result = await exportTo(ports.exporter, parcel, target)
      const attempt = attempts.get(parcel) ?? 1
      output.push(...complaint(result, target, parcel.signal, attempt))
      if (!isRetried(result)) continue
      attempts.set(parcel, attempt + 1)
      backlog.push(parcel)
    }
    return output
  }

  const rotel: RunningRotel = {
    doom: undefined,
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
      const [waiting] = backlog
      const target = waiting === undefined ? undefined : configuration[waiting.signal]
      if (waiting === undefined || target === undefined) {
        return { extraMs: FLUSH_MS, lines: print(output) }
      }
      const timeout = logLine('WARN', 'timeout waiting to flush exporters')
      const undrained = timedOutDrain(target, waiting.signal)
      return {
        extraMs: FLUSH_TIMEOUT_MS + FLUSH_MS,
        lines: print([...output, timeout, undrained]),
      }
    },
    shutDown: async () => {
      const before = print([logLine('INFO', 'Shutdown received, exiting')])
      const output = await send('complete')
      if (hasLostItsPorts(configuration)) {
        const lines = print([...panic('tokio-runtime-worker', AGENT_PORTS, NO_VALUE), lostAgent])
        return { exitCode: 0, lines: [...before, ...lines] }
      }
      const isStuck = backlog.some(({ signal }) => configuration[signal]?.exporter === 'otlp')
      const after = isStuck
        ? [
            logLine('WARN', 'Exporters did not exit on channel close, cancelling.'),
            ...agentError('timed out waiting for tasks to complete', true).output,
          ]
        : [logLine('INFO', 'Unexpected early exit of receiver.')]
      return {
        exitCode: isStuck ? 1 : 0,
        lines: [...before, ...print([...output, ...after])],
      }
    },
  }
  const lines = print([
    startingLine,
    ...configuration.notices,
    ...probed.notices,
    logLine('INFO', 'OTLP receiver listening', {
      grpc_endpoint: JSON.stringify(addressText(configuration.grpcReceiver)),
      http_endpoint: JSON.stringify(addressText(configuration.httpReceiver)),
    }),
    startedLine(startMs),
  ])
  return { kind: 'running', rotel, lines, startMs: startMs + probed.waitedMs, ports: bound }
}

/** With two receivers on free ports of the system's choice, the agent looks for the same port twice, and panics. */
function hasLostItsPorts({ grpcReceiver, httpReceiver }: RotelConfiguration): boolean {
  return grpcReceiver.port === 0 && httpReceiver.port === 0
}

const AGENT_PORTS = '/build/src/init/agent.rs:973:90'

const lostAgent = logLine(
  'ERROR',
  `Failed to join with task: Err(JoinError::Panic(Id(5), "${NO_VALUE}", ...))`,
)

/** As many as Lambda puts into one POST of the Telemetry API. */
const EVENTS_OF_A_POST = 1000

const tooManyItems = logLine(
  'ERROR',
  'Too many batch items split, dropping data. Consider increasing the batch size.',
)

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
  const warning =
    probe.kind === 'ok'
      ? []
      : [
          logLine(
            'WARN',
            'Failed to describe Clickhouse logs table; falling back to baseline schema.',
            { table: `${logs.database}.${logs.tablePrefix}_logs`, error: probe.error },
          ),
        ]
  return {
    configuration: { ...configuration, logs: { ...logs, eventName } },
    notices: [
      ...warning,
      logLine('INFO', 'Clickhouse table capabilities probed successfully.', {
        logs_extended: String(eventName),
      }),
    ],
    waitedMs: probe.kind === 'ok' ? 0 : probe.waitedMs,
  }
}

const failedToConvert = logLine('WARN', 'Failed to convert log events: unsupported record type')

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

/** Only http and https can be connected to at all, and only a host. */
async function exportTo(
  exporter: TelemetryExporter,
  parcel: Parcel,
  target: ExportTarget,
): Promise<ExportResult> {
  if (target.exporter === 'otlp' && new URL(target.url).host === '') {
    return { kind: 'panic', place: '/build/src/exporters/otlp/request.rs:299:42' }
  }
  // What is a host name to one of Rotel's libraries is none to the other.
  if (target.exporter === 'clickhouse' && /["{}`]/.test(target.endpoint)) {
    return { kind: 'panic', place: '/build/src/exporters/http/request.rs:101:45' }
  }
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
