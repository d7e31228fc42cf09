/**
 * fast-check for the mutation run alone (tsconfig.mutation.json leads here): each property tries fewer cases, the same in
 * each run. A mutant that only the thousandth case would notice survives: the score is a lower bound.
 */

import fc, {
  type IRawProperty,
  type Parameters,
} from '../../node_modules/fast-check/lib/fast-check.js'

const FEWEST_CASES = 15
const SHARE = 1 / 5
const DEFAULT_CASES = 100
const SEED = 20

function assert<T>(property: IRawProperty<T>, parameters: Parameters<T> = {}) {
  const wanted = parameters.numRuns ?? DEFAULT_CASES
  const numRuns = Math.min(wanted, Math.max(FEWEST_CASES, Math.ceil(wanted * SHARE)))
  return fc.assert(property, { ...parameters, seed: SEED, numRuns })
}

// eslint-disable-next-line no-restricted-syntax -- the tests import fast-check by its default
export default { ...fc, assert }
