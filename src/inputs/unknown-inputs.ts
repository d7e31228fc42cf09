/** Inputs that a workflow gives and the action does not have. */

import { nearest } from './nearest'

/**
 * One warning for each of `given` that is not in `known`, with the name that was probably meant. `given` are names of
 * inputs, or of the variables by which the runner passes them (`INPUT_API-KEY`; it keeps hyphens, see @actions/core).
 */
export function unknownInputs(
  given: readonly string[],
  known: readonly string[],
): readonly string[] {
  const names = given.map((name) => name.replace(/^INPUT_/, '').toLowerCase())
  return [...new Set(names)]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known)
      const shown = name.replaceAll(/[^a-z0-9_ -]/g, '?').slice(0, 60)
      return (
        `There is no input \`${shown}\`; it has no effect.` +
        (meant === undefined ? '' : ` Did you mean \`${meant}\`?`)
      )
    })
}
