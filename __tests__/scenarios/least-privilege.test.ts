/** Each permission that docs/permissions.md prints: see least-privilege.ts. */

import { expect, test } from '@jest/globals'
import type { Policy } from '../../scripts/printed-policies'
import { testPermissions } from './least-privilege'
import { PRINTED } from './printed-features'
import { allPolicies, policiesUnder } from './printed-policies'

/** Not for the calls of a caller: what functions read, and a Deny, which allows nothing. */
const OF_OTHERS = [...policiesUnder('The execution roles'), ...policiesUnder('apply').slice(1)]

/** What the page tells in words: a policy that it prints, with less or more. */
const IN_WORDS = ['remove with dry-run', 'apply with smoke-test: never', 'verify with layer-sha256']

test('each policy that is printed is tried, with a run for it', () => {
  const texts = (policies: readonly Policy[]) => policies.map((one) => JSON.stringify(one)).sort()
  const tried = PRINTED.filter(({ title }) => !IN_WORDS.includes(title))
  expect(PRINTED.length - tried.length).toBe(IN_WORDS.length)
  expect(texts([...tried.map(({ policy }) => policy), ...OF_OTHERS])).toEqual(texts(allPolicies()))
  expect(PRINTED.filter(({ cases }) => cases.length === 0).map(({ title }) => title)).toEqual([])
})

testPermissions()
