/** The guide's five attributes of a function's rows: what is there, and why the rest is not. */

import { asPartOfALine } from '../../model/redaction'
import type { AttributeSample } from '../../systems/clickstack/telemetry-store'

export interface AttributeLine {
  readonly name: keyof AttributeSample
  /** Empty where the rows have none. */
  readonly value: string
  /** Why there is none. Source: rotel-lambda-extension, src/lambda/{logs,telemetry_api}.rs. */
  readonly why: string
}

const NAMES: readonly (keyof AttributeSample)[] = [
  'service.name',
  'faas.name',
  'faas.invocation_id',
  'cloud.provider',
  'cloud.platform',
]

export function attributeLines(
  sample: AttributeSample,
  logFormat: 'Text' | 'JSON',
): readonly AttributeLine[] {
  return NAMES.map((name) => ({
    name,
    value: asPartOfALine(sample[name]),
    why: sample[name] === '' ? reasonOfAbsence(name, logFormat) : '',
  }))
}

function reasonOfAbsence(name: keyof AttributeSample, logFormat: 'Text' | 'JSON'): string {
  switch (name) {
    case 'cloud.provider':
    case 'cloud.platform':
      return 'Rotel never sets it on log records; spans of the OpenTelemetry layers carry it'
    case 'faas.invocation_id':
      return logFormat === 'JSON'
        ? 'none of the rows comes from a line with a request id'
        : 'Rotel sets it only where the function logs as JSON (`log-format: json`)'
    case 'service.name':
    case 'faas.name':
      return 'the rows do not come from Rotel’s Lambda extension'
  }
}
