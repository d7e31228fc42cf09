/** Rotel's command-line options as far as variables set them, parsed as clap parses them. */
import { clapError, panicCrash, type Crash } from './crash'
import { meantWord } from './rust'

export type Pairs = readonly (readonly [string, string])[]

type Kind =
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'bool' }
  | { readonly kind: 'duration' }
  | { readonly kind: 'number' }
  | { readonly kind: 'socket' }
  | { readonly kind: 'region' }

/** How clap names the argument: `--name <PLACEHOLDER>`. */
type Option = Kind & { readonly argument: string }

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

const text: Kind = { kind: 'text' }
const bool: Kind = { kind: 'bool' }
const duration: Kind = { kind: 'duration' }
const count: Kind = { kind: 'number' }
const socket: Kind = { kind: 'socket' }
const region: Kind = { kind: 'region' }
const choice = (...values: readonly string[]): Kind => ({ kind: 'choice', values })

export const EXPORTER_TYPES = [
  'otlp',
  'blackhole',
  'datadog',
  'clickhouse',
  'awsxray',
  'awsemf',
] as const

export const DATADOG_REGIONS = ['us1', 'us3', 'us5', 'eu', 'ap1'] as const

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const

const OF_SIGNAL: Readonly<Record<string, Kind>> = {
  PROTOCOL: choice('grpc', 'http'),
  CUSTOM_HEADERS: text,
  COMPRESSION: choice('gzip', 'none'),
  REQUEST_TIMEOUT: duration,
  TLS_CERT_FILE: text,
  TLS_CERT_PEM: text,
  TLS_KEY_FILE: text,
  TLS_KEY_PEM: text,
  TLS_CA_FILE: text,
  TLS_CA_PEM: text,
}

const OF_RETRY: Readonly<Record<string, Kind>> = {
  RETRY_INITIAL_BACKOFF: duration,
  RETRY_MAX_BACKOFF: duration,
  RETRY_MAX_ELAPSED_TIME: duration,
}

const OF_OTLP: Readonly<Record<string, Kind>> = {
  ENDPOINT: text,
  ...OF_SIGNAL,
  AUTHENTICATOR: choice('sigv4auth', 'basic'),
  BASIC_AUTH_USERNAME: text,
  BASIC_AUTH_PASSWORD: text,
  POOL_IDLE_TIMEOUT: duration,
  POOL_MAX_IDLE_PER_HOST: count,
  ...OF_RETRY,
}

const OF_CLICKHOUSE: Readonly<Record<string, Kind>> = {
  ENDPOINT: text,
  DATABASE: text,
  TABLE_PREFIX: text,
  COMPRESSION: choice('none', 'lz4'),
  USER: text,
  PASSWORD: text,
  ASYNC_INSERT: text,
  ENABLE_JSON: bool,
  NESTED_KV_MAX_DEPTH: count,
  REQUEST_TIMEOUT: duration,
  ...OF_RETRY,
}

const GENERAL: Readonly<Record<string, Kind>> = {
  TELEMETRY_ENDPOINT: socket,
  LOG_FORMAT: choice('text', 'json'),
  ENVIRONMENT: text,
  DAEMON: bool,
  RECEIVER: choice('otlp'),
  RECEIVERS: text,
  DEBUG_LOG: choice('none', 'traces', 'metrics', 'logs'),
  DEBUG_LOG_VERBOSITY: choice('basic', 'detailed'),
  OTLP_GRPC_ENDPOINT: socket,
  OTLP_HTTP_ENDPOINT: socket,
  OTLP_GRPC_MAX_RECV_MSG_SIZE_MIB: count,
  OTLP_HTTP_INCLUDE_METADATA: bool,
  OTLP_RECEIVER_TRACES_DISABLED: bool,
  OTLP_RECEIVER_METRICS_DISABLED: bool,
  OTLP_RECEIVER_LOGS_DISABLED: bool,
  OTEL_RESOURCE_ATTRIBUTES: text,
  ENABLE_INTERNAL_TELEMETRY: bool,
  BATCH_MAX_SIZE: count,
  BATCH_TIMEOUT: duration,
  TRACES_BATCH_MAX_SIZE: count,
  TRACES_BATCH_TIMEOUT: duration,
  METRICS_BATCH_MAX_SIZE: count,
  METRICS_BATCH_TIMEOUT: duration,
  LOGS_BATCH_MAX_SIZE: count,
  LOGS_BATCH_TIMEOUT: duration,
  DISABLE_BATCHING: bool,
  EXPORTER: choice(...EXPORTER_TYPES),
  EXPORTERS: text,
  EXPORTERS_TRACES: text,
  EXPORTERS_METRICS: text,
  EXPORTERS_LOGS: text,
  EXPORTERS_INTERNAL_METRICS: text,
  AWSXRAY_EXPORTER_REGION: region,
  AWSEMF_EXPORTER_REGION: region,
}

