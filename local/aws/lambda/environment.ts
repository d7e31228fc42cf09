/** One execution environment: init with its extensions, then invocations until it is retired or dies. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../account/account'
import {
  instrumentationInitMs,
  instrumentedLanguage,
  invocationSpan,
  SDK_MEMORY_MB,
} from './auto-instrumentation'
import {
  EXTENSION_NAME,
  LATE_DEATH_MS,
  ROTEL_MEMORY_MB,
  startRotel,
  TODAYS_LOGS_TABLE,
  type RotelPorts,
  type RotelSurroundings,
  type RunningRotel,
} from '../../rotel/extension'
import { secretLookup, type SecretStores } from '../../rotel/secret-lookup'
import { agentError, renderLine } from '../../rotel/crash'
import type { ExportResult, FlushOutcome, TelemetryExporter } from '../../rotel/telemetry'
import type { Configuration, FunctionState } from './function-state'
import type { Behaviour, HandlerFailure, LogLine } from './handler'
import type { LayerRegistry, LayerVersion } from './layers'
import {
  jsonFormat,
  textFormat,
  writeLine,
  type PlatformFormat,
  type Report,
  type ReportFailure,
} from './log-lines'
import { ROTEL_ACCOUNT } from './public-layers'
import type { Principal } from './secret-access'
import { isAmazonLinux2, languageOf, WRAPPER_VARIABLE, type Language } from './runtimes'
import { sdkDestination, sdkTelemetry } from './sdk-telemetry'

const OTHER_EXTENSION_MEMORY_MB = 30
const OTHER_EXTENSION_INIT_MS = 120
const FAILED_INIT_MS = 180
const DEFAULT_DURATION_MS = 12.34
const DEFAULT_INIT_MS = 150
const DEFAULT_MEMORY_MB = 64

/** What an environment needs from around it. */
export interface Host {
  readonly account: Account
  readonly layers: LayerRegistry
  readonly rotel: Pick<RotelPorts, 'exporter'>
  /** What a function's extensions may read. */
  readonly secretStores: (principal: Principal) => SecretStores
}

export interface Environment {
  readonly configuration: Configuration
  readonly version: string
  /** 32 hex digits, the end of the log stream's name. */
  readonly id: string
  readonly streamName: string
  busy: boolean
  dead: boolean
  /** To be taken down as soon as it is not busy. */
  retired: boolean
  started: Started | undefined
  /** Printed after the last answer left: the next tail begins with it. */
  late: readonly string[]
}

interface Started {
  readonly rotels: readonly RunningRotel[]
  readonly extensions: number
  /** The language whose OpenTelemetry SDK a layer has brought in. */
  readonly instrumented: Language | undefined
}

export interface Outcome {
  /** What the tail is cut from. */
  readonly tail: readonly string[]
  /** What goes to CloudWatch: also INIT_START and what came after the answer. */
  readonly stored: readonly string[]
  readonly payload: string
  readonly errorType: string | undefined
  readonly durationMs: number
  readonly cold: boolean
  readonly traceId: string | undefined
}

