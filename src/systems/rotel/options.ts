/**
 * The options that Rotel reads from variables, and what it can parse in each. What it cannot ends it at the start, with
 * exit status 2, and with it every invocation. Variables that it does not know it ignores.
 * Sources: rotel-lambda-extension v0.1.6, src/main.rs; rotel v0.2.4, src/init/args.rs, otlp_exporter.rs,
 * clickhouse_exporter.rs and parse.rs. The layer is built without Kafka, file and Fluent.
 */

import {
  faultInClickHouseEndpoint,
  faultInDuration,
  faultInHeaderList,
  faultInHeaderText,
  faultInNumber,
  faultInOtlpEndpoint,
  faultInPairs,
  faultInReceiver,
  faultInRegion,
  parameterValue,
} from './syntax'
import { faultInList } from './values'

export type OptionKind =
  | 'text'
  | 'boolean'
  | 'number'
  | 'duration'
  | 'socket'
  | 'pairs'
  | 'headers'
  /** The value of a single header. */
  | 'header'
  | 'endpoint'
  | 'clickhouse-endpoint'
  | 'region'
  | 'receivers'
  /** Read as a number where it is one, and ignored otherwise. */
  | 'loose-number'
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
  ENDPOINT: 'clickhouse-endpoint',
  DATABASE: 'text',
  TABLE_PREFIX: 'text',
  COMPRESSION: ['lz4', 'none'],
  USER: 'header',
  PASSWORD: 'header',
  ASYNC_INSERT: 'loose-boolean',
  ENABLE_JSON: 'boolean',
  NESTED_KV_MAX_DEPTH: 'number',
  REQUEST_TIMEOUT: 'duration',
}

const OF_DATADOG: Readonly<Record<string, OptionKind>> = {
  REGION: ['us1', 'us3', 'us5', 'eu', 'ap1'],
  API_KEY: 'header',
  CUSTOM_ENDPOINT: 'text',
}

const OF_AWS: Readonly<Record<string, OptionKind>> = { REGION: 'region', CUSTOM_ENDPOINT: 'text' }

const GENERAL: Readonly<Record<string, OptionKind>> = {
  ROTEL_ENV_FILE: 'text',
  ROTEL_TELEMETRY_ENDPOINT: 'socket',
  ROTEL_ENVIRONMENT: 'text',
  ROTEL_LOG_FORMAT: ['text', 'json'],
  ROTEL_DAEMON: 'boolean',
  ROTEL_RECEIVER: ['otlp'],
  ROTEL_RECEIVERS: 'receivers',
  ROTEL_EXPORTER: EXPORTER_TYPES,
  ROTEL_EXPORTERS: 'text',
  ROTEL_EXPORTERS_TRACES: 'text',
  ROTEL_EXPORTERS_METRICS: 'text',
  ROTEL_EXPORTERS_LOGS: 'text',
  ROTEL_EXPORTERS_INTERNAL_METRICS: 'text',
  ROTEL_OTLP_GRPC_ENDPOINT: 'socket',
  ROTEL_OTLP_HTTP_ENDPOINT: 'socket',
  ROTEL_OTLP_GRPC_MAX_RECV_MSG_SIZE_MIB: 'number',
  ROTEL_OTLP_HTTP_INCLUDE_METADATA: 'boolean',
  ROTEL_OTLP_RECEIVER_TRACES_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_METRICS_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_LOGS_DISABLED: 'boolean',
  ROTEL_OTLP_RECEIVER_TRACES_HTTP_PATH: 'text',
  ROTEL_OTLP_RECEIVER_METRICS_HTTP_PATH: 'text',
  ROTEL_OTLP_RECEIVER_LOGS_HTTP_PATH: 'text',
  ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'pairs',
  ROTEL_BATCH_MAX_SIZE: 'number',
  ROTEL_LOGS_BATCH_MAX_SIZE: 'number',
  ROTEL_TRACES_BATCH_MAX_SIZE: 'number',
  ROTEL_METRICS_BATCH_MAX_SIZE: 'number',
  ROTEL_BATCH_TIMEOUT: 'duration',
  ROTEL_LOGS_BATCH_TIMEOUT: 'duration',
  ROTEL_TRACES_BATCH_TIMEOUT: 'duration',
  ROTEL_METRICS_BATCH_TIMEOUT: 'duration',
  ROTEL_DEBUG_LOG: ['none', 'traces', 'metrics', 'logs'],
  ROTEL_DEBUG_LOG_VERBOSITY: ['basic', 'detailed'],
  ROTEL_ENABLE_INTERNAL_TELEMETRY: 'boolean',
  ROTEL_DISABLE_BATCHING: 'boolean',
  ROTEL_MAX_CONCURRENT_REQUESTS: 'loose-number',
  ROTEL_MAX_CONCURRENT_ENCODERS: 'loose-number',
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
  ...prefixed('ROTEL_DATADOG_EXPORTER_', OF_DATADOG),
  ...prefixed('ROTEL_AWSXRAY_EXPORTER_', OF_AWS),
  ...prefixed('ROTEL_AWSEMF_EXPORTER_', OF_AWS),
  ...prefixed('ROTEL_CLICKHOUSE_EXPORTER_', OF_CLICKHOUSE),
])