/** As the source names them; the rest have the name of the whole argument. */
const CLICKHOUSE_PLACEHOLDERS: Readonly<Record<string, string>> = {
  CLICKHOUSE_EXPORTER_ENDPOINT: 'CLICKHOUSE_ENDPOINT',
  CLICKHOUSE_EXPORTER_COMPRESSION: 'CLICKHOUSE_COMPRESSION',
  CLICKHOUSE_EXPORTER_NESTED_KV_MAX_DEPTH: 'NESTED_KV_MAX_DEPTH',
}

/** Every variable that Rotel reads; others named `ROTEL_*` are ignored. Sources: init/args.rs, init/*_exporter.rs. */
const OPTIONS: ReadonlyMap<string, Option> = new Map([
  // A switch is an argument without a placeholder.
  ...named('', GENERAL, (name, { kind }) => (kind === 'bool' ? undefined : name)),
  ...named('EXPORTER_', OF_RETRY, (name) => name.toLowerCase().replaceAll('_', '-')),
  ...named('OTLP_EXPORTER_', { ...OF_OTLP, TLS_SKIP_VERIFY: bool }, (name, { kind }) =>
    kind === 'bool' ? undefined : name.slice('OTLP_EXPORTER_'.length),
  ),
  ...SIGNALS.flatMap((signal) =>
    named(`OTLP_EXPORTER_${signal}_`, { ENDPOINT: text, ...OF_SIGNAL, TLS_SKIP_VERIFY: bool }),
  ),
  ...named('CLICKHOUSE_EXPORTER_', OF_CLICKHOUSE, (name, { kind }) =>
    kind === 'bool' ? undefined : (CLICKHOUSE_PLACEHOLDERS[name] ?? name),
  ),
  ...named('DATADOG_EXPORTER_', { REGION: choice(...DATADOG_REGIONS) }, () => 'DATADOG_REGION'),
])

function named(
  prefix: string,
  kinds: Readonly<Record<string, Kind>>,
  placeholder: (name: string, kind: Kind) => string | undefined = (name) => name,
): readonly (readonly [string, Option])[] {
  return Object.entries(kinds).map(([own, kind]) => {
    const name = `${prefix}${own}`
    const shown = placeholder(name, kind)
    const argument = `--${name.toLowerCase().replaceAll('_', '-')}`
    return [
      `ROTEL_${name}`,
      { ...kind, argument: shown === undefined ? argument : `${argument} <${shown}>` },
    ]
  })
}

/** What clap refuses first, in the order of the table; `undefined` when all parse. */
export function firstRefusal(variables: Readonly<Record<string, string>>): Crash | undefined {
  for (const [name, option] of OPTIONS) {
    const value = variables[name]
    const crash = value === undefined ? undefined : refusal(option, value)
    if (crash !== undefined) return crash
  }
  return conflictOfPairs(variables)
}

/** Of a certificate, a key or an authority, a file or a text may be given, not both. */
function conflictOfPairs(variables: Readonly<Record<string, string>>): Crash | undefined {
  for (const [name, option] of OPTIONS) {
    if (!name.endsWith('_FILE') || variables[name] === undefined) continue
    const other = name.replace(/_FILE$/, '_PEM')
    const conflicting = OPTIONS.get(other)
    if (conflicting === undefined || variables[other] === undefined) continue
    const used = [...OPTIONS]
      .filter(([known]) => variables[known] !== undefined && known !== other)
      .map(([, { argument }]) => argument)
    return clapError(
      `the argument '${option.argument}' cannot be used with '${conflicting.argument}'`,
      [],
      [`Usage: rotel-lambda-extension ${used.join(' ')}`],
    )
  }
  return undefined
}

