/** From the inputs to the variables that Rotel reads. Source of the names: rotel v0.2.4, src/init/otlp_exporter.rs. */

import type { ExportSettings, NameValue } from '../inputs/inputs'
import type { Variables } from '../model/lambda-function'

/** The variables that a function of this name is to have, in the order in which they are shown. */
export function rotelVariables(settings: ExportSettings, functionName: string): Variables {
  const attributes: readonly NameValue[] = [
    ...(settings.serviceName === undefined
      ? []
      : [
          {
            name: 'service.name',
            value: settings.serviceName.replaceAll('{function}', functionName),
          },
        ]),
    ...settings.resourceAttributes,
  ]
  return new Map([
    ['ROTEL_OTLP_EXPORTER_ENDPOINT', settings.endpoint],
    // Written even where it is Rotel's default: a default may change, and Rotel never looks at the port.
    ['ROTEL_OTLP_EXPORTER_PROTOCOL', settings.protocol],
    ...keyValueList('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', settings.headers),
    ...keyValueList('ROTEL_OTEL_RESOURCE_ATTRIBUTES', attributes),
    ...settings.environment.map(({ name, value }): [string, string] => [name, value]),
  ])
}

function keyValueList(variable: string, pairs: readonly NameValue[]): [string, string][] {
  if (pairs.length === 0) return []
  return [[variable, pairs.map(({ name, value }) => `${name}=${value}`).join(',')]]
}
