/**
 * From variables to what Rotel would do with them: pure, so that every case is a row of a table.
 * Sources: rotel-lambda-extension src/main.rs, rotel src/init and src/exporters/otlp/request.rs (v0.2.4).
 */
import { agentError, clapError, stderrCrash, type Crash, type OutputLine } from './crash'
import {
  EXPORTER_TYPES,
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
    return {
      ok: false,
      crash: stderrCrash('ERROR: failed to setup logging: invalid filter directive'),
    }
  }
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
      notices: exporters.notices,
    },
  }
}

function receiver(variables: Variables, name: string, port: number): SocketAddress {
  const host = name === 'ROTEL_TELEMETRY_ENDPOINT' ? '0.0.0.0' : '127.0.0.1'
  return parseSocketAddress(variables[name] ?? '') ?? { host, port }
}

const LEVELS: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug', 'trace']

/** tracing's EnvFilter: `level`, `target=level`, `target`, comma separated. `undefined` when it cannot be parsed. */
function parseLogFilter(value: string | undefined): LogLevel | undefined {
  let level: LogLevel = value === undefined || value === '' ? 'info' : 'error'
  for (const directive of (value ?? '').split(',').map((part) => part.trim())) {
    if (directive === '') continue
    const bare = LEVELS.find((known) => known === directive.toLowerCase())
    if (bare !== undefined) {
      level = bare
      continue
    }
    const [, target, named] = /^([\w:.-]+)(?:\[[^\]]*\])?(?:=(\w+))?$/.exec(directive) ?? []
    if (target === undefined) return undefined
    if (named === undefined) continue
    const own = LEVELS.find((known) => known === named.toLowerCase())
    if (own === undefined) return undefined
    if (target.startsWith('rotel')) level = own
  }
  return level
}

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

type Choice = ChosenExporters | { readonly crash: Crash }

function chooseExporters(variables: Variables): Choice {
  if (variables['ROTEL_EXPORTERS'] !== undefined) return namedExporters(variables)
  const exporter = variables['ROTEL_EXPORTER']
  const anyEndpoint = ['', 'TRACES_', 'METRICS_', 'LOGS_'].some(
    (signal) => variables[`ROTEL_OTLP_EXPORTER_${signal}ENDPOINT`] !== undefined,
  )
  if (exporter === undefined && !anyEndpoint) {
    return {
      ...NOWHERE,
      blackhole: true,
      notices: [
        {
          stream: 'log',
          level: 'INFO',
          message: 'Automatically selecting blackhole exporter due to missing endpoint configs',
        },
      ],
    }
  }
  switch (exporter) {
    case 'blackhole':
      return { ...NOWHERE, blackhole: true, notices: [] }
    case 'clickhouse':
      return clickhouse(variables, 'ROTEL_CLICKHOUSE_EXPORTER_')
    case 'datadog':
    case 'awsxray':
      return { ...NOWHERE, traces: { exporter }, blackhole: false, notices: [] }
    case 'awsemf':
      return { ...NOWHERE, metrics: { exporter }, blackhole: false, notices: [] }
    default:
      return otlp(variables)
  }
}

function otlp(variables: Variables): Choice {
  const base = variables['ROTEL_OTLP_EXPORTER_ENDPOINT']
  const targets: { -readonly [signal in keyof Targets]: Targets[signal] } = { ...NOWHERE }
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const own = variables[`ROTEL_OTLP_EXPORTER_${signal.toUpperCase()}_ENDPOINT`]
    const endpoint = own ?? base
    if (endpoint === undefined) {
      return { crash: agentError(`must specify an endpoint for OTLP ${signal}`, true) }
    }
    const target = otlpTarget(variables, signal, endpoint, own !== undefined)
    if ('crash' in target) return target
    targets[signal] = target
  }
  return { ...targets, blackhole: false, notices: [] }
}