function refusal(option: Option, value: string): Crash | undefined {
  const { argument } = option
  const because = (reason: string): Crash =>
    clapError(`invalid value '${value}' for '${argument}': ${reason}`)
  const choose = (values: readonly string[]): Crash | undefined => {
    if (values.includes(value)) return undefined
    const possible = [`  [possible values: ${values.join(', ')}]`]
    if (value === '') {
      return clapError(`a value is required for '${argument}' but none was supplied`, possible)
    }
    const meant = meantWord(value, values)
    const tips = meant === undefined ? [] : [`  tip: a similar value exists: '${meant}'`]
    return clapError(`invalid value '${value}' for '${argument}'`, possible, tips)
  }

  switch (option.kind) {
    case 'text':
      return undefined
    case 'choice':
      return choose(option.values)
    case 'bool':
      return choose(['true', 'false'])
    case 'number': {
      if (value === '') return because('cannot parse integer from empty string')
      if (!/^\+?\d+$/.test(value)) return because('invalid digit found in string')
      const tooLarge = BigInt(value.replace('+', '')) > LARGEST
      return tooLarge ? because('number too large to fit in target type') : undefined
    }
    case 'duration': {
      const parsed = parseDuration(value)
      return typeof parsed === 'string' ? because(parsed) : undefined
    }
    case 'socket':
      return parseSocketAddress(value) === undefined
        ? because('invalid socket address syntax')
        : undefined
    case 'region':
      return /^[a-z]{2}(-[a-z]+)+-\d$/.test(value)
        ? undefined
        : panicCrash(
            '/build/src/exporters/shared/aws.rs:126:19',
            `called \`Result::unwrap()\` on an \`Err\` value: "Unknown region: ${value}"`,
          )
  }
}

const LARGEST = 2n ** 64n - 1n

/** `k=v,k=v` by Rotel's rules (init/parse.rs): no escaping, no quoting, items not trimmed, value after the first `=`. */
export function parsePairs(value: string | undefined): Pairs {
  return splitPairs(value ?? '').map((item) => {
    const position = item.indexOf('=')
    return [item.slice(0, position), item.slice(position + 1)] as const
  })
}

/** Rotel's complaint about the first item without `=`, which it quotes. */
export function faultInPairs(value: string | undefined): string | undefined {
  const bad = splitPairs(value ?? '').find((item) => !item.includes('='))
  return bad === undefined ? undefined : `invalid KEY=value: no \`=\` found in \`${bad}\``
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
    /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\]):(\d+)$/.exec(rewritten) ?? []
  const host = four ?? six
  const port = Number(portText)
  if (host === undefined || !(port <= 65535)) return undefined
  if (four?.split('.').some((part) => Number(part) > 255 || /^0\d/.test(part)) === true) {
    return undefined
  }
  return { host, port }
}

const UNITS: Readonly<Record<string, number>> = {
  ...each(1e-6, 'nanos nsec ns'),
  ...each(1e-3, 'usec us'),
  ...each(1, 'millis msec ms'),
  ...each(1000, 'seconds second secs sec s'),
  ...each(60_000, 'minutes minute min mins m'),
  ...each(3_600_000, 'hours hour hrs hr h'),
  ...each(86_400_000, 'days day d'),
  ...each(604_800_000, 'weeks week wks wk w'),
  ...each(2_630_016_000, 'months month M'),
  ...each(31_557_600_000, 'years year yrs yr y'),
}

function each(factor: number, names: string): Readonly<Record<string, number>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, factor]))
}

/** Milliseconds, or humantime's complaint. */
export function parseDuration(value: string): number | string {
  if (value.trim() === '') return 'value was empty'
  if (!/^\s*\d/.test(value)) return 'expected number at 0'
  let rest = value.trimStart()
  let total = 0
  while (rest.trim() !== '') {
    const [whole, digits, unit] = /^(\d+)\s*([a-zA-Z]*)\s*/.exec(rest) ?? []
    const at = value.length - rest.length
    if (whole === undefined || digits === undefined || unit === undefined) {
      return `invalid character at ${String(at)}`
    }
    const next = rest[whole.length]
    if (next !== undefined && !/\d/.test(next)) {
      return `invalid character at ${String(at + whole.length)}`
    }
    if (BigInt(digits) > LARGEST) return 'number is too large'
    if (unit === '') {
      return `time unit needed, for example ${digits}sec or ${digits}ms`
    }
    const factor = UNITS[unit]
    if (factor === undefined) {
      return `unknown time unit "${unit}", supported units: ns, us, ms, sec, min, hours, days, weeks, months, years (and few variations)`
    }
    total += Number(digits) * factor
    rest = rest.slice(whole.length)
  }
  return total
}
