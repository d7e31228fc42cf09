/** Whether the inputs together give Rotel a configuration that it starts with, and that sends logs somewhere. */

import { faultOfCombination } from '../systems/rotel/configuration-fault'
import { RESOURCE_ATTRIBUTES } from '../systems/rotel/account'
import { rotelVariables } from '../systems/rotel/settings'
import { deliveryFault, smallBatches } from '../systems/rotel/silent-loss'
import type { InputReader } from './input-reader'
import { defaultSettings } from '../pipeline/plan/export-settings'
import type { ExportChoice } from '../pipeline/plan/wanted'
import { warnOfOverrides } from './rotel-env-file'

function hasAttributes({ serviceName, resourceAttributes }: ExportChoice): boolean {
  return serviceName !== undefined || resourceAttributes.length > 0
}

const ANY_FUNCTION = { name: 'function', account: '000000000000' }

/** Each variable has been checked by then; what is left to find lies in several of them. */
export function checkCombination(inputs: InputReader, choice: ExportChoice): void {
  const variables = rotelVariables(defaultSettings(choice), ANY_FUNCTION)
  for (const [name, why] of smallBatches(variables)) {
    inputs.problem(
      'rotel-environment',
      `\`rotel-environment\` sets \`${name}\` to a value that ${why}. Leave it out, or set a larger size.`,
    )
  }
  // Those of the other inputs have been judged there.
  const others = choice.environment.map(({ name }) => name)
  const fault = faultOfCombination(variables) ?? deliveryFault(variables, others)
  if (fault !== undefined) {
    inputs.problem(
      'rotel-environment',
      `\`rotel-environment\`, together with the other inputs, gives Rotel a configuration that does not work: ${fault.detail}.`,
    )
  } else if (variables.has('ROTEL_EXPORTERS')) {
    inputs.warn(
      '`rotel-environment` sets `ROTEL_EXPORTERS`, so Rotel ignores `endpoint`, `protocol`, `api-key` and `headers`: they are used for the endpoint check only. Set them for each exporter, as `ROTEL_EXPORTER_<NAME>_ENDPOINT` and so on.',
    )
  }
  if (choice.envFile !== undefined) {
    warnOfOverrides(
      inputs,
      // Attributes of the file's own are no fault: only the request ID proves such a function.
      [...variables.keys()].filter((name) => name !== RESOURCE_ATTRIBUTES || hasAttributes(choice)),
    )
  }
}
