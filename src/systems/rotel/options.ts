/**
 * The options that Rotel reads from variables, and what it can parse in each. What it cannot ends it at the start, with
 * exit status 2, and with it every invocation. Variables that it does not know it ignores.
 * Sources: rotel-lambda-extension v0.1.6, src/main.rs; rotel v0.2.4, src/init/args.rs, otlp_exporter.rs,
 * clickhouse_exporter.rs and parse.rs. The layer is built without Kafka, file and Fluent.
 */

import { faultInHeaderName, faultInList } from './values'

export type OptionKind =
  | 'text'
  | 'boolean'
  | 'number'
  | 'duration'
  | 'socket'
  | 'pairs'
  | 'headers'
  | 'endpoint'
  /** `0`, `1`, `true` or `false`, in any case: a text that is parsed later. */
  | 'loose-boolean'
  /** An argument of TLS that this version of Rotel applies wrongly: see `TLS_BUG`. */
  | 'broken'
  | readonly string[]

export const EXPORTER_TYPES = ['otlp', 'blackhole', 'datadog', 'clickhouse', 'awsxray', 'awsemf']

/** Of each exporter that sends by OTLP, and of each signal of it. */
const OF_OTLP: Readonly<Record<string, OptionKind>> = {
  ENDPOINT: 'endpoint',
  PROTOCOL: ['grpc', 'http'],
  CUSTOM_HEADERS: 'headers',
  COMPRESSION: ['gzip', 'none'],
  REQUEST_TIMEOUT: 'duration',
  TLS_CERT_FILE: 'broken',
  TLS_CERT_PEM: 'broken',
  TLS_KEY_FILE: 'broken',
  TLS_KEY_PEM: 'broken',
  TLS_CA_FILE: 'broken',
  TLS_CA_PEM: 'broken',
  TLS_SKIP_VERIFY: 'boolean',
}

const RETRIES: Readonly<Record<string, OptionKind>> = {
  RETRY_INITIAL_BACKOFF: 'duration',
  RETRY_MAX_BACKOFF: 'duration',
  RETRY_MAX_ELAPSED_TIME: 'duration',
}

const OF_OTLP_AS_A_WHOLE: Readonly<Record<string, OptionKind>> = {
  ...OF_OTLP,
  ...RETRIES,
  AUTHENTICATOR: ['sigv4auth', 'basic'],
  BASIC_AUTH_USERNAME: 'text',
  BASIC_AUTH_PASSWORD: 'text',
  POOL_IDLE_TIMEOUT: 'duration',
  POOL_MAX_IDLE_PER_HOST: 'number',
}

const OF_CLICKHOUSE: Readonly<Record<string, OptionKind>> = {
  ...RETRIES,
  ENDPOINT: 'endpoint',
  DATABASE: 'text',
  TABLE_PREFIX: 'text',
  COMPRESSION: ['lz4', 'none'],
  USER: 'text',
  PASSWORD: 'text',
  ASYNC_INSERT: 'loose-boolean',
  ENABLE_JSON: 'boolean',
  NESTED_KV_MAX_DEPTH: 'number',
  REQUEST_TIMEOUT: 'duration',
}

const GENERAL: Readonly<Record<string, OptionKind>> = {
  ROTEL_ENV_FILE: 'text',
  ROTEL_TELEMETRY_ENDPOINT: 'socket',
  ROTEL_ENVIRONMENT: 'text',
  ROTEL_LOG_FORMAT: ['text', 'json'],
  ROTEL_EXPORTER: EXPORTER_TYPES,
  ROTEL_EXPORTERS: 'text',
  ROTEL_EXPORTERS_TRACES: 'text',
  ROTEL_EXPORTERS_METRICS: 'text',
  ROTEL_EXPORTERS_LOGS: 'text',
  ROTEL_EXPORTERS_INTERNAL_METRICS: 'text',
  ROTEL_OTLP_GRPC_ENDPOINT: 'socket',
  ROTEL_OTLP_HTTP_ENDPOINT: 'socket',
  ROTEL_OTLP_GRPC_MAX_RECV_MSG_SIZE_MIB: 'number',
  ROTEL_OTLP_RECEIVER_TRACES_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_METRICS_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_LOGS_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_TRACES_HTTP_PATH: 'text',
  ROTEL_OTLP_RECEIVER_METRICS_HTTP_PATH: 'text',
  ROTEL_OTLP_RECEIVER_LOGS_HTTP_PATH: 'text',
  ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'pairs',
  ROTEL_BATCH_MAX_SIZE: 'number',
  ROTEL_LOGS_BATCH_TIMEOUT: 'duration',
  ROTEL_TRACES_BATCH_TIMEOUT: 'duration',
  ROTEL_METRICS_BATCH_TIMEOUT: 'duration',
  ROTEL_DEBUG_LOG: 'text',
  ROTEL_DEBUG_LOG_VERBOSITY: ['basic', 'detailed'],
  ROTEL_ENABLE_INTERNAL_TELEMETRY: 'boolean',
  ROTEL_DISABLE_BATCHING: 'boolean',
  ROTEL_MAX_CONCURRENT_REQUESTS: 'number',
}

function prefixed(
  prefix: string,
  options: Readonly<Record<string, OptionKind>>,
): readonly (readonly [string, OptionKind])[] {
  return Object.entries(options).map(([name, kind]) => [`${prefix}${name}`, kind])
}

