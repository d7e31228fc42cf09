/**
 * Whether Rotel starts with a function's variables, and sends logs somewhere: as far as can be determined without the env
 * file and the values of secrets. What it starts with is not refused, whatever it looks like: the rules are held against
 * recordings of the extension (__tests__/rotel). Rules: rotel v0.2.4, src/init/config.rs; reference in options.ts.
 */

import type { Variables } from '../lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { faultOfNamedExporters } from './named-exporters'
import { faultOfOption, type OptionKind, optionKind } from './options'
import { referencesIn } from './secret-reference'
import { faultInLogFilter, otlpUrl, overlap, type SocketAddress, socketAddress } from './syntax'

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
    if (isOfAgent(kind) && !isUsed(name, variables)) continue
    const fault = faultOfOption(kind, value)
    if (fault !== undefined) return refusal(reasonOf(kind, value), name, fault)
  }
  return undefined
}

/** What is looked at only when the exporter that it belongs to is built. */
function isOfAgent(kind: OptionKind): boolean {
  return (
    kind === 'endpoint' ||
    kind === 'clickhouse-endpoint' ||
    kind === 'headers' ||
    kind === 'header' ||
    kind === 'loose-boolean' ||
    kind === 'broken'
  )
}

/** An env file may choose another exporter: then all are taken to be used. */
function isUsed(name: string, variables: Variables): boolean {
  if (variables.has('ROTEL_ENV_FILE')) return true
  if (variables.has('ROTEL_EXPORTERS')) return false
  const exporter = variables.get('ROTEL_EXPORTER') ?? 'otlp'
  return name.startsWith(`ROTEL_${exporter.toUpperCase()}_EXPORTER_`)
}

/** By what Rotel would say of it. */
function reasonOf(kind: OptionKind, value: string): Refusal['reason'] {
  switch (kind) {
    case 'broken':
      return 'extension-tls'
    case 'endpoint':
    case 'clickhouse-endpoint':
      return 'extension-bad-endpoint'
    case 'header':
      return 'extension-bad-header'
    case 'headers':
      return faultOfOption('pairs', value) === undefined
        ? 'extension-bad-header'
        : 'extension-invalid-value'
    default:
      return 'extension-invalid-value'
  }
}

function refusal(reason: Refusal['reason'], name: string, fault: string): Refusal {
  return { reason, detail: `${name} ${fault.replaceAll('`', '')}` }
}

function holdsReference(name: string, value: string): boolean {
  return referencesIn([[name, value]]).length > 0
}

/** Both receivers and the listener for Lambda's telemetry are always bound. */
function faultOfPorts(variables: Variables): Refusal | undefined {
  const addresses = (
    [
      ['ROTEL_OTLP_GRPC_ENDPOINT', '127.0.0.1', 4317],
      ['ROTEL_OTLP_HTTP_ENDPOINT', '127.0.0.1', 4318],
      ['ROTEL_TELEMETRY_ENDPOINT', '0.0.0.0', 8990],
    ] as const
  ).map(([name, host, port]): readonly [string, SocketAddress] => [
    name,
    socketAddress(variables.get(name) ?? '') ?? { host, port },
  ])
  const receivers = addresses.slice(0, 2)
  if (receivers.every(([, { port }]) => port === 0)) {
    return {
      reason: 'port-conflict',
      detail: `${receivers.map(([name]) => name).join(' and ')} both use port 0, with which Rotel loses all telemetry`,
    }
  }
  for (const [index, [name, address]] of addresses.entries()) {
    const other = addresses.slice(0, index).find(([, taken]) => overlap(taken, address))
    if (other !== undefined && address.port !== 0) {
      return {
        reason: 'port-conflict',
        detail: `${other[0]} and ${name} both use port ${String(address.port)}`,
      }
    }
  }
  return undefined
}

function faultOfExporters(variables: Variables): Refusal | undefined {
  const exporter = variables.get('ROTEL_EXPORTER')
  if (variables.has('ROTEL_EXPORTERS')) {
    return exporter === undefined
      ? faultOfNamedExporters(variables, { reasonOf, holdsReference })
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
    case 'datadog':
      if (!variables.has('ROTEL_DATADOG_EXPORTER_API_KEY')) {
        return invalidValue(
          'ROTEL_EXPORTER is datadog, but ROTEL_DATADOG_EXPORTER_API_KEY is not set',
        )
      }
      break
    default:
      break
  }
  return {
    reason: 'export-blackhole',
    detail: 'ROTEL_EXPORTER is an exporter that does not send logs',
  }
}

/** The base endpoint, or all three: with one or two of them Rotel exits, without any it discards everything. */
function faultOfOtlp(variables: Variables, asked: boolean): Refusal | undefined {
  const own = ['TRACES', 'METRICS', 'LOGS'].map(
    (signal) => `ROTEL_OTLP_EXPORTER_${signal}_ENDPOINT`,
  )
  const missing = own.filter((name) => !variables.has(name))
  if (!variables.has('ROTEL_OTLP_EXPORTER_ENDPOINT') && missing.length > 0) {
    return missing.length === own.length && !asked
      ? { reason: 'export-blackhole', detail: 'neither an endpoint nor an exporter is set' }
      : badEndpoint(`without ROTEL_OTLP_EXPORTER_ENDPOINT, Rotel also needs ${missing.join(', ')}`)
  }
  return faultOfAuthenticator(variables, ['ROTEL_OTLP_EXPORTER_ENDPOINT', ...own])
}

function faultOfAuthenticator(
  variables: Variables,
  endpoints: readonly string[],
): Refusal | undefined {
  const name = 'ROTEL_OTLP_EXPORTER_AUTHENTICATOR'
  switch (variables.get(name)) {
    case 'basic': {
      const missing = ['USERNAME', 'PASSWORD']
        .map((part) => `ROTEL_OTLP_EXPORTER_BASIC_AUTH_${part}`)
        .find((variable) => !variables.has(variable))
      return missing === undefined
        ? undefined
        : invalidValue(`${name} is basic, but ${missing} is not set`)
    }
    case 'sigv4auth': {
      const foreign = endpoints.find((variable) => {
        const value = variables.get(variable)
        if (value === undefined || holdsReference(variable, value)) return false
        return !/\.amazonaws\.com(\.cn)?$/.test(otlpUrl(value)?.hostname ?? '')
      })
      return foreign === undefined
        ? undefined
        : invalidValue(`${name} is sigv4auth, but ${foreign} is not an endpoint of AWS`)
    }
    default:
      return undefined
  }
}

function badEndpoint(detail: string): Refusal {
  return { reason: 'extension-bad-endpoint', detail }
}

function badExporter(detail: string): Refusal {
  return { reason: 'extension-bad-exporter', detail }
}

function invalidValue(detail: string): Refusal {
  return { reason: 'extension-invalid-value', detail }
}
