/**
 * From variables to what Rotel would do with them: pure, so that every case is a row of a table.
 * Sources: rotel-lambda-extension src/main.rs, rotel src/init and src/exporters/otlp/request.rs (v0.2.4).
 */
import { agentError, stderrCrash, type Crash, type OutputLine } from './crash'
import { clickhouseEndpoint, otlpEndpoint } from './endpoint'
import { parseNamedExporters, type NamedExporter } from './named-exporters'
import {
  faultInPairs,
  firstRefusal,
  parseDuration,
  parsePairs,
  parseSocketAddress,
  type Pairs,
  type SocketAddress,
} from './options'
import type { ExportTarget } from './telemetry'

export interface RotelConfiguration {
  /** Where log records go; `undefined` when nothing takes them (blackhole, or exporters of other signals only). */
  readonly logs: ExportTarget | undefined
  readonly traces: ExportTarget | undefined
  readonly metrics: ExportTarget | undefined
  readonly blackhole: boolean
  readonly grpcReceiver: SocketAddress
  readonly httpReceiver: SocketAddress
  readonly telemetryReceiver: SocketAddress
  readonly resourceAttributes: Pairs
  readonly logLevel: LogLevel
  readonly requestTimeoutMs: number
  /** Of log records: a Telemetry POST of more than twice as many is dropped. */
  readonly logsBatchSize: number
  /** Printed while starting, before `Starting Rotel.` */
  readonly notices: readonly OutputLine[]
}

type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

export type ParsedVariables =
  | { readonly ok: true; readonly configuration: RotelConfiguration }
  | { readonly ok: false; readonly crash: Crash }

type Variables = Readonly<Record<string, string>>

/** @param variables after the env file was laid over and secrets were filled in. */
export function parseVariables(variables: Variables): ParsedVariables {
  const refused = firstRefusal(variables)
  if (refused !== undefined) return { ok: false, crash: refused }
  const logLevel = parseLogFilter(variables['RUST_LOG'])
  if (logLevel === undefined) {
    return { ok: false, crash: stderrCrash(`ERROR: failed to setup logging: ${BAD_LEVEL}`) }
  }
  const agent = agentFault(variables)
  if (agent !== undefined) return { ok: false, crash: agentError(agent, true) }
  const exporters = chooseExporters(variables)
  if ('crash' in exporters) return { ok: false, crash: exporters.crash }
  const requestTimeout = parseDuration(variables['ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT'] ?? '5s')
  return {
    ok: true,
    configuration: {
      logs: exporters.logs,
      traces: exporters.traces,
      metrics: exporters.metrics,
      blackhole: exporters.blackhole,
      grpcReceiver: receiver(variables, 'ROTEL_OTLP_GRPC_ENDPOINT', 4317),
      httpReceiver: receiver(variables, 'ROTEL_OTLP_HTTP_ENDPOINT', 4318),
      telemetryReceiver: receiver(variables, 'ROTEL_TELEMETRY_ENDPOINT', 8990),
      resourceAttributes: parsePairs(variables['ROTEL_OTEL_RESOURCE_ATTRIBUTES']),
      logLevel,
      requestTimeoutMs: typeof requestTimeout === 'number' ? requestTimeout : 5000,
      logsBatchSize: Number(
        variables['ROTEL_LOGS_BATCH_MAX_SIZE'] ?? variables['ROTEL_BATCH_MAX_SIZE'] ?? 8192,
      ),
      notices: exporters.notices,
    },
  }
}

const BAD_LEVEL =
  'error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5'

/** What the agent looks at before its exporters. */
function agentFault(variables: Variables): string | undefined {
  const receivers = variables['ROTEL_RECEIVERS']
  if (receivers?.split(',').every((one) => one === 'otlp') === false) return 'Unknown receiver'
  return faultInPairs(variables['ROTEL_OTEL_RESOURCE_ATTRIBUTES'])
}

/** Where a receiver listens: bound before the agent looks at anything else, whatever it will say. */
export function receiversOf(variables: Variables): readonly SocketAddress[] {
  return [
    receiver(variables, 'ROTEL_OTLP_GRPC_ENDPOINT', 4317),
    receiver(variables, 'ROTEL_OTLP_HTTP_ENDPOINT', 4318),
    receiver(variables, 'ROTEL_TELEMETRY_ENDPOINT', 8990),
  ]
}

