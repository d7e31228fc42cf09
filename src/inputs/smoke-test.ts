/** How the functions are invoked. */

import type { Risk } from './accept'
import { boolean, choice, integer } from './choices'
import type { InputReader } from './input-reader'
import type { Selector } from '../pipeline/select/targets'
import type { SmokeTest } from '../pipeline/smoke-test/settings'
import { parsePayload, parsePayloads } from './payloads'
import { hasPattern } from './selectors'

export function parseSmokeTest(
  inputs: InputReader,
  selectors: readonly Selector[],
  accepted: ReadonlySet<Risk>,
): SmokeTest {
  return {
    when: parseWhen(inputs, selectors),
    payload: parsePayload(inputs),
    payloads: parsePayloads(inputs),
    acceptFunctionErrors: accepted.has('function-errors'),
    concurrency: integer(inputs, 'smoke-concurrency', { least: 1, most: 200 }),
    showFunctionLogs: boolean(inputs, 'show-function-logs'),
  }
}

function parseWhen(inputs: InputReader, selectors: readonly Selector[]): SmokeTest['when'] {
  if (inputs.read('smoke-test') !== '') {
    return choice(inputs, 'smoke-test', { allowed: ['always', 'changed', 'never'] })
  }
  if (hasPattern(selectors)) {
    inputs.problem(
      'smoke-test',
      '`smoke-test` must be set when `functions` has a pattern: it may match functions that you did not think of, and an invocation has side effects. Set `always`, `changed` or `never`.',
    )
  }
  return 'always'
}