/** Every name that Rotel knows, but those of exporters that a user names (`ROTEL_EXPORTER_<NAME>_…`). */
export const OPTION_NAMES: readonly string[] = [...OPTIONS.keys()]

/** `undefined`: Rotel does not read such a variable. */
export function optionKind(name: string): OptionKind | undefined {
  return OPTIONS.get(name)
}

const OF_TYPE: ReadonlyMap<string, ReadonlyMap<string, OptionKind>> = new Map([
  ['otlp', new Map(Object.entries(OF_OTLP_AS_A_WHOLE))],
  ['clickhouse', new Map(Object.entries(OF_CLICKHOUSE))],
  ['datadog', new Map(Object.entries(OF_DATADOG))],
  ['awsxray', new Map(Object.entries(OF_AWS))],
  ['awsemf', new Map(Object.entries(OF_AWS))],
])

/** The kind of `ROTEL_EXPORTER_<NAME>_<parameter>` of an exporter of this type. */
export function parameterKind(type: string, parameter: string): OptionKind | undefined {
  return OF_TYPE.get(type)?.get(parameter)
}

/** Whether an exporter of any type has such a parameter. */
export function isParameter(name: string): boolean {
  return [...OF_TYPE.values()].some((parameters) => parameters.has(name))
}

/** Why Rotel ends with such a value, or never delivers: the end of a sentence, without the value. */
export function faultOfOption(kind: OptionKind, value: string): string | undefined {
  if (typeof kind === 'object') {
    return kind.includes(value) ? undefined : `is not one of ${kind.join(', ')}`
  }
  switch (kind) {
    case 'text':
    case 'loose-number':
      return undefined
    case 'boolean':
      return /^(true|false)$/.test(value) ? undefined : NEITHER
    case 'loose-boolean':
      return /^(0|1|true|false)$/i.test(value) ? undefined : NEITHER
    case 'number':
      return faultInNumber(value)
    case 'duration':
      return faultInDuration(value)
    case 'socket':
      return faultInReceiver(value)
    case 'pairs':
      return faultInPairs(value)
    case 'headers':
      return faultInPairs(value) ?? faultInHeaderList(value)
    case 'header':
      return faultInHeaderText(value)
    case 'endpoint':
      return faultInOtlpEndpoint(value)
    case 'clickhouse-endpoint':
      return faultInClickHouseEndpoint(value)
    case 'region':
      return faultInRegion(value)
    case 'receivers':
      return value.split(',').every((one) => one === 'otlp')
        ? undefined
        : 'names a receiver other than otlp, the only one in the layer'
    case 'broken':
      return TLS_BUG
  }
}

const NEITHER = 'is neither `true` nor `false`'

/** rotel v0.2.0 to v0.2.4, src/init/otlp_exporter.rs: keys and authorities are taken for certificates. */
const TLS_BUG =
  'is not supported: this version of Rotel reads keys and authorities as certificates and exits with `Either both or neither of cert and key must be provided`'

/**
 * Why such a value is not what was meant, although Rotel starts with it: quotes and blanks become part of names and
 * values. To be told where a value is given, not where a function runs with it.
 */
export function oddityOfOption(kind: OptionKind, value: string): string | undefined {
  switch (kind) {
    case 'pairs':
      return faultInList(value)
    case 'headers':
      return (
        faultInList(value) ??
        (/[^\x20-\x7e]/.test(value) ? 'contains a character outside ASCII' : undefined)
      )
    case 'clickhouse-endpoint':
      return faultInOtlpEndpoint(value)
    case 'loose-number':
      return faultInNumber(value)
    default:
      return undefined
  }
}

/** The kinds for which a text is written, and a value that looks like a number or a boolean is none. */
function takesText(kind: OptionKind): boolean {
  return typeof kind === 'object' || !['boolean', 'number', 'header'].includes(kind)
}

/** Why a parameter of a named exporter has the wrong type: each value gets one by its looks. */
export function faultOfParameterType(kind: OptionKind, value: string): string | undefined {
  const { looks, text } = parameterValue(value)
  if (kind === 'boolean') return looks === 'boolean' ? undefined : NEITHER
  if (kind === 'number') return looks === 'number' ? faultInNumber(text) : 'is not a whole number'
  if (!takesText(kind)) return undefined
  if (looks !== 'text') {
    return `is read as a ${looks}, where a text is expected: put it into double quotes`
  }
  if (typeof kind === 'object' || kind === 'duration') return faultOfOption(kind, text)
  return kind === 'headers' ? faultInPairs(text) : undefined
}
