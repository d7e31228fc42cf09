/** What a report says of secrets, once for the whole run. */

import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { Inspected } from './inspect'
import { rotelVariables } from '../../systems/rotel/settings'
import {
  readSecretValue,
  referencesIn,
  type SecretReference,
} from '../../systems/rotel/secret-reference'

/** What Rotel is to look up for every function with these settings. */
export function referencesOf(settings: ExportSettings): readonly SecretReference[] {
  return referencesIn(rotelVariables(settings, ''))
}

/**
 * The price of references, and the two things about a value that only its reader could check.
 * Source: rotel-lambda-extension, README, "Secrets"; rotel, src/init/parse.rs.
 */
export function referenceNotes(references: readonly SecretReference[]): readonly string[] {
  if (references.length === 0) return []
  const hasKey = references.some(({ key }) => key !== undefined)
  return [
    `Secrets are references, which Rotel looks up at each cold start: 100 to 150 ms more, by its README. Their values are not read here: one with a comma would break the list of headers${hasKey ? ', and for `#key` every value of the JSON has to be a string' : ''}.`,
  ]
}

/** A key in plain text is written only with this. */
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
        'The API key is written into the functions’ variables in plain text, where everybody who may read their configuration sees it. Better a reference, which Rotel looks up itself: `api-key: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX` (with `#key` for a field of its JSON), or the ARN of a parameter.',
      ]
    : []
}
