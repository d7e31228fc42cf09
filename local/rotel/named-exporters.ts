/**
 * `ROTEL_EXPORTERS=name:type,…` with `ROTEL_EXPORTER_<NAME>_<PARAMETER>` (rotel v0.2.4, src/init/config.rs). The
 * parameters are read by the crate figment, which gives each value a type by its looks: `5` is a number, `true` a
 * boolean, and neither is a text. All exporters are read, whether a signal names them or not.
 */
import { DATADOG_REGIONS, EXPORTER_TYPES, faultInPairs, parseDuration } from './options'

type Variables = Readonly<Record<string, string>>

export interface NamedExporter {
  readonly type: (typeof EXPORTER_TYPES)[number]
  /** By name of the parameter, such as `ENDPOINT`; texts without the quotes that figment takes off. */
  readonly parameters: Variables
}

export type NamedExporters =
  | { readonly ok: true; readonly exporters: ReadonlyMap<string, NamedExporter> }
  | { readonly ok: false; readonly error: string }

/** Nothing is trimmed: a blank belongs to a name. Of two exporters of one name the later one counts. */
export function parseNamedExporters(variables: Variables): NamedExporters {
  const exporters = new Map<string, NamedExporter>()
  for (const item of (variables['ROTEL_EXPORTERS'] ?? '').split(',')) {
    const parts = item.split(':')
    if (parts.length > 2) return { ok: false, error: `invalid exporter config: ${item}` }
    const [name = '', named = name] = parts
    const type = EXPORTER_TYPES.find((known) => known === named)
    if (type === undefined) return { ok: false, error: `unknown exporter type: ${named}` }
    const prefix = `ROTEL_EXPORTER_${name.toUpperCase()}_`
    const parameters: Record<string, string> = {}
    for (const [field, kind] of Object.entries(FIELDS[type])) {
      const value = variables[`${prefix}${field}`]
      if (value === undefined) continue
      const figment = figmentValue(value)
      const fault = faultOf(kind, figment)
      if (fault !== undefined) {
        // What is flattened into the parameters has lost where it came from.
        const where = field.startsWith('RETRY_')
          ? ''
          : ` for key "${field}" in \`${prefix}\` environment variable(s)`
        return { ok: false, error: `failed to parse ${LABELS[type]} config: ${fault}${where}` }
      }
      parameters[field] = figment.text
    }
    exporters.set(name, { type, parameters })
  }
  return { ok: true, exporters }
}

type Field =
  | 'string'
  /** A text of its own type, which takes whatever is there. */
  | 'anything'
  | 'boolean'
  | 'number'
  | 'duration'
  | 'pairs'
  | readonly string[]

const RETRY = {
  RETRY_INITIAL_BACKOFF: 'duration',
  RETRY_MAX_BACKOFF: 'duration',
  RETRY_MAX_ELAPSED_TIME: 'duration',
} as const

const FIELDS: Readonly<Record<NamedExporter['type'], Readonly<Record<string, Field>>>> = {
  otlp: {
    ENDPOINT: 'string',
    PROTOCOL: ['grpc', 'http'],
    CUSTOM_HEADERS: 'pairs',
    COMPRESSION: ['gzip', 'none'],
    AUTHENTICATOR: ['sigv4auth', 'basic'],
    BASIC_AUTH_USERNAME: 'string',
    BASIC_AUTH_PASSWORD: 'string',
    TLS_CERT_FILE: 'string',
    TLS_CERT_PEM: 'string',
    TLS_KEY_FILE: 'string',
    TLS_KEY_PEM: 'string',
    TLS_CA_FILE: 'string',
    TLS_CA_PEM: 'string',
    TLS_SKIP_VERIFY: 'boolean',
    REQUEST_TIMEOUT: 'duration',
    POOL_IDLE_TIMEOUT: 'duration',
    POOL_MAX_IDLE_PER_HOST: 'number',
    ...RETRY,
  },
  clickhouse: {
    ENDPOINT: 'string',
    DATABASE: 'string',
    TABLE_PREFIX: 'string',
    COMPRESSION: ['none', 'lz4'],
    USER: 'anything',
    PASSWORD: 'anything',
    ASYNC_INSERT: 'string',
    ENABLE_JSON: 'boolean',
    NESTED_KV_MAX_DEPTH: 'number',
    REQUEST_TIMEOUT: 'duration',
    ...RETRY,
  },
  datadog: { API_KEY: 'anything', REGION: DATADOG_REGIONS },
  awsxray: {},
  awsemf: {},
  blackhole: {},
}

const LABELS: Readonly<Record<NamedExporter['type'], string>> = {
  otlp: 'OTLP',
  clickhouse: 'Clickhouse',
  datadog: 'Datadog',
  awsxray: 'X-Ray',
  awsemf: 'AWS EMF',
  blackhole: 'blackhole',
}

interface FigmentValue {
  readonly kind: 'string' | 'bool' | 'number' | 'map' | 'sequence'
  /** As figment's errors name it. */
  readonly found: string
  readonly text: string
}

function figmentValue(raw: string): FigmentValue {
  const value = raw.trim()
  if (/^(true|false)$/.test(value)) return { kind: 'bool', found: `bool ${value}`, text: value }
  if (/^\+?\d+$/.test(value)) {
    const number = BigInt(value.replace('+', '')).toString()
    return { kind: 'number', found: `unsigned int \`${number}\``, text: number }
  }
  if (/^-\d+$/.test(value)) {
    return { kind: 'number', found: `signed int \`${value}\``, text: value }
  }
  if (/^[+-]?(\d+\.\d*|\.\d+|\d+e[+-]?\d+)$/i.test(value)) {
    const number = String(Number(value))
    return { kind: 'number', found: `float \`${number}\``, text: number }
  }
  if (/^\{.*=.*\}$|^\{\}$/s.test(value)) return { kind: 'map', found: 'map', text: value }
  if (/^\[.*\]$/s.test(value)) return { kind: 'sequence', found: 'sequence', text: value }
  const [, inner] = /^"((?:[^"\\]|\\.)*)"$/s.exec(value) ?? []
  const text = inner ?? raw
  return { kind: 'string', found: `string ${JSON.stringify(text)}`, text }
}

function faultOf(field: Field, value: FigmentValue): string | undefined {
  const typed = (expected: string): string =>
    `invalid type: found ${value.found}, expected ${expected}`
  if (typeof field === 'object') {
    if (value.kind !== 'string') return typed('variant identifier')
    if (field.includes(value.text)) return undefined
    const words = field.map((word) => `\`${word}\``)
    const expected = words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`
    return `unknown variant: found \`${value.text}\`, expected \`${expected}\``
  }
  switch (field) {
    case 'anything':
      return undefined
    case 'string':
      return value.kind === 'string' ? undefined : typed('a string')
    case 'pairs':
      return value.kind === 'string' ? faultInPairs(value.text) : typed('a string')
    case 'boolean':
      return value.kind === 'bool' ? undefined : typed('a boolean')
    case 'number':
      return value.kind === 'number' && /^\d+$/.test(value.text) ? undefined : typed('usize')
    case 'duration':
      if (value.kind !== 'string') return typed('a duration')
      return typeof parseDuration(value.text) === 'number'
        ? undefined
        : `invalid value: found ${value.found}, expected a duration`
  }
}
