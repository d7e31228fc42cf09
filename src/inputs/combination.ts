/** Whether the inputs together give Rotel a configuration that it starts with, and that sends logs somewhere. */

import { faultOfCombination } from '../systems/rotel/configuration-fault'
import { rotelVariables } from '../systems/rotel/settings'
import type { InputReader } from './input-reader'
import type { ExportSettings } from '../systems/rotel/export-settings'
import { warnOfOverrides } from './env-file'

/** Each variable has been looked at by then; what is left to find lies in several of them. */
export function checkCombination(inputs: InputReader, settings: ExportSettings): void {
  const variables = rotelVariables(settings, 'function')
  const fault = faultOfCombination(variables)
  if (fault !== undefined) {
    inputs.problem(
      'environment',
      `\`environment\`, with the other inputs, gives Rotel a configuration that does not work: ${fault.detail}.`,
    )
  } else if (variables.has('ROTEL_EXPORTERS')) {
    inputs.warn(
      '`environment` sets `ROTEL_EXPORTERS`, so Rotel does not look at `endpoint`, `protocol`, `api-key` and `headers`: they serve the endpoint check only. Give each exporter its own, as `ROTEL_EXPORTER_<NAME>_ENDPOINT` and so on.',
    )
  }
  if (settings.envFile !== undefined) warnOfOverrides(inputs, [...variables.keys()])
}