function receiver(variables: Variables, name: string, port: number): SocketAddress {
  const host = name === 'ROTEL_TELEMETRY_ENDPOINT' ? '0.0.0.0' : '127.0.0.1'
  return parseSocketAddress(variables[name] ?? '') ?? { host, port }
}

const LEVELS: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug', 'trace']

/**
 * tracing's EnvFilter: `level`, `target`, `target=level`, comma separated; spans and fields in brackets. Whatever is no
 * level is a target, and only a level after `=` can be wrong. `undefined` when it is.
 */
function parseLogFilter(value: string | undefined): LogLevel | undefined {
  const directives = (value ?? '').replace(/\[[^\]]*\]/g, '').split(',')
  let level: LogLevel = directives.every((directive) => directive === '') ? 'info' : 'error'
  // A blank is part of a target's name.
  for (const directive of directives) {
    const at = directive.indexOf('=')
    const target = at === -1 ? directive : directive.slice(0, at)
    const word = at === -1 ? directive : directive.slice(at + 1)
    const own = levelOf(word)
    if (at === -1) {
      level = own ?? level
      // A target alone shows all of it.
      if (own === undefined && target.startsWith('rotel')) level = 'trace'
    } else if (own === undefined && word !== '') {
      return undefined
    } else if (target.startsWith('rotel')) {
      level = own ?? 'trace'
    }
  }
  return level
}

function levelOf(word: string): LogLevel | undefined {
  return /^[0-5]$/.test(word)
    ? LEVELS[Number(word)]
    : LEVELS.find((known) => known === word.toLowerCase())
}

const SIGNALS = ['traces', 'metrics', 'logs'] as const
type Signal = (typeof SIGNALS)[number]

interface Targets {
  readonly logs: ExportTarget | undefined
  readonly traces: ExportTarget | undefined
  readonly metrics: ExportTarget | undefined
}

const NOWHERE: Targets = { logs: undefined, traces: undefined, metrics: undefined }

interface ChosenExporters extends Targets {
  readonly blackhole: boolean
  readonly notices: readonly OutputLine[]
}

type Failure = { readonly crash: Crash }
type Choice = ChosenExporters | Failure

function agentFailure(error: string | { readonly name: string }): Failure {
  return { crash: agentError(error, true) }
}

function info(message: string): OutputLine {
  return { stream: 'log', level: 'INFO', message }
}

/** Of each signal that no exporter takes. */
function notAccepted(taken: readonly Signal[]): readonly OutputLine[] {
  return SIGNALS.filter((signal) => !taken.includes(signal)).map((signal) =>
    info(
      `No exporters are configured for ${signal}, OTLP receiver will be configured to not accept ${signal}`,
    ),
  )
}

function chooseExporters(variables: Variables): Choice {
  const exporter = variables['ROTEL_EXPORTER']
  if (variables['ROTEL_EXPORTERS'] !== undefined) {
    return exporter === undefined
      ? namedExporters(variables)
      : agentFailure('Can not use --exporter and --exporters together')
  }
  const anyEndpoint = ['', 'TRACES_', 'METRICS_', 'LOGS_'].some(
    (signal) => variables[`ROTEL_OTLP_EXPORTER_${signal}ENDPOINT`] !== undefined,
  )
  if (exporter === undefined && !anyEndpoint) {
    return {
      ...NOWHERE,
      blackhole: true,
      notices: [info('Automatically selecting blackhole exporter due to missing endpoint configs')],
    }
  }
  switch (exporter) {
    case 'blackhole':
      return { ...NOWHERE, blackhole: true, notices: [] }
    case 'clickhouse':
      return forAllSignals(clickhouse((name) => variables[`ROTEL_CLICKHOUSE_EXPORTER_${name}`]))
    case 'datadog':
      if (variables['ROTEL_DATADOG_EXPORTER_API_KEY'] === undefined) {
        return agentFailure('must specify Datadog exporter API key')
      }
      return ofOneSignal('traces', { exporter })
    case 'awsxray':
      return ofOneSignal('traces', { exporter })
    case 'awsemf':
      return ofOneSignal('metrics', { exporter })
    default:
      return otlp(variables)
  }
}

function forAllSignals(target: ExportTarget | Failure): Choice {
  if ('crash' in target) return target
  return { blackhole: false, logs: target, traces: target, metrics: target, notices: [] }
}

function ofOneSignal(signal: Signal, target: ExportTarget): Choice {
  return { ...NOWHERE, [signal]: target, blackhole: false, notices: notAccepted([signal]) }
}

