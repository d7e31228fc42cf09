/** When IAM's answers prove that a log group cannot be written, and when they leave a doubt (promises P3 and P8). */

import { describe, expect, test } from '@jest/globals'
import { allowedPairs, doubtOf, policyNamed, sourceId } from '../../../src/systems/iam/denial'
import { LOG_WRITES, simulatedResources } from '../../../src/systems/iam/log-writes'
import type { Simulated } from '../../../src/systems/iam/role-control'
import { aRole } from '../roles/disabling'
import { GROUP } from './policy-sets'

const OURS = 'role_fn-role_ours'

function answer(given: Partial<Simulated>): Simulated {
  return {
    action: 'logs:PutLogEvents',
    resource: GROUP,
    decision: 'explicitDeny',
    by: [OURS],
    allowedByOrganization: undefined,
    allowedByBoundary: undefined,
    ...given,
  }
}

/** To each question about the group, in the order in which nobody may rely on. */
function answers(given: Partial<Simulated> = {}): readonly Simulated[] {
  return LOG_WRITES.flatMap((action) =>
    simulatedResources(GROUP).map((resource) => answer({ action, resource, ...given })),
  ).reverse()
}

const PLACES = answers().map((_, index) => index)

describe('a Deny of ours', () => {
  test('is proven where it is what denies everything, alone or with others', () => {
    expect(doubtOf(answers(), GROUP, OURS)).toBeUndefined()
    expect(doubtOf(answers({ by: ['theirs', OURS] }), GROUP, OURS)).toBeUndefined()
  })

  test.each(PLACES)('is in doubt where one answer is missing (%i)', (missing) => {
    const rest = answers().filter((_, index) => index !== missing)
    const { action } = answers()[missing] ?? {}
    expect(doubtOf(rest, GROUP, OURS)).toBe(`IAM did not return a decision for ${String(action)}`)
  })

  test.each<[string, Partial<Simulated>, string]>([
    ['is allowed', { decision: 'allowed', by: ['x', 'y'] }, 'allowed (x, y)'],
    ['is only not allowed', { decision: 'implicitDeny', by: [] }, 'implicitDeny'],
    ['is not allowed, whatever matched', { decision: 'implicitDeny' }, `implicitDeny (${OURS})`],
    ['is denied by others alone', { by: ['theirs'] }, 'explicitDeny (theirs)'],
    ['is denied by nobody that is named', { by: [] }, 'explicitDeny'],
  ])('is in doubt where one of the writes %s', (_, given, text) => {
    for (const place of PLACES) {
      const one = answers().map((each, index) => (index === place ? { ...each, ...given } : each))
      const { action } = answers()[place] ?? {}
      expect(doubtOf(one, GROUP, OURS)).toBe(`IAM’s decision for ${String(action)} is ${text}`)
    }
  })
})

describe('permissions that were removed', () => {
  test.each<Partial<Simulated>>([
    { decision: 'implicitDeny', by: [] },
    { decision: 'explicitDeny', by: ['theirs'] },
  ])('are proven where nothing allows the writes: %j', (given) => {
    expect(doubtOf(answers(given), GROUP, undefined)).toBeUndefined()
  })

  test('are in doubt where one of the writes is allowed still', () => {
    for (const place of PLACES) {
      const one = answers({ decision: 'implicitDeny', by: [] }).map((each, index) =>
        index === place ? { ...each, decision: 'allowed' as const, by: ['left'] } : each,
      )
      const { action } = answers()[place] ?? {}
      expect(doubtOf(one, GROUP, undefined)).toBe(
        `IAM’s decision for ${String(action)} is allowed (left)`,
      )
    }
  })
})

test('what is allowed is named by action and resource, and nothing else is', () => {
  const some = [
    answer({ decision: 'allowed' }),
    answer({ decision: 'implicitDeny', action: 'logs:CreateLogGroup' }),
    answer({ decision: 'allowed', resource: `${GROUP}:*` }),
    answer({}),
  ]
  expect(allowedPairs(some)).toEqual([`logs:PutLogEvents ${GROUP}`, `logs:PutLogEvents ${GROUP}:*`])
})

test('an inline policy is found by the name that the simulator gives it, on its own role only', () => {
  const role = aRole()
  expect(sourceId(role, 'ours')).toBe(OURS)
  expect(policyNamed(role, OURS)).toBe('ours')
  expect(policyNamed(aRole('other'), OURS)).toBeUndefined()
})
