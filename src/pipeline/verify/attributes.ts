/** The guide's five attributes of a function's rows, and its account: their values, and why some are absent. */

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
  'cloud.account.id',
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
      return 'Rotel does not set it on log records; spans of the OpenTelemetry layers have it'
    case 'cloud.account.id':
      return 'the function’s ROTEL_OTEL_RESOURCE_ATTRIBUTES do not set it'
    case 'faas.invocation_id':
      return logFormat === 'JSON'
        ? 'the rows do not come from lines with a request ID'
        : 'Rotel sets it only with log format JSON (`log-format: json`)'
    case 'service.name':
    case 'faas.name':
      return 'the rows do not come from Rotel’s Lambda extension'
  }
}
