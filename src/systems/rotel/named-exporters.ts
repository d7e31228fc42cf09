/**
 * Exporters that a user names: `ROTEL_EXPORTERS=name:type,…`, a list of names for each signal, and
 * `ROTEL_EXPORTER_<NAME>_<PARAMETER>`. Nothing is trimmed: a blank belongs to a name, and two commas have an empty name
 * between them. Source: rotel v0.2.4, src/init/config.rs.
 */

import type { Refusal } from '../../model/refusal'
import type { Variables } from '../lambda/lambda-function'
import {
  EXPORTER_TYPES,
  faultOfOption,
  faultOfParameterType,
  type OptionKind,
  parameterKind,
} from './options'
import { parameterValue } from './syntax'

/** The exporters of `ROTEL_EXPORTERS` as name and type; a name alone is its own type, the last of one name counts. */
export function namedExporters(list: string): ReadonlyMap<string, string> {
  return new Map(
    list.split(',').map((item) => {
      const [name = '', type = name] = item.split(':')
      return [name, type]
    }),
  )
}

/** `ROTEL_EXPORTER_<NAME>_<PARAMETER>`: how the parameters of a named exporter begin. */
export function parameterPrefix(exporter: string): string {
  return `ROTEL_EXPORTER_${exporter.toUpperCase()}_`
}

interface Rules {
  readonly reasonOf: (kind: OptionKind, value: string) => Refusal['reason']
  readonly holdsReference: (name: string, value: string) => boolean
}

/** Why Rotel would fail, or discard all logs; variables of other exporters it does not look at. */
export function faultOfNamedExporters(variables: Variables, rules: Rules): Refusal | undefined {
  const list = variables.get('ROTEL_EXPORTERS') ?? ''
  if (list.split(',').some((item) => item.split(':').length > 2)) {
    return badExporter('ROTEL_EXPORTERS is not a list of name:type')
  }
  const exporters = namedExporters(list)
  if ([...exporters.values()].some((type) => !EXPORTER_TYPES.includes(type))) {
    return badExporter('ROTEL_EXPORTERS names an exporter of an unknown type')
  }
  for (const [name, type] of exporters) {
    const fault = faultOfTypes(variables, name, type, rules)
    if (fault !== undefined) return fault
  }
  const used = new Map<string, readonly string[]>()
  for (const signal of ['TRACES', 'METRICS', 'LOGS', 'INTERNAL_METRICS']) {
    const names = variables.get(`ROTEL_EXPORTERS_${signal}`)?.split(',')
    if (names === undefined) continue
    used.set(signal, names)
    for (const name of names) {
      const type = exporters.get(name)
      const fault =
        type === undefined
          ? badExporter(`ROTEL_EXPORTERS_${signal} names an exporter that ROTEL_EXPORTERS does not`)
          : faultOfUse(variables, { name, type, signal })
      if (fault !== undefined) return fault
    }
  }
  if (!['TRACES', 'METRICS', 'LOGS'].some((signal) => used.has(signal))) {
    return badExporter(
      'ROTEL_EXPORTERS is set, but ROTEL_EXPORTERS_LOGS is not, and no other signal has a list either',
    )
  }
  for (const name of new Set([...used.values()].flat())) {
    const fault = faultOfValues(variables, name, exporters.get(name) ?? '', rules)
    if (fault !== undefined) return fault
  }
  const logs = used.get('LOGS')
  if (logs === undefined)
    return blackhole('ROTEL_EXPORTERS is set, but ROTEL_EXPORTERS_LOGS is not')
  return logs.every((name) => exporters.get(name) === 'blackhole')
    ? blackhole('ROTEL_EXPORTERS_LOGS names a blackhole exporter')
    : undefined
}

/** The parameters of every exporter get their types, whether a signal names it or not. */
function faultOfTypes(
  variables: Variables,
  name: string,
  type: string,
  { holdsReference }: Rules,
): Refusal | undefined {
  for (const { variable, kind, value } of parametersOf(variables, name, type)) {
    if (holdsReference(variable, value)) continue
    const fault = faultOfParameterType(kind, value)
    if (fault !== undefined) return refusal('extension-invalid-value', variable, fault)
  }
  return undefined
}

/** What is looked at only when an exporter is built. */
function faultOfValues(
  variables: Variables,
  name: string,
  type: string,
  { holdsReference, reasonOf }: Rules,
): Refusal | undefined {
  for (const { variable, kind, value } of parametersOf(variables, name, type)) {
    if (holdsReference(variable, value)) continue
    const { text } = parameterValue(value)
    const fault = faultOfOption(kind, text)
    if (fault !== undefined) return refusal(reasonOf(kind, text), variable, fault)
  }
  return undefined
}

function parametersOf(variables: Variables, name: string, type: string) {
  const prefix = parameterPrefix(name)
  return [...variables].flatMap(([variable, value]) => {
    const kind = variable.startsWith(prefix)
      ? parameterKind(type, variable.slice(prefix.length))
      : undefined
    return kind === undefined ? [] : [{ variable, kind, value }]
  })
}

/** The only signal that exporters of a type take. */
const TAKES: ReadonlyMap<string, string> = new Map([
  ['datadog', 'TRACES'],
  ['awsxray', 'TRACES'],
  ['awsemf', 'METRICS'],
])

function faultOfUse(
  variables: Variables,
  { name, type, signal }: { readonly name: string; readonly type: string; readonly signal: string },
): Refusal | undefined {
  const only = TAKES.get(type)
  if (only !== undefined && !signal.endsWith(only)) {
    return badExporter(
      `ROTEL_EXPORTERS_${signal} names an exporter that supports only ${only.toLowerCase()}`,
    )
  }
  const has = (parameter: string): boolean => variables.has(`${parameterPrefix(name)}${parameter}`)
  if ((type === 'otlp' || type === 'clickhouse') && !has('ENDPOINT')) {
    return {
      reason: 'extension-bad-endpoint',
      detail: 'an exporter of ROTEL_EXPORTERS has no ROTEL_EXPORTER_<NAME>_ENDPOINT',
    }
  }
  return type === 'datadog' && !has('API_KEY')
    ? {
        reason: 'extension-invalid-value',
        detail: 'a Datadog exporter of ROTEL_EXPORTERS has no ROTEL_EXPORTER_<NAME>_API_KEY',
      }
    : undefined
}

function refusal(reason: Refusal['reason'], name: string, fault: string): Refusal {
  return { reason, detail: `${name} ${fault.replaceAll('`', '')}` }
}

function blackhole(detail: string): Refusal {
  return { reason: 'export-blackhole', detail }
}

function badExporter(detail: string): Refusal {
  return { reason: 'extension-bad-exporter', detail }
}
