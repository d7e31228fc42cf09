/** Versions of managed policies are told apart by number. */

import { expect, test } from '@jest/globals'
import { newestSince } from '../../../src/systems/iam/policy-version'

test.each([
  [['v2', 'v10', 'v9'], 'v10'],
  [['v9', 'v2', 'v10'], 'v10'],
  [['v10', 'v9', 'v2'], 'v10'],
  [['v2', 'v1'], undefined],
  [[], undefined],
])('of %j the newest that somebody has made since v2 is %s', (ids, newest) => {
  expect(newestSince(ids, ['v1', 'v2'])).toBe(newest)
})
