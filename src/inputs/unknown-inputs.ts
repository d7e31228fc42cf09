/** Inputs that a workflow sets and the action does not have. */

import type { Problem } from '../model/problem'
import { inputNames } from './defaults'
import { didYouMean } from './nearest'

/**
 * One problem for each of `given` that is not an input of action.yml, with the name that was probably meant. `given` are
 * the variables by which the runner passes inputs (`INPUT_API-KEY`; it keeps hyphens, see @actions/core). Their values
 * are not shown: some are secrets.
 */
export function unknownInputs(given: readonly string[]): readonly Problem[] {
  const names = new Set(given.map((name) => name.replace(/^INPUT_/, '').toLowerCase()))
  return [...names]
    .filter((name) => !inputNames.some((known) => known === name))
    .map((name) => {
      const input = name.replaceAll(/[^a-z0-9_ -]/g, '?').slice(0, 60)
      return {
        input,
        message: `\`${input}\` is not an input of this action.${didYouMean(name, inputNames)}`,
      }
    })
}
