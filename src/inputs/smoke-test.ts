/** How the functions are invoked. */

import type { Risk } from './accept'
import { boolean, choice, integer } from './choices'
import type { InputReader } from './input-reader'
import type { Targets } from '../pipeline/select/targets'
import type { SmokeTest } from '../pipeline/smoke-test/settings'
import { parsePayload, parsePayloads } from './payloads'
import { isOpen } from './selectors'

export function parseSmokeTest(
  inputs: InputReader,
  targets: Targets,
  accepted: ReadonlySet<Risk>,
): SmokeTest {
  return {
    when: parseWhen(inputs, targets),
    payload: parsePayload(inputs),
    payloads: parsePayloads(inputs),
    acceptFunctionErrors: accepted.has('function-errors'),
    concurrency: integer(inputs, 'smoke-concurrency', { least: 1, most: 200 }),
    showFunctionLogs: boolean(inputs, 'show-function-logs'),
    qualifier: targets.qualifier,
  }
}

function parseWhen(inputs: InputReader, targets: Targets): SmokeTest['when'] {
  if (inputs.read('smoke-test') !== '') {
    return choice(inputs, 'smoke-test', { allowed: ['always', 'changed', 'never'] })
  }
  if (isOpen(targets)) {
    inputs.problem(
      'smoke-test',
      '`smoke-test` must be set when functions are selected by pattern, tag or stack: there may be some that you did not think of, and an invocation has side effects. Set `always`, `changed` or `never`.',
    )
  }
  return 'always'
}
