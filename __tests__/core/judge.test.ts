/** What proves a function whose Rotel is newer than the version that this release was tested with. */

import { expect, test } from '@jest/globals'
import { provenBy, type Rule } from '../../src/pipeline/verify/judge'
import type { LogEvidence } from '../../src/systems/clickstack/telemetry-store'

const STARTED: LogEvidence = {
  key: 'orders',
  freshRows: 2,
  freshStarts: 2,
  requestIds: [],
  ownLines: [],
  newest: 1,
  sample: undefined,
}

test.each<Exclude<Rule, { kind: 'request-id' }>>([
  { kind: 'changed', level: 'environment', hadRotel: false },
  { kind: 'unchanged', ownRowsOnly: true },
])('lines of Rotel alone do not prove that the function’s lines are sent, $kind', (rule) => {
  expect(provenBy(STARTED, rule)).toBeDefined()
  const untested: Rule = { ...rule, needsOutput: true }
  expect(provenBy(STARTED, untested)).toBeUndefined()
  expect(provenBy({ ...STARTED, ownLines: ['charged order 5'] }, untested)).toBe('printed lines')
  expect(provenBy({ ...STARTED, requestIds: ['id'] }, untested)).toBe('request ID')
})