/** The single exporter: first all endpoints are looked for, then each signal is built. */
function otlp(variables: Variables): Choice {
  const endpoints = SIGNALS.map((signal) => {
    const own = variables[`ROTEL_OTLP_EXPORTER_${signal.toUpperCase()}_ENDPOINT`]
    const endpoint = own ?? variables['ROTEL_OTLP_EXPORTER_ENDPOINT']
    return { signal, endpoint, own: own !== undefined }
  })
  const targets: { -readonly [signal in Signal]: ExportTarget | undefined } = { ...NOWHERE }
  const found: { readonly signal: Signal; readonly endpoint: string; readonly own: boolean }[] = []
  for (const { signal, endpoint, own } of endpoints) {
    const setting = settingOf(variables, signal)
    const fault = faultInPairs(setting('CUSTOM_HEADERS'))
    if (fault !== undefined) return agentFailure(fault)
    if (endpoint === undefined) return agentFailure(`must specify an endpoint for OTLP ${signal}`)
    found.push({ signal, endpoint, own })
  }
  for (const { signal, endpoint, own } of found) {
    const target = otlpTarget(settingOf(variables, signal), signal, endpoint, own)
    if ('crash' in target) return target
    targets[signal] = target
  }
  return { ...targets, blackhole: false, notices: [] }
}

type Setting = (name: string) => string | undefined

function settingOf(variables: Variables, signal: Signal): Setting {
  return (name) =>
    variables[`ROTEL_OTLP_EXPORTER_${signal.toUpperCase()}_${name}`] ??
    variables[`ROTEL_OTLP_EXPORTER_${name}`]
}

function otlpTarget(
  setting: Setting,
  signal: Signal,
  endpoint: string,
  own: boolean,
): ExportTarget | Failure {
  const authenticator = setting('AUTHENTICATOR')
  if (authenticator === 'basic') {
    const missing = ['USERNAME', 'PASSWORD'].find(
      (part) => setting(`BASIC_AUTH_${part}`) === undefined,
    )
    if (missing !== undefined) {
      return agentFailure(
        `basic auth requires --otlp-exporter-basic-auth-${missing.toLowerCase()} or ROTEL_OTLP_EXPORTER_BASIC_AUTH_${missing}`,
      )
    }
  }
  // Keys and authorities are applied as certificates, so that none of the six can be used (otlp_exporter.rs, v0.2.4).
  if (TLS_FILES.some((name) => setting(`TLS_${name}`) !== undefined)) {
    return agentFailure('Either both or neither of cert and key must be provided')
  }
  const url = otlpEndpoint(endpoint, own)
  if (!url.ok) return { crash: url.crash }
  const headers = parsePairs(setting('CUSTOM_HEADERS'))
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name)) {
      return agentFailure(`invalid header key: ${name}: invalid HTTP header name`)
    }
    if (!HEADER_VALUE.test(value)) {
      return agentFailure(`invalid header value: ${value}: failed to parse header value`)
    }
  }
  if (authenticator === 'sigv4auth') {
    const { hostname } = new URL(url.text)
    if (!/\.amazonaws\.com(\.cn)?$/.test(hostname)) {
      return agentFailure(`unable to match AWS host in signing uri: ${hostname}`)
    }
  }
  const protocol = setting('PROTOCOL') === 'http' ? 'http' : 'grpc'
  return {
    exporter: 'otlp',
    protocol,
    url: protocol === 'grpc' || own ? url.text : httpUrl(url.text, signal),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    compression: setting('COMPRESSION') === 'none' ? 'none' : 'gzip',
    skipTlsVerify: setting('TLS_SKIP_VERIFY') === 'true',
  }
}

const TLS_FILES = ['CERT_FILE', 'CERT_PEM', 'KEY_FILE', 'KEY_PEM', 'CA_FILE', 'CA_PEM'] as const