export function createEnvironment(
  account: Account,
  state: FunctionState,
  configuration: Configuration,
  version: string,
): Environment {
  const id = randomBytes(16).toString('hex')
  const day = new Date(account.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  const own = configuration.logging.group === `/aws/lambda/${state.name}`
  return {
    configuration,
    version,
    id,
    streamName: own ? `${day}/[${version}]${id}` : `${day}/${state.name}[${version}][${id}]`,
    busy: false,
    dead: false,
    retired: false,
    started: undefined,
    late: [],
  }
}

export interface InvocationInput {
  readonly requestId: string
  readonly behaviour: Behaviour
  /** Waited for when the handler has begun, before it does anything. */
  readonly gate?: () => Promise<void>
}

/** Takes an environment down that is not busy; returns what goes to CloudWatch. */
export async function shutDown(environment: Environment): Promise<readonly string[]> {
  if (environment.dead) return []
  environment.dead = true
  const rotels = environment.started?.rotels ?? []
  const ends = await Promise.all(rotels.map((rotel) => rotel.shutDown()))
  return ends.flatMap(({ lines }) => lines)
}

/** Runs one invocation. Durations are modelled numbers: nothing is waited for but the export of telemetry. */
export async function runInvocation(
  host: Host,
  state: FunctionState,
  environment: Environment,
  input: InvocationInput,
): Promise<Outcome> {
  const run = createRun(host, state, environment, input)
  if (environment.started !== undefined) {
    run.carryOver(environment.late)
    return handle(run, environment.started, undefined)
  }
  run.store(run.format.initStart(runtimeText(environment.configuration.runtime)))
  const first = await initialise(run)
  if (first.kind === 'failed') {
    run.print(run.format.initReport(FAILED_INIT_MS, 'init', first.errorType))
    // Lambda tries init a second time as part of the invocation.
    await initialise(run)
    run.print(run.format.initReport(FAILED_INIT_MS, 'invoke', first.errorType))
    return failedInit(run, first)
  }
  const { rotels, extensions, instrumented } = first
  environment.started = { rotels, extensions, instrumented }
  return handle(run, environment.started, first.initMs)
}

// ---------------------------------------------------------------- a run and its output

interface Run {
  readonly host: Host
  readonly state: FunctionState
  readonly environment: Environment
  readonly configuration: Configuration
  readonly input: InvocationInput
  readonly format: PlatformFormat
  /** Into the tail and to CloudWatch. */
  print(line: string | undefined): void
  /** To CloudWatch alone. */
  store(line: string | undefined): void
  /** Lines of the past that are in CloudWatch already. */
  carryOver(lines: readonly string[]): void
  traceId: string | undefined
  outcome(result: Pick<Outcome, 'payload' | 'errorType' | 'durationMs'>): Outcome
}

function createRun(
  host: Host,
  state: FunctionState,
  environment: Environment,
  input: InvocationInput,
): Run {
  const { configuration, version } = environment
  const now = (): number => host.account.clock.now()
  const tail: string[] = []
  const stored: string[] = []
  const cold = environment.started === undefined
  const arn = version === '$LATEST' ? state.arn : `${state.arn}:${version}`
  const run: Run = {
    traceId: undefined,
    host,
    state,
    environment,
    configuration,
    input,
    format:
      configuration.logging.format === 'JSON'
        ? jsonFormat(arn, now, configuration.logging.systemLevel)
        : textFormat(state.region, now),
    print: (line) => {
      if (line === undefined) return
      tail.push(line)
      stored.push(line)
    },
    store: (line) => {
      if (line !== undefined) stored.push(line)
    },
    carryOver: (lines) => {
      tail.push(...lines)
    },
    outcome: (result) => ({ tail, stored, cold, traceId: run.traceId, ...result }),
  }
  return run
}

// ---------------------------------------------------------------- init

type Init =
  | {
      readonly kind: 'ready'
      readonly rotels: readonly RunningRotel[]
      readonly extensions: number
      readonly instrumented: Language | undefined
      readonly initMs: number
    }
  | InitFailure

interface InitFailure {
  readonly kind: 'failed'
  readonly errorType: string
  readonly errorMessage: string
}

async function initialise(run: Run): Promise<Init> {
  const { configuration, state } = run
  const layers = configuration.layers
    .map((arn) => run.host.layers.content(arn))
    .filter((layer) => layer !== undefined)
  const taken = new Set<number>()
  let extensions = 0
  let initMs = run.input.behaviour.initMs ?? DEFAULT_INIT_MS

  const rotels: RunningRotel[] = []
  const others = new Set<string>()
  // In the order of the layers: of two that want the same port the second one dies.
  for (const layer of layers) {
    const { extension } = layer
    if (extension === undefined) continue
    if (extension.kind === 'other') {
      // Two layers with one file under /opt/extensions: the later one's is there, once.
      if (others.has(extension.name)) continue
      others.add(extension.name)
      const clash = extension.ports.find((port) => taken.has(port))
      if (clash !== undefined) return portTaken(run, extension.name, clash)
      for (const port of extension.ports) taken.add(port)
      extensions += 1
      initMs += OTHER_EXTENSION_INIT_MS
      continue
    }
    if (state.kind === 'managed-instances') return refusedRegistration(run)
    const start = await startRotel(surroundings(run, extension.architecture, taken), {
      exporter: throughNetwork(state, run.host.rotel.exporter),
      secrets: secretLookup(
        run.host.secretStores({
          roleArn: configuration.role,
          functionName: state.name,
          cutOff: state.egressBlocked,
        }),
        { findsPartialArns: findsPartialArns(layer) },
      ),
    })
    for (const line of start.lines) run.print(line)
    if (start.kind === 'crashed') {
      run.print(
        run.format.extension({
          name: EXTENSION_NAME,
          state: 'Started',
          events: [],
          errorType: 'Extension.Crash',
        }),
      )
      return {
        kind: 'failed',
        errorType: 'Extension.Crash',
        errorMessage: `exit status ${start.crash.exitCode}`,
      }
    }
    for (const port of start.ports) taken.add(port)
    rotels.push(start.rotel)
    initMs += start.startMs
  }
  const ready = new Map(layers.map(({ extension }) => [extension?.name, extension]))
  for (const extension of ready.values()) {
    if (extension === undefined) continue
    if (extension.kind === 'rotel') run.print(run.format.telemetry(extension.name))
    run.print(
      run.format.extension({
        name: extension.name,
        state: 'Ready',
        events: ['INVOKE', 'SHUTDOWN'],
      }),
    )
  }
  const instrumented = instrumentedLanguage(configuration, layers)
  return (
    missingWrapper(run, layers) ??
    initError(run.input.behaviour.failure) ?? {
      kind: 'ready',
      rotels,
      extensions,
      instrumented,
      initMs: initMs + instrumentationInitMs(instrumented),
    }
  )
}

/** Layer version 6 of the stable family brought it; what a copy was made of is not known, so it is taken as new. */
function findsPartialArns({ account, name, version }: LayerVersion): boolean {
  return account !== ROTEL_ACCOUNT || (!name.endsWith('-alpha') && version >= 6)
}

/** A blocked function's packets go nowhere: no refusal, only silence. */
function throughNetwork(state: FunctionState, exporter: TelemetryExporter): TelemetryExporter {
  const silence: ExportResult = {
    kind: 'unreachable',
    reason: 'tcp connect error: deadline has elapsed',
  }
  return {
    export: async (batch, target) =>
      state.egressBlocked ? silence : exporter.export(batch, target),
    forward: async (telemetry, target) =>
      state.egressBlocked
        ? silence
        : ((await exporter.forward?.(telemetry, target)) ?? { kind: 'ok' }),
    describeLogsTable: async (target) =>
      state.egressBlocked
        ? { kind: 'failed', error: 'DESCRIBE TABLE request timed out', waitedMs: 10_000 }
        : ((await exporter.describeLogsTable?.(target)) ?? TODAYS_LOGS_TABLE),
  }
}

function surroundings(
  run: Run,
  layerArchitecture: RotelSurroundings['layerArchitecture'],
  takenPorts: ReadonlySet<number>,
): RotelSurroundings {
  const { configuration, state } = run
  return {
    identity: {
      name: state.name,
      memoryMb: configuration.memoryMb,
      version: run.environment.version,
      region: state.region,
    },
    variables: configuration.variables,
    architecture: state.architecture,
    layerArchitecture,
    amazonLinux2: isAmazonLinux2(configuration.runtime),
    logFormat: configuration.logging.format,
    readFile: (path) => state.files[path],
    takenPorts,
    nowMs: () => run.host.account.clock.now(),
  }
}

/** Managed Instances let external extensions register for SHUTDOWN alone; Rotel asks for INVOKE too. */
function refusedRegistration(run: Run): InitFailure {
  const crash = agentError(
    'Failed to register extension: 403 Forbidden: Extension.InvalidEventType',
    false,
  )
  for (const line of crash.output) run.print(renderLine(line, run.configuration.logging.format))
  run.print(
    run.format.extension({
      name: EXTENSION_NAME,
      state: 'Started',
      events: [],
      errorType: 'Extension.InitError',
    }),
  )
  return { kind: 'failed', errorType: 'Extension.InitError', errorMessage: 'exit status 1' }
}

/** A collector that finds its port taken tells Lambda so, and ends. */
function portTaken(run: Run, name: string, port: number): InitFailure {
  run.print(
    `{"level":"fatal","msg":"Unable to start","error":"cannot start pipelines: listen tcp 127.0.0.1:${port}: bind: address already in use"}`,
  )
  run.print(
    run.format.extension({
      name,
      state: 'Registered',
      events: ['INVOKE', 'SHUTDOWN'],
      errorType: 'Extension.InitError',
    }),
  )
  return { kind: 'failed', errorType: 'Extension.InitError', errorMessage: 'exit status 1' }
}

/** OS-only runtimes ignore the wrapper. A layer of unknown content is taken to bring it. */
function missingWrapper(run: Run, layers: readonly LayerVersion[]): InitFailure | undefined {
  const path = run.configuration.variables[WRAPPER_VARIABLE]
  if (path === undefined || languageOf(run.configuration.runtime) === 'provided') return undefined
  const known = layers.length === run.configuration.layers.length
  const present = path in run.state.files || layers.some((layer) => layer.files.includes(path))
  if (present || (!known && path.startsWith('/opt/'))) return undefined
  return {
    kind: 'failed',
    errorType: 'Runtime.ExitError',
    errorMessage: 'Runtime exited with error: exit status 127',
  }
}

function initError(failure: HandlerFailure | undefined): InitFailure | undefined {
  if (failure?.kind !== 'init-error') return undefined
  return {
    kind: 'failed',
    errorType: failure.errorType ?? 'Runtime.ImportModuleError',
    errorMessage: failure.errorMessage ?? "Error: Cannot find module 'index'",
  }
}

function failedInit(run: Run, failure: InitFailure): Outcome {
  const { requestId } = run.input
  const platform = /^(Extension|Runtime\.ExitError|Sandbox)/.test(failure.errorType)
  const errorMessage = platform
    ? `RequestId: ${requestId} Error: ${failure.errorMessage}`
    : failure.errorMessage
  run.print(run.format.start(requestId, run.environment.version))
  if (run.configuration.logging.format === 'Text') {
    run.print(`${errorMessage}\n${failure.errorType}`)
  }
  run.environment.dead = true
  const durationMs = FAILED_INIT_MS
  finish(run, {
    durationMs,
    initMs: undefined,
    memoryUsedMb: Math.min(run.configuration.memoryMb, 32),
    failure: { kind: 'error', errorType: failure.errorType },
  })
  return run.outcome({
    // A runtime that could not load the function knows of no request yet.
    payload: JSON.stringify({
      errorType: failure.errorType,
      errorMessage,
      ...(platform ? {} : { requestId: '' }),
    }),
    errorType: failure.errorType,
    durationMs,
  })
}

// ---------------------------------------------------------------- the handler

async function handle(run: Run, started: Started, initMs: number | undefined): Promise<Outcome> {
  const { behaviour, requestId } = run.input
  const { configuration } = run
  const timeoutMs = configuration.timeoutSeconds * 1000
  const ownMs = behaviour.durationMs ?? DEFAULT_DURATION_MS
  const needMb =
    (behaviour.memoryUsedMb ?? DEFAULT_MEMORY_MB) +
    started.rotels.length * ROTEL_MEMORY_MB +
    started.extensions * OTHER_EXTENSION_MEMORY_MB +
    (started.instrumented === undefined ? 0 : SDK_MEMORY_MB)
  run.print(run.format.start(requestId, run.environment.version))
  await run.input.gate?.()
  for (const line of behaviour.logs ?? []) printFunctionLine(run, started, line)
  const doom = started.rotels.find((rotel) => rotel.doom !== undefined)?.doom

  const outOfMemory = needMb > configuration.memoryMb || behaviour.failure?.kind === 'out-of-memory'
  const memoryUsedMb = outOfMemory ? configuration.memoryMb : needMb
  const report = { initMs, memoryUsedMb }
  if (outOfMemory) {
    return died(run, report, Math.min(ownMs, timeoutMs), {
      errorType: 'Runtime.OutOfMemory',
      message: 'Runtime exited with error: signal: killed',
    })
  }
  if (doom !== undefined && ownMs > LATE_DEATH_MS) {
    for (const line of doom.lines) run.print(line)
    return died(run, report, LATE_DEATH_MS, {
      errorType: 'Extension.Crash',
      message: `exit status ${String(doom.exitCode)}`,
    })
  }
  if (ownMs > timeoutMs) {
    await flush(started)
    return timedOut(run, report)
  }
  if (behaviour.failure?.kind === 'exits') {
    const status = behaviour.failure.status ?? 1
    await flush(started)
    return died(run, report, ownMs, {
      errorType: 'Runtime.ExitError',
      message:
        status === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${status}`,
    })
  }
  const thrown = behaviour.failure?.kind === 'throws' ? behaviour.failure : undefined
  const error = thrown === undefined ? undefined : thrownError(run, started, thrown)
  sendBySdk(run, started, { durationMs: ownMs, failed: thrown !== undefined, initMs })
  const flushed = await flush(started, run.state.flush)
  const durationMs = ownMs + flushed.extraMs
  if (durationMs > timeoutMs) {
    for (const line of flushed.lines) run.print(line)
    return timedOut(run, report)
  }
  finish(run, {
    ...report,
    durationMs,
    failure: error === undefined ? undefined : { kind: 'error', errorType: error.errorType },
  })
  // The answer leaves before the flush is over: what Rotel prints then is in no tail of this invocation.
  for (const line of flushed.lines) run.store(line)
  run.environment.late = flushed.lines
  if (doom !== undefined) {
    for (const line of doom.lines) run.store(line)
    run.environment.dead = true
  }
  return run.outcome({
    payload: error?.payload ?? JSON.stringify(behaviour.response ?? null),
    errorType: error?.errorType,
    durationMs,
  })
}

function printFunctionLine(run: Run, started: Started, line: LogLine): void {
  const nowMs = run.host.account.clock.now()
  const written = writeLine(line, {
    format: run.configuration.logging.format,
    applicationLevel: run.configuration.logging.applicationLevel,
    language: languageOf(run.configuration.runtime),
    requestId: run.input.requestId,
    nowMs,
  })
  if (written === undefined) return
  run.print(written.text)
  for (const rotel of started.rotels) {
    rotel.collect({ type: 'function', timeMs: nowMs, record: written.record })
  }
}

/** The handler's exception: logged by the runtime, and answered with the stack under the runtime's own key. */
function thrownError(
  run: Run,
  started: Started,
  failure: Extract<HandlerFailure, { kind: 'throws' }>,
): { readonly errorType: string; readonly payload: string } {
  const language = languageOf(run.configuration.runtime)
  const errorType = failure.errorType ?? (language === 'python' ? 'ValueError' : 'Error')
  const errorMessage = failure.errorMessage ?? 'boom'
  const { requestId } = run.input
  switch (language) {
    case 'nodejs': {
      const stack = [
        `${errorType}: ${errorMessage}`,
        '    at Runtime.handler (/var/task/index.mjs:2:9)',
      ]
      const detail = JSON.stringify({ errorType, errorMessage, stack })
      printFunctionLine(run, started, { level: 'ERROR', message: `Invoke Error \t${detail}` })
      return { errorType, payload: JSON.stringify({ errorType, errorMessage, trace: stack }) }
    }
    case 'python': {
      const stackTrace = ['  File "/var/task/index.py", line 2, in handler\n    raise\n']
      printFunctionLine(run, started, {
        raw: `[ERROR] ${errorType}: ${errorMessage}\nTraceback (most recent call last):\n${stackTrace.join('')}`,
      })
      return {
        errorType,
        payload: JSON.stringify({ errorMessage, errorType, requestId, stackTrace }),
      }
    }
    default:
      printFunctionLine(run, started, { level: 'ERROR', message: `${errorType}: ${errorMessage}` })
      return { errorType, payload: JSON.stringify({ errorType, errorMessage }) }
  }
}

/**
 * The SDK exports before its invocation ends; nobody listens where no Rotel is. What the handler's script says goes
 * before what an instrumentation layer does.
 */
function sendBySdk(
  run: Run,
  started: Started,
  facts: {
    readonly durationMs: number
    readonly failed: boolean
    readonly initMs: number | undefined
  },
): void {
  const { configuration, environment, host, input, state } = run
  const own = input.behaviour.sdk
  const sdk =
    own ??
    (started.instrumented &&
      invocationSpan(started.instrumented, configuration, {
        functionName: state.name,
        functionArn: state.arn,
        requestId: input.requestId,
      }))
  if (sdk === undefined) return
  const { traceId, requests } = sdkTelemetry(sdk, {
    functionName: state.name,
    functionArn: state.arn,
    version: environment.version,
    region: state.region,
    accountId: host.account.id,
    memoryMb: configuration.memoryMb,
    instance: environment.streamName,
    language: languageOf(configuration.runtime),
    variables: configuration.variables,
    requestId: input.requestId,
    cold: facts.initMs !== undefined,
    failed: facts.failed,
    nowMs: host.account.clock.now(),
    durationMs: facts.durationMs,
  })
  run.traceId = traceId
  // A collector that listens there in place of Rotel swallows it.
  for (const request of requests) {
    const to = sdkDestination(configuration.variables, request.signal)
    if (to === undefined) continue
    started.rotels.find((rotel) => rotel.listensOn(to.port, to.protocol))?.receive(request)
  }
}

async function flush(
  started: Started,
  outcome?: FlushOutcome,
): Promise<{ readonly extraMs: number; readonly lines: readonly string[] }> {
  const results = await Promise.all(started.rotels.map((rotel) => rotel.flush(outcome)))
  return {
    extraMs: Math.max(0, ...results.map((result) => result.extraMs)),
    lines: results.flatMap((result) => result.lines),
  }
}

type Measured = Pick<Report, 'initMs' | 'memoryUsedMb'>

function timedOut(run: Run, measured: Measured): Outcome {
  const { requestId } = run.input
  const seconds = run.configuration.timeoutSeconds
  const durationMs = seconds * 1000
  run.environment.dead = true
  finish(run, { ...measured, durationMs, failure: { kind: 'timeout' } })
  run.print(run.format.timedOut(requestId, seconds))
  return run.outcome({
    payload: JSON.stringify({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
    }),
    errorType: 'Sandbox.Timedout',
    durationMs,
  })
}

/** The runtime process ended: the environment is gone. */
function died(
  run: Run,
  measured: Measured,
  durationMs: number,
  end: { readonly errorType: string; readonly message: string },
): Outcome {
  const { requestId } = run.input
  const errorMessage = `RequestId: ${requestId} Error: ${end.message}`
  if (run.configuration.logging.format === 'Text') run.print(`${errorMessage}\n${end.errorType}`)
  run.environment.dead = true
  finish(run, { ...measured, durationMs, failure: { kind: 'error', errorType: end.errorType } })
  return run.outcome({
    payload: JSON.stringify({ errorType: end.errorType, errorMessage }),
    errorType: end.errorType,
    durationMs,
  })
}

function finish(
  run: Run,
  report: Measured & { readonly durationMs: number; readonly failure: ReportFailure | undefined },
): void {
  const { requestId } = run.input
  run.print(run.format.end(requestId))
  run.print(run.format.report({ ...report, requestId, memoryMb: run.configuration.memoryMb }))
}

/** `nodejs22.x` is `nodejs:22` in INIT_START. */
function runtimeText(runtime: string | undefined): string {
  return (runtime ?? 'image').replace(/^([a-z]+)(\d+(?:\.\d+)?)(?:\.x)?$/, '$1:$2')
}
