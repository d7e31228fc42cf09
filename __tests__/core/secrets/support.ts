/** References, for tests that need proper ones. */

import {
  parseSecretReference,
  type SecretReference,
} from '../../../src/systems/rotel/secret-reference'

/** Fails the test for anything that is none. */
export function reference(text: string): SecretReference {
  const parsed = parseSecretReference(text)
  if (parsed === undefined || 'problem' in parsed) throw new Error(`${text} is no reference`)
  return parsed
}
