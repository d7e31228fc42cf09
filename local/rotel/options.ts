/** Rotel's command-line options as far as variables set them, parsed as clap parses them. */
import { clapError, type Crash } from './crash'

export type Pairs = readonly (readonly [string, string])[]

type OptionKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'bool' }
  | { readonly kind: 'duration' }
  | { readonly kind: 'number' }
  | { readonly kind: 'pairs' }
  | { readonly kind: 'socket' }

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

const text: OptionKind = { kind: 'text' }
const bool: OptionKind = { kind: 'bool' }
const duration: OptionKind = { kind: 'duration' }
const count: OptionKind = { kind: 'number' }
const pairs: OptionKind = { kind: 'pairs' }
const socket: OptionKind = { kind: 'socket' }
const protocol: OptionKind = { kind: 'choice', values: ['grpc', 'http'] }
const compression: OptionKind = { kind: 'choice', values: ['gzip', 'none'] }

export const EXPORTER_TYPES = [
  'otlp',
  'blackhole',
  'datadog',
  'clickhouse',
  'awsxray',
  'awsemf',
] as const

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const

/** Every variable that Rotel reads; others named `ROTEL_*` are ignored. Sources: init/args.rs, init/*_exporter.rs. */
const OPTIONS: Readonly<Record<string, OptionKind>> = {
  ROTEL_TELEMETRY_ENDPOINT: socket,
  ROTEL_LOG_FORMAT: { kind: 'choice', values: ['text', 'json'] },
  ROTEL_ENVIRONMENT: text,
  ROTEL_EXPORTER: { kind: 'choice', values: EXPORTER_TYPES },
  ROTEL_EXPORTERS: text,
  ROTEL_EXPORTERS_TRACES: text,
  ROTEL_EXPORTERS_METRICS: text,
  ROTEL_EXPORTERS_LOGS: text,
  ROTEL_EXPORTERS_INTERNAL_METRICS: text,
  ROTEL_OTLP_GRPC_ENDPOINT: socket,
  ROTEL_OTLP_HTTP_ENDPOINT: socket,
  ROTEL_OTLP_GRPC_MAX_RECV_MSG_SIZE_MIB: count,
  ROTEL_OTLP_RECEIVER_TRACES_DISABLED: bool,
  ROTEL_OTLP_RECEIVER_METRICS_DISABLED: bool,
  ROTEL_OTLP_RECEIVER_LOGS_DISABLED: bool,
  ROTEL_OTEL_RESOURCE_ATTRIBUTES: pairs,
  ROTEL_BATCH_MAX_SIZE: count,
  ROTEL_LOGS_BATCH_TIMEOUT: duration,
  ROTEL_TRACES_BATCH_TIMEOUT: duration,
  ROTEL_METRICS_BATCH_TIMEOUT: duration,
  ROTEL_DEBUG_LOG_VERBOSITY: { kind: 'choice', values: ['basic', 'detailed'] },
  ROTEL_ENABLE_INTERNAL_TELEMETRY: bool,
  ROTEL_DISABLE_BATCHING: bool,
  ROTEL_MAX_CONCURRENT_REQUESTS: count,
  ROTEL_EXPORTER_RETRY_INITIAL_BACKOFF: duration,
  ROTEL_EXPORTER_RETRY_MAX_BACKOFF: duration,
  ROTEL_EXPORTER_RETRY_MAX_ELAPSED_TIME: duration,
  ROTEL_OTLP_EXPORTER_ENDPOINT: text,
  ROTEL_OTLP_EXPORTER_AUTHENTICATOR: { kind: 'choice', values: ['sigv4auth', 'basic'] },
  ROTEL_OTLP_EXPORTER_BASIC_AUTH_USERNAME: text,
  ROTEL_OTLP_EXPORTER_BASIC_AUTH_PASSWORD: text,
  ROTEL_OTLP_EXPORTER_POOL_IDLE_TIMEOUT: duration,
  ROTEL_OTLP_EXPORTER_POOL_MAX_IDLE_PER_HOST: count,
  ROTEL_OTLP_EXPORTER_RETRY_INITIAL_BACKOFF: duration,
  ROTEL_OTLP_EXPORTER_RETRY_MAX_BACKOFF: duration,
  ROTEL_OTLP_EXPORTER_RETRY_MAX_ELAPSED_TIME: duration,
  ...signalOptions('ROTEL_OTLP_EXPORTER_'),
  ...Object.fromEntries(
    SIGNALS.flatMap((signal) => [
      [`ROTEL_OTLP_EXPORTER_${signal}_ENDPOINT`, text] as const,
      ...Object.entries(signalOptions(`ROTEL_OTLP_EXPORTER_${signal}_`)),
    ]),
  ),
  ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: text,
  ROTEL_CLICKHOUSE_EXPORTER_DATABASE: text,
  ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX: text,
  ROTEL_CLICKHOUSE_EXPORTER_COMPRESSION: { kind: 'choice', values: ['lz4', 'none'] },
  ROTEL_CLICKHOUSE_EXPORTER_USER: text,
  ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: text,
  ROTEL_CLICKHOUSE_EXPORTER_ASYNC_INSERT: text,
  ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: bool,
  ROTEL_CLICKHOUSE_EXPORTER_NESTED_KV_MAX_DEPTH: count,
  ROTEL_CLICKHOUSE_EXPORTER_REQUEST_TIMEOUT: duration,
}

