/**
 * What ClickStack's collector does to log records on their way (HyperDX `docker/otel-collector/config.yaml`,
 * processor `transform`): JSON in the body becomes attributes, a missing severity is guessed, its text lower-cased.
 */

import type { AttributeValue, Attributes, LogRecord } from '../otlp/telemetry'

export function transformLog(record: LogRecord): LogRecord {
  const attributes = mergedAttributes(record)
  return { ...record, attributes, ...severity(record, attributes) }
}

function mergedAttributes({ body, attributes = {} }: LogRecord): Attributes {
  if (typeof body === 'string') return flattened({ ...attributes, ...jsonObjectIn(body) })
  const own = flattened(attributes)
  return isMap(body) ? { ...own, ...body } : own
}

/** The longest `{…}` within one line, if it is a JSON object. */
function jsonObjectIn(body: string): Attributes {
  const text = /\{.*\}/.exec(body)?.[0]
  if (text === undefined) return {}
  try {
    return JSON.parse(text) as Attributes
  } catch {
    return {}
  }
}

/** OTTL's `flatten`: nested keys are joined by dots, elements of lists are numbered. */
function flattened(attributes: Attributes, prefix = ''): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => {
      const name = `${prefix}${key}`
      if (Array.isArray(value) || isMap(value)) {
        return Object.entries(flattened(value as Attributes, `${name}.`))
      }
      return [[name, value]]
    }),
  )
}

function isMap(
  value: AttributeValue | undefined,
): value is Readonly<Record<string, AttributeValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const levelKeys = ['level', 'Level', 'LEVEL', 'severity', 'Severity', 'SEVERITY', 'log.level']

/** The first word that sounds like a level decides; OTLP's number is the lowest of its range. */
const levels = [
  { text: 'fatal', number: 21, words: /alert|crit|emerg|fatal/i },
  { text: 'error', number: 17, words: /error|err/i },
  { text: 'warn', number: 13, words: /warn|notice/i },
  { text: 'debug', number: 5, words: /debug|dbug/i },
  { text: 'trace', number: 1, words: /trace/i },
] as const
const info = { severityText: 'info', severityNumber: 9 }

function severity(
  { severityNumber = 0, severityText = '', body }: LogRecord,
  attributes: Attributes,
): Pick<LogRecord, 'severityText' | 'severityNumber'> {
  if (severityNumber !== 0 || severityText !== '') {
    return { severityText: severityText.toLowerCase(), severityNumber }
  }
  for (const key of levelKeys) {
    const named = attributes[key]
    if (typeof named === 'string' && named !== '') {
      return { severityText: named.toLowerCase(), severityNumber: guessed(named).severityNumber }
    }
  }
  return guessed(typeof body === 'string' ? body.slice(0, 256) : '')
}

function guessed(text: string): { severityText: string; severityNumber: number } {
  const word = /\b(alert|crit|emerg|fatal|error|err|warn|notice|debug|dbug|trace)/i.exec(text)?.[0]
  const level = word === undefined ? undefined : levels.find(({ words }) => words.test(word))
  return level ? { severityText: level.text, severityNumber: level.number } : info
}
