/**
 * Whether Rotel starts with a function's variables, and sends logs somewhere: as far as can be determined without the env
 * file and the values of secrets. Rules: rotel v0.2.4, src/init/config.rs; reference in options.ts.
 */

import type { Variables } from '../lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { referencesIn } from './secret-reference'
import {
  EXPORTER_TYPES,
  faultInLogFilter,
  faultOfOption,
  optionKind,
  parameterKind,
  socketPort,
} from './options'

/** Why Rotel would fail or discard all logs; `undefined`: no fault is known. Details name variables, never values. */
export function configurationFault(variables: Variables): Refusal | undefined {
  return faultOfValues(variables) ?? faultOfCombination(variables)
}

/** Faults of variables together. An env file may set what is missing, or choose another exporter. */
export function faultOfCombination(variables: Variables): Refusal | undefined {
  return (
    faultOfPorts(variables) ??
    (variables.has('ROTEL_ENV_FILE') ? undefined : faultOfExporters(variables))
  )
}

function faultOfValues(variables: Variables): Refusal | undefined {
  for (const [name, value] of variables) {
    if (name === 'RUST_LOG') {
      const fault = faultInLogFilter(value)
      if (fault !== undefined) return refusal('extension-log-filter', name, fault)
      continue
    }
    const kind = optionKind(name)
    if (kind === undefined || holdsReference(name, value)) continue
    const fault = faultOfOption(kind, value)
    if (fault === undefined) continue
    if (kind === 'broken') return refusal('extension-tls', name, fault)
    if (kind === 'endpoint') return refusal('extension-bad-endpoint', name, fault)
    if (
      kind === 'headers' &&
      !value.split(',').some((item) => item !== '' && !item.includes('='))
    ) {
      return refusal('extension-bad-header', name, fault)
    }
    return refusal('extension-invalid-value', name, fault)
  }
  return undefined
}

function refusal(reason: Refusal['reason'], name: string, fault: string): Refusal {
  return { reason, detail: `${name} ${fault.replaceAll('`', '')}` }
}

function holdsReference(name: string, value: string): boolean {
  return referencesIn([[name, value]]).length > 0
}

/** Both receivers and the listener for Lambda's telemetry are always bound. */
function faultOfPorts(variables: Variables): Refusal | undefined {
  const ports = (
    [
      ['ROTEL_OTLP_GRPC_ENDPOINT', 4317],
      ['ROTEL_OTLP_HTTP_ENDPOINT', 4318],
      ['ROTEL_TELEMETRY_ENDPOINT', 8990],
    ] as const
  ).map(([name, fallback]) => [name, socketPort(variables.get(name) ?? '') ?? fallback] as const)
  for (const [index, [name, port]] of ports.entries()) {
    const other = ports.slice(0, index).find(([, taken]) => taken === port)
    if (other !== undefined && port !== 0) {
      return {
        reason: 'port-conflict',
        detail: `${other[0]} and ${name} both use port ${String(port)}`,
      }
    }
  }
  return undefined
}

function faultOfExporters(variables: Variables): Refusal | undefined {
  const exporter = variables.get('ROTEL_EXPORTER')
  if (variables.has('ROTEL_EXPORTERS')) {
    return exporter === undefined
      ? faultOfNamedExporters(variables)
      : badExporter('ROTEL_EXPORTER and ROTEL_EXPORTERS cannot both be set')
  }
  switch (exporter) {
    case undefined:
    case 'otlp':
      return faultOfOtlp(variables, exporter !== undefined)
    case 'clickhouse':
      return variables.has('ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT')
        ? undefined
        : badEndpoint(
            'ROTEL_EXPORTER is clickhouse, but ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT is not set',
          )
    default:
      return blackhole('ROTEL_EXPORTER is an exporter that does not send logs')
  }
}

/** The base endpoint, or all three: with one or two of them Rotel exits, without any it discards everything. */
function faultOfOtlp(variables: Variables, asked: boolean): Refusal | undefined {
  if (variables.has('ROTEL_OTLP_EXPORTER_ENDPOINT')) return undefined
  const own = ['TRACES', 'METRICS', 'LOGS'].map(
    (signal) => `ROTEL_OTLP_EXPORTER_${signal}_ENDPOINT`,
  )
  const missing = own.filter((name) => !variables.has(name))
  if (missing.length === 0) return undefined
  if (missing.length === own.length && !asked) {
    return blackhole('neither an endpoint nor an exporter is set')
  }
  return badEndpoint(`without ROTEL_OTLP_EXPORTER_ENDPOINT, Rotel also needs ${missing.join(', ')}`)
}

/** The exporters of `ROTEL_EXPORTERS` as name and type; a name alone is its own type. */
export function namedExporters(list: string): ReadonlyMap<string, string> {
  return new Map(
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => {
        const [name = '', type = name] = item.split(':')
        return [name, type]
      }),
  )
}

