/** Notes and warnings about secrets, once for the whole run. */

import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { Inspected } from './inspect'
import { rotelVariables } from '../../systems/rotel/settings'
import {
  readSecretValue,
  referencesIn,
  type SecretReference,
} from '../../systems/rotel/secret-reference'

/** What Rotel looks up for every function with these settings. */
export function referencesOf(settings: ExportSettings): readonly SecretReference[] {
  return referencesIn(rotelVariables(settings, { name: '', account: '' }))
}

/**
 * The cost of references, and two properties of a value that only its reader could check.
 * Source: rotel-lambda-extension, README, "Secrets"; rotel, src/init/parse.rs.
 */
export function referenceNotes(references: readonly SecretReference[]): readonly string[] {
  if (references.length === 0) return []
  const hasKey = references.some(({ key }) => key !== undefined)
  return [
    `Rotel looks up the referenced secrets at each cold start, which adds 100 to 150 ms according to its README. This run does not read their values: a value must not contain a comma${hasKey ? ', and with `#key` every value of the JSON must be a string' : ''}.`,
  ]
}

/** Warns where an API key in plain text is written. */
export function plaintextWarnings(
  settings: ExportSettings,
  inspected: readonly Inspected[],
): readonly string[] {
  const headers = settings.exporter === 'otlp' ? settings.headers : []
  const isPlain = headers.some(({ name, value }) => {
    const read = readSecretValue(value)
    const hasReference = 'problem' in read || read.references.length > 0
    return name.toLowerCase() === 'authorization' && !hasReference
  })
  const isWritten = inspected.some(
    (one) =>
      one.kind === 'planned' &&
      one.plan.kind === 'change' &&
      one.plan.change.variables.some(
        ({ name, after }) => name === 'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS' && after !== undefined,
      ),
  )
  return isPlain && isWritten
    ? [
        'The API key is stored in plain text in the functions’ variables, for everyone who may read their configuration. Use a reference instead, such as `api-key: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX`.',
      ]
    : []
}