function otlpTarget(
  variables: Variables,
  signal: 'traces' | 'metrics' | 'logs',
  endpoint: string,
  own: boolean,
): ExportTarget | { readonly crash: Crash } {
  const setting = (name: string): string | undefined =>
    variables[`ROTEL_OTLP_EXPORTER_${signal.toUpperCase()}_${name}`] ??
    variables[`ROTEL_OTLP_EXPORTER_${name}`]
  const url = parseEndpoint(endpoint)
  if (!url.ok) return { crash: agentError(url.error, true) }
  const headers = parsePairs(setting('CUSTOM_HEADERS'))
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name)) return { crash: agentError('invalid HTTP header name', true) }
    if (!HEADER_VALUE.test(value)) {
      return { crash: agentError('failed to parse header value', true) }
    }
  }
  // Keys and authorities are applied as certificates, so that none of the six can be used (otlp_exporter.rs, v0.2.4).
  if (TLS_FILES.some((name) => setting(`TLS_${name}`) !== undefined)) {
    return {
      crash: agentError('Either both or neither of cert and key must be provided', true),
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

/**
 * A host without a scheme becomes `http://` (its name reads as a scheme); a bare IP address or a name without a
 * port is no URL at all.
 */
function parseEndpoint(
  text: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: string } {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return { ok: false, error: 'relative URL without a base' }
  }
  const whole = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) ? text : `http://${text}`
  if (/^https?:\/\/(?:[/?#:]|$)/i.test(whole)) return { ok: false, error: 'empty host' }
  if (!URL.canParse(whole)) {
    const port = Number(/:(\d+)(?:[/?#]|$)/.exec(whole.replace(/^[a-z]+:\/\//i, ''))?.[1])
    return { ok: false, error: port > 65535 ? 'invalid port number' : 'invalid domain character' }
  }
  return { ok: true, text: whole }
}

function clickhouse(variables: Variables, prefix: string): Choice {
  const endpoint = variables[`${prefix}ENDPOINT`]
  if (endpoint === undefined) {
    return { crash: agentError('must specify a Clickhouse exporter endpoint', true) }
  }
  const url = parseEndpoint(/^https?:\/\//.test(endpoint) ? endpoint : `http://${endpoint}/`)
  if (!url.ok) return { crash: agentError(url.error, true) }
  const user = variables[`${prefix}USER`]
  const password = variables[`${prefix}PASSWORD`]
  if (![user, password].every((value) => value === undefined || HEADER_VALUE.test(value))) {
    return { crash: agentError('failed to parse header value', true) }
  }
  const asyncInsert = variables[`${prefix}ASYNC_INSERT`] ?? 'true'
  if (!/^(0|1|true|false)$/i.test(asyncInsert)) {
    return { crash: agentError(`Unable to parse bool value: ${asyncInsert}`, true) }
  }
  const target: ExportTarget = {
    exporter: 'clickhouse',
    endpoint: url.text,
    database: variables[`${prefix}DATABASE`] ?? 'otel',
    tablePrefix: variables[`${prefix}TABLE_PREFIX`] ?? 'otel',
    user,
    password,
    enableJson: variables[`${prefix}ENABLE_JSON`] === 'true',
    compression: variables[`${prefix}COMPRESSION`] === 'none' ? 'none' : 'lz4',
    asyncInsert: /^(1|true)$/i.test(asyncInsert),
    eventName: false,
  }
  return { blackhole: false, logs: target, traces: target, metrics: target, notices: [] }
}

/** `ROTEL_EXPORTERS=name:type,…` with `ROTEL_EXPORTER_<NAME>_<PARAM>` and a list of names for each signal. */
function namedExporters(variables: Variables): Choice {
  const types = new Map<string, string>()
  for (const item of (variables['ROTEL_EXPORTERS'] ?? '').split(',')) {
    if (item.trim() === '') continue
    const [name = '', type = name] = item.trim().split(':')
    if (!EXPORTER_TYPES.some((known) => known === type)) {
      return { crash: agentError(`Unknown exporter type: ${type}`, true) }
    }
    types.set(name, type)
  }
  const chosen: { -readonly [signal in keyof Targets]: Targets[signal] } = { ...NOWHERE }
  const notices: OutputLine[] = []
  let blackhole = false
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const own = namedExporter(variables, types, signal)
    if ('crash' in own) return own
    chosen[signal] = own[signal]
    if (signal !== 'logs') continue
    blackhole = own.blackhole
    notices.push(...own.notices)
  }
  return { ...chosen, blackhole, notices }
}

/** The first of the exporters that a signal names. */
function namedExporter(
  variables: Variables,
  types: ReadonlyMap<string, string>,
  signal: 'traces' | 'metrics' | 'logs',
): Choice {
  const names = (variables[`ROTEL_EXPORTERS_${signal.toUpperCase()}`] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = names.find((name) => !types.has(name))
  if (unknown !== undefined) {
    return { crash: agentError(`Exporter ${unknown} not found for ${signal}`, true) }
  }
  const [name] = names
  if (name === undefined) return { ...NOWHERE, blackhole: false, notices: [] }
  const prefix = `ROTEL_EXPORTER_${name.toUpperCase().replaceAll('-', '_')}_`
  const type = types.get(name)
  switch (type) {
    case 'clickhouse':
      return clickhouse(variables, prefix)
    case 'otlp': {
      const own = Object.fromEntries(
        Object.entries(variables)
          .filter(([variable]) => variable.startsWith(prefix))
          .map(([variable, value]) => [variable.replace(prefix, 'ROTEL_OTLP_EXPORTER_'), value]),
      )
      const refused = firstRefusal(own)
      return refused === undefined ? otlp(own) : { crash: refused }
    }
    case 'blackhole':
      return { ...NOWHERE, blackhole: true, notices: [] }
    case 'datadog':
    case 'awsxray':
      if (signal === 'traces') {
        return { ...NOWHERE, traces: { exporter: type }, blackhole: false, notices: [] }
      }
      break
    case 'awsemf':
      if (signal === 'metrics') {
        return { ...NOWHERE, metrics: { exporter: type }, blackhole: false, notices: [] }
      }
      break
    default:
      break
  }
  return { crash: clapError(`exporter ${name} does not support ${signal}`) }
}
