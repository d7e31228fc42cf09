/**
 * Settings with which Rotel starts and runs, and telemetry is lost all the same: nothing arrives at all, or a burst is
 * dropped that a quiet smoke test does not have. Measured with the extension 0.1.6 (core 0.2.4).
 */

import type { Refusal } from '../../model/refusal'
import type { Variables } from '../lambda/lambda-function'
import { namedExporters, parameterPrefix } from './named-exporters'

/** Events that Lambda hands to an extension at once: Rotel subscribes to the Telemetry API with `maxItems` 1000. */
const EVENTS_AT_ONCE = 1000

/** Spans that an OpenTelemetry SDK exports at once (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`). */
const SPANS_AT_ONCE = 512

/**
 * Batch sizes that are too small for what Rotel gets at once, of which it drops what exceeds about twice the size: each
 * as the variable, and the end of a sentence about it.
 */
export function smallBatches(variables: Variables): readonly (readonly [string, string])[] {
  const small = (signal: 'LOGS' | 'TRACES', least: number, what: string) => {
    const own = `ROTEL_${signal}_BATCH_MAX_SIZE`
    const name = variables.has(own) ? own : 'ROTEL_BATCH_MAX_SIZE'
    const value = variables.get(name) ?? ''
    // Anything else is not a size: it is another rule’s.
    if (!/^\+?\d+$/.test(value) || Number(value) >= least) return []
    const words = `is smaller than ${least.toLocaleString('en')}, the number of ${what}: Rotel drops larger bursts and reports no failed export`
    return [[name, words] as const]
  }
  const found = [
    ...small('LOGS', EVENTS_AT_ONCE, 'log lines that Lambda hands over at once'),
    ...small('TRACES', SPANS_AT_ONCE, 'spans that an OpenTelemetry SDK exports at once'),
  ]
  return found.filter(([name], index) => found.findIndex(([other]) => other === name) === index)
}

/**
 * Why every export of Rotel fails with these variables, though it starts; `undefined`: no such cause is known. Details
 * name variables, never values.
 *
 * @param judged names of those that may be the cause
 */
export function deliveryFault(
  variables: Variables,
  judged: Iterable<string> = variables.keys(),
): Refusal | undefined {
  for (const name of judged) {
    const value = variables.get(name) ?? ''
    const prefix = exporterPrefix(name, variables)
    if (prefix === undefined) continue
    if (name.endsWith('ENDPOINT') && hasOtherScheme(value)) {
      return {
        reason: 'extension-bad-endpoint',
        detail: `${name} has a scheme other than http:// and https://, to which Rotel never delivers`,
      }
    }
    const header = name.endsWith('CUSTOM_HEADERS')
      ? brokenHeader(value, protocolFor(name, prefix, variables))
      : undefined
    if (header !== undefined) {
      return {
        reason: 'extension-bad-header',
        detail: `${name} sets the header ${header}, with which every export fails`,
      }
    }
  }
  return undefined
}

/** Headers that belong to the transport: a user’s own value breaks the request, by the protocol that carries it. */
const BREAKING: Readonly<Record<'grpc' | 'http', readonly string[]>> = {
  grpc: ['content-type', 'grpc-encoding'],
  http: ['content-type', 'content-length', 'content-encoding'],
}

/** Why a header with such a name cannot be sent along, as the end of a sentence; `undefined` if it can. */
export function faultInTransportHeader(name: string): string | undefined {
  const isTransports = [...BREAKING.grpc, ...BREAKING.http].includes(name.toLowerCase())
  return isTransports
    ? `sets \`${name.toLowerCase()}\`, which Rotel sets itself: with another value, every export fails`
    : undefined
}

function brokenHeader(list: string, protocol: 'grpc' | 'http'): string | undefined {
  const names = list
    .trim()
    .split(',')
    .map((item) => item.slice(0, item.indexOf('=')).toLowerCase())
  return BREAKING[protocol].find((name) => names.includes(name))
}

function hasOtherScheme(endpoint: string): boolean {
  const [, scheme] = /^\s*([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(endpoint) ?? []
  return scheme !== undefined && !/^https?$/i.test(scheme)
}

/** How the variables of the exporter begin that reads this one; `undefined`: none that is in use does. */
function exporterPrefix(name: string, variables: Variables): string | undefined {
  const named = variables.get('ROTEL_EXPORTERS')
  const exporter = variables.get('ROTEL_EXPORTER') ?? 'otlp'
  const prefixes =
    named !== undefined
      ? [...namedExporters(named).keys()].map(parameterPrefix)
      : exporter === 'otlp'
        ? ['ROTEL_OTLP_EXPORTER_']
        : exporter === 'clickhouse'
          ? ['ROTEL_CLICKHOUSE_EXPORTER_']
          : []
  return prefixes.find((prefix) => name.startsWith(prefix))
}

/** A signal’s own protocol, else that of its exporter, else Rotel’s default. */
function protocolFor(name: string, prefix: string, variables: Variables): 'grpc' | 'http' {
  const own = variables.get(name.replace(/CUSTOM_HEADERS$/, 'PROTOCOL'))
  return (own ?? variables.get(`${prefix}PROTOCOL`)) === 'http' ? 'http' : 'grpc'
}