/** The token characters of RFC 9110: a quote kept from the template is not one of them, nor is a blank. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\uffff]*$/

function httpUrl(base: string, signal: string): string {
  return `${base.endsWith('/') ? base : `${base}/`}v1/${signal}`
}

function clickhouse(setting: Setting): ExportTarget | Failure {
  const endpoint = setting('ENDPOINT')
  if (endpoint === undefined) return agentFailure('must specify a Clickhouse exporter endpoint')
  const asyncInsert = setting('ASYNC_INSERT')
  const fault = faultInBool(asyncInsert)
  if (fault !== undefined) return agentFailure(fault)
  const url = clickhouseEndpoint(endpoint)
  if (!url.ok) return { crash: url.crash }
  const user = setting('USER')
  const password = setting('PASSWORD')
  if (![user, password].every((value) => value === undefined || HEADER_VALUE.test(value))) {
    return agentFailure({ name: 'InvalidHeaderValue' })
  }
  return {
    exporter: 'clickhouse',
    endpoint: url.text,
    database: setting('DATABASE') ?? 'otel',
    tablePrefix: setting('TABLE_PREFIX') ?? 'otel',
    user,
    password,
    enableJson: setting('ENABLE_JSON') === 'true',
    compression: setting('COMPRESSION') === 'none' ? 'none' : 'lz4',
    asyncInsert: /^(1|true)$/i.test(asyncInsert ?? 'true'),
    eventName: false,
  }
}

/** A text that is parsed later than the arguments (init/parse.rs). */
function faultInBool(value: string | undefined): string | undefined {
  return value === undefined || /^(0|1|true|false)$/i.test(value)
    ? undefined
    : `Unable to parse bool value: ${value}`
}

/** First all that is set is looked at, then the exporters are built: what is said in between is said by then. */
function namedExporters(variables: Variables): Choice {
  const named = parseNamedExporters(variables)
  if (!named.ok) return agentFailure(named.error)
  const taken: { readonly signal: Signal; readonly exporter: NamedExporter }[] = []
  for (const signal of [...SIGNALS, 'internal_metrics'] as const) {
    for (const name of variables[`ROTEL_EXPORTERS_${signal.toUpperCase()}`]?.split(',') ?? []) {
      const exporter = named.exporters.get(name)
      if (exporter === undefined) {
        return agentFailure(`Can not find exporter ${name} for ${signal} exporters`)
      }
      const fault = unfitFor(exporter, signal === 'internal_metrics' ? 'metrics' : signal)
      if (fault !== undefined) return agentFailure(`Exporter[${name}]: ${fault}`)
      if (signal !== 'internal_metrics') taken.push({ signal, exporter })
    }
  }
  if (taken.length === 0) {
    return agentFailure(
      'No telemetry pipeline exporters, did you set --exporters-{traces,metrics,logs}?',
    )
  }
  const notices = notAccepted(taken.map(({ signal }) => signal))
  const chosen: { -readonly [signal in Signal]: ExportTarget | undefined } = { ...NOWHERE }
  for (const { signal, exporter } of taken) {
    const target = builtTarget(exporter, signal)
    if (target !== undefined && 'crash' in target) {
      return { crash: { ...target.crash, output: [...notices, ...target.crash.output] } }
    }
    // The first that leads anywhere is where the model sends to.
    chosen[signal] ??= target
  }
  const blackhole = taken.some(({ signal }) => signal === 'logs') && chosen.logs === undefined
  return { ...chosen, blackhole, notices }
}

function unfitFor({ type, parameters }: NamedExporter, signal: Signal): string | undefined {
  switch (type) {
    case 'blackhole':
      return undefined
    case 'otlp':
      return parameters['ENDPOINT'] === undefined
        ? `must specify an endpoint for OTLP ${signal}`
        : undefined
    case 'clickhouse': {
      if (parameters['ENDPOINT'] === undefined) return 'must specify a Clickhouse exporter endpoint'
      return faultInBool(parameters['ASYNC_INSERT'])
    }
    case 'datadog':
      if (signal !== 'traces') return `Datadog exporter not supported for pipeline type ${signal}`
      return parameters['API_KEY'] === undefined
        ? 'must specify Datadog exporter API key'
        : undefined
    case 'awsxray':
      return signal === 'traces'
        ? undefined
        : `XRay exporter not supported for pipeline type ${signal}`
    case 'awsemf':
      return signal === 'metrics'
        ? undefined
        : `AWS EMF exporter only supports metrics, not ${signal}`
  }
}

function builtTarget(
  { type, parameters }: NamedExporter,
  signal: Signal,
): ExportTarget | undefined | Failure {
  const setting: Setting = (parameter) => parameters[parameter]
  switch (type) {
    case 'blackhole':
      return undefined
    case 'otlp':
      return otlpTarget(setting, signal, parameters['ENDPOINT'] ?? '', false)
    case 'clickhouse':
      return clickhouse(setting)
    default:
      return { exporter: type }
  }
}