/** `ROTEL_EXPORTER_<NAME>_<PARAMETER>`: how the parameters of a named exporter begin. */
export function parameterPrefix(exporter: string): string {
  return `ROTEL_EXPORTER_${exporter.toUpperCase().replaceAll('-', '_')}_`
}

function faultOfNamedExporters(variables: Variables): Refusal | undefined {
  const list = variables.get('ROTEL_EXPORTERS') ?? ''
  if (list.split(',').some((item) => item.split(':').length > 2)) {
    return badExporter('ROTEL_EXPORTERS is not a list of name:type')
  }
  const exporters = namedExporters(list)
  const unknown = [...exporters.values()].find((type) => !EXPORTER_TYPES.includes(type))
  if (unknown !== undefined)
    return badExporter('ROTEL_EXPORTERS names an exporter of an unknown type')

  for (const signal of ['TRACES', 'METRICS', 'LOGS']) {
    const variable = `ROTEL_EXPORTERS_${signal}`
    const names = (variables.get(variable) ?? '').split(',').filter((name) => name.trim() !== '')
    if (names.some((name) => !exporters.has(name.trim()))) {
      return badExporter(`${variable} names an exporter that ROTEL_EXPORTERS does not`)
    }
    if (names.length === 0 && signal === 'LOGS') {
      return blackhole('ROTEL_EXPORTERS is set, but ROTEL_EXPORTERS_LOGS is not')
    }
    for (const name of names) {
      const fault = faultOfNamed(variables, name.trim(), exporters.get(name.trim()) ?? '', signal)
      if (fault) return fault
    }
  }
  return undefined
}

function faultOfNamed(
  variables: Variables,
  name: string,
  type: string,
  signal: string,
): Refusal | undefined {
  const prefix = parameterPrefix(name)
  if (signal === 'LOGS' && type === 'blackhole')
    return blackhole('ROTEL_EXPORTERS_LOGS names a blackhole exporter')
  const takes: Readonly<Record<string, string>> = {
    datadog: 'TRACES',
    awsxray: 'TRACES',
    awsemf: 'METRICS',
  }
  const only = takes[type]
  if (only !== undefined && only !== signal) {
    return badExporter(
      `ROTEL_EXPORTERS_${signal} names an exporter that supports only ${only.toLowerCase()}`,
    )
  }
  for (const [variable, value] of variables) {
    if (!variable.startsWith(prefix) || holdsReference(variable, value)) continue
    const kind = parameterKind(type, variable.slice(prefix.length))
    const fault = kind === undefined ? undefined : faultOfOption(kind, value)
    if (fault !== undefined) return refusal('extension-invalid-value', variable, fault)
  }
  const needsEndpoint = type === 'otlp' || type === 'clickhouse'
  return needsEndpoint && !variables.has(`${prefix}ENDPOINT`)
    ? badEndpoint('an exporter of ROTEL_EXPORTERS has no ROTEL_EXPORTER_<NAME>_ENDPOINT')
    : undefined
}

function blackhole(detail: string): Refusal {
  return { reason: 'export-blackhole', detail }
}

function badEndpoint(detail: string): Refusal {
  return { reason: 'extension-bad-endpoint', detail }
}

function badExporter(detail: string): Refusal {
  return { reason: 'extension-bad-exporter', detail }
}