function signalOptions(prefix: string): Readonly<Record<string, OptionKind>> {
  return {
    [`${prefix}PROTOCOL`]: protocol,
    [`${prefix}CUSTOM_HEADERS`]: pairs,
    [`${prefix}COMPRESSION`]: compression,
    [`${prefix}REQUEST_TIMEOUT`]: duration,
    [`${prefix}TLS_CERT_FILE`]: text,
    [`${prefix}TLS_CERT_PEM`]: text,
    [`${prefix}TLS_KEY_FILE`]: text,
    [`${prefix}TLS_KEY_PEM`]: text,
    [`${prefix}TLS_CA_FILE`]: text,
    [`${prefix}TLS_CA_PEM`]: text,
    [`${prefix}TLS_SKIP_VERIFY`]: bool,
  }
}

/** The first variable that clap refuses, in the order of the table; `undefined` when all parse. */
export function firstRefusal(variables: Readonly<Record<string, string>>): Crash | undefined {
  for (const [name, option] of Object.entries(OPTIONS)) {
    const value = variables[name]
    const problem = value === undefined ? undefined : refusal(name, option, value)
    if (problem !== undefined) return clapError(problem)
  }
  if (variables['ROTEL_EXPORTER'] !== undefined && variables['ROTEL_EXPORTERS'] !== undefined) {
    return clapError(
      "the argument '--exporter <EXPORTER>' cannot be used with '--exporters <EXPORTERS>'",
    )
  }
  return undefined
}

function refusal(name: string, option: OptionKind, value: string): string | undefined {
  const placeholder = name.slice('ROTEL_'.length)
  const argument = `'--${placeholder.toLowerCase().replaceAll('_', '-')} <${placeholder}>'`
  const because = (reason: string): string => `invalid value '${value}' for ${argument}: ${reason}`
  const choice = (values: readonly string[]): string | undefined =>
    values.includes(value)
      ? undefined
      : `invalid value '${value}' for ${argument}\n  [possible values: ${values.join(', ')}]`

  switch (option.kind) {
    case 'text':
      return undefined
    case 'choice':
      return choice(option.values)
    case 'bool':
      return choice(['true', 'false'])
    case 'number':
      if (value === '') return because('cannot parse integer from empty string')
      return /^\+?\d+$/.test(value) ? undefined : because('invalid digit found in string')
    case 'duration': {
      const parsed = parseDuration(value)
      return typeof parsed === 'string' ? because(parsed) : undefined
    }
    case 'pairs': {
      const bad = splitPairs(value).find((item) => !item.includes('='))
      return bad === undefined
        ? undefined
        : `invalid value '${bad}' for ${argument}: invalid KEY=value: no \`=\` found in \`${bad}\``
    }
    case 'socket':
      return parseSocketAddress(value) === undefined
        ? because('invalid socket address syntax')
        : undefined
  }
}

/** `k=v,k=v` by Rotel's rules (init/parse.rs): no escaping, no quoting, items not trimmed, value after the first `=`. */
export function parsePairs(value: string | undefined): Pairs {
  return splitPairs(value ?? '').map((item) => {
    const position = item.indexOf('=')
    return [item.slice(0, position), item.slice(position + 1)] as const
  })
}

function splitPairs(value: string): readonly string[] {
  return value
    .trim()
    .split(',')
    .filter((item) => item !== '')
}

/** `localhost:` is rewritten; any other host name is refused. */
export function parseSocketAddress(value: string): SocketAddress | undefined {
  const rewritten = value.startsWith('localhost:')
    ? value.replace('localhost:', '127.0.0.1:')
    : value
  const [, four, six, portText] =
    /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\]):(\d{1,5})$/.exec(rewritten) ?? []
  const host = four ?? six
  const port = Number(portText)
  if (host === undefined || !(port <= 65535)) return undefined
  if (four?.split('.').some((part) => Number(part) > 255 || /^0\d/.test(part)) === true) {
    return undefined
  }
  return { host, port }
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nsec: 1e-6,
  us: 1e-3,
  usec: 1e-3,
  ms: 1,
  msec: 1,
  millis: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
}

/** Milliseconds, or humantime's complaint. */
export function parseDuration(value: string): number | string {
  if (value.trim() === '') return 'value was empty'
  if (!/^\s*\d/.test(value)) return 'expected number at 0'
  let rest = value.trim()
  let total = 0
  while (rest !== '') {
    const [whole, digits, unit] = /^(\d+)\s*([a-zA-Z]*)\s*/.exec(rest) ?? []
    if (whole === undefined || digits === undefined || unit === undefined) {
      return `invalid character at ${value.length - rest.length}`
    }
    if (unit === '') {
      return `time unit needed, for example ${digits}sec or ${digits}ms`
    }
    const factor = UNITS[unit]
    if (factor === undefined) {
      return `unknown time unit "${unit}", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)`
    }
    total += Number(digits) * factor
    rest = rest.slice(whole.length)
  }
  return total
}