const OPTIONS: ReadonlyMap<string, OptionKind> = new Map([
  ...Object.entries(GENERAL),
  ...prefixed('ROTEL_EXPORTER_', RETRIES),
  ...prefixed('ROTEL_OTLP_EXPORTER_', OF_OTLP_AS_A_WHOLE),
  ...['TRACES', 'METRICS', 'LOGS'].flatMap((signal) =>
    prefixed(`ROTEL_OTLP_EXPORTER_${signal}_`, OF_OTLP),
  ),
  ...prefixed('ROTEL_CLICKHOUSE_EXPORTER_', OF_CLICKHOUSE),
])

/** Every name that Rotel knows, but those of exporters that a user names (`ROTEL_EXPORTER_<NAME>_…`). */
export const OPTION_NAMES: readonly string[] = [...OPTIONS.keys()]

/** `undefined`: Rotel does not read such a variable. */
export function optionKind(name: string): OptionKind | undefined {
  return OPTIONS.get(name)
}

/** The kind of `ROTEL_EXPORTER_<NAME>_<parameter>` of an exporter of this type. */
export function parameterKind(type: string, parameter: string): OptionKind | undefined {
  if (type === 'otlp')
    return Object.hasOwn(OF_OTLP_AS_A_WHOLE, parameter) ? OF_OTLP_AS_A_WHOLE[parameter] : undefined
  if (type === 'clickhouse')
    return Object.hasOwn(OF_CLICKHOUSE, parameter) ? OF_CLICKHOUSE[parameter] : undefined
  return undefined
}

/** Why Rotel cannot use such a value: the end of a sentence, without the value; `undefined` if it can. */
export function faultOfOption(kind: OptionKind, value: string): string | undefined {
  if (typeof kind === 'object') {
    return kind.includes(value) ? undefined : `is not one of ${kind.join(', ')}`
  }
  switch (kind) {
    case 'text':
      return undefined
    case 'boolean':
      return /^(true|false)$/.test(value) ? undefined : 'is neither `true` nor `false`'
    case 'loose-boolean':
      return /^(0|1|true|false)$/i.test(value) ? undefined : 'is neither `true` nor `false`'
    case 'number':
      return /^\+?\d+$/.test(value) ? undefined : 'is not a whole number'
    case 'duration':
      return isDuration(value)
        ? undefined
        : 'is not a duration with a unit, such as `5s` or `250ms`'
    case 'socket':
      return socketPort(value) === undefined
        ? 'is not an address with a port, such as `127.0.0.1:5317`; the only allowed host name is `localhost`'
        : undefined
    case 'pairs':
      return faultInList(value)
    case 'headers':
      return faultInList(value) ?? faultOfHeaders(value)
    case 'endpoint':
      return faultOfEndpoint(value)
    case 'broken':
      return TLS_BUG
  }
}

/** rotel v0.2.0 to v0.2.4, src/init/otlp_exporter.rs: keys and authorities are taken for certificates. */
const TLS_BUG =
  'is not supported: this version of Rotel reads keys and authorities as certificates and exits with `Either both or neither of cert and key must be provided`'

function faultOfHeaders(value: string): string | undefined {
  const items = value
    .trim()
    .split(',')
    .filter((item) => item !== '')
  if (items.some((item) => faultInHeaderName(item.slice(0, item.indexOf('='))) !== undefined)) {
    return 'has a header with a name that HTTP does not allow'
  }
  return /[^\x20-\x7e]/.test(value) ? 'contains a character outside ASCII' : undefined
}

/** A name without a scheme becomes `http://`; an address without one is not a URL (src/exporters/otlp/request.rs). */
function faultOfEndpoint(value: string): string | undefined {
  const url = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value) ? value : `http://${value}`
  const isUrl = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(value) && URL.canParse(url)
  if (!isUrl) return 'is not a URL with a scheme, such as `https://clickstack.example.com:4317`'
  return /^https?:$/.test(new URL(url).protocol)
    ? undefined
    : 'has a scheme other than `http://` and `https://`'
}

const UNITS =
  'nsec|ns|usec|us|µs|msec|millis|ms|seconds|second|secs|sec|s|minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|wks|wk|w|months|month|M|years|year|yrs|yr|y'

const DURATION = new RegExp(`^\\s*(\\d+\\s*(${UNITS})\\s*)+$`)

/** As the crate humantime parses it. */
function isDuration(value: string): boolean {
  return DURATION.test(value)
}

/** The port of a SocketAddr; `localhost:` is rewritten to 127.0.0.1 (src/init/parse.rs). */
export function socketPort(value: string): number | undefined {
  const [, four, six, digits] =
    /^(?:(localhost|\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\]):(\d{1,5})$/.exec(value) ?? []
  if (digits === undefined || Number(digits) > 65_535) return undefined
  if (four !== undefined && four !== 'localhost') {
    const parts = four.split('.')
    if (parts.some((part) => Number(part) > 255 || /^0\d/.test(part))) return undefined
  }
  if (six !== undefined && !URL.canParse(`http://[${six}]/`)) return undefined
  return Number(digits)
}

const LEVELS = /^(off|error|warn|info|debug|trace)$/i

/** `RUST_LOG`, which the extension parses too (crate tracing-subscriber, EnvFilter): `level`, `target`, `target=level`. */
export function faultInLogFilter(value: string): string | undefined {
  const isParsed = value
    .split(',')
    .map((part) => part.trim())
    .every((part) => {
      if (part === '' || LEVELS.test(part)) return true
      const directive = /^[\w:.-]+(?:\[[^\]]*\])?(=\w+)?$/.exec(part)
      const level = directive?.[1]?.slice(1) ?? 'info'
      return directive !== null && LEVELS.test(level)
    })
  return isParsed ? undefined : 'is not a filter of log levels, such as `info` or `rotel=debug`'
}
