/** The policies that docs/permissions.md prints, by heading, and a caller that has exactly some of them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { policiesBelow, type Policy } from '../../scripts/printed-policies'
import type { CallerRequest } from './judged-caller'

const text = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8')

/** In the order in which they stand below the heading. */
export const policiesUnder = (heading: string): readonly Policy[] => policiesBelow(text, heading)

/** Everything printed there as JSON. */
export function allPolicies(): readonly Policy[] {
  return [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
    ([, json = '']) => JSON.parse(json) as Policy,
  )
}

export function actionsOf(policies: readonly Policy[]): readonly string[] {
  const allowed = policies.flatMap(({ Statement }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action),
  )
  return [...new Set(allowed)].sort()
}

/** Calls that AWS has refused to the caller. */
export function refusedCalls({ calls }: Pick<LocalAws, 'calls'>): readonly string[] {
  return calls
    .all()
    .filter(({ errorName }) => /AccessDenied/.test(errorName ?? ''))
    .map(({ operation }) => operation)
}

/** All that callers with exactly some policies were allowed to do so far. */
export const made: { readonly policies: readonly Policy[]; readonly request: CallerRequest }[] = []

/** Does something as a caller with these policies and nothing else. @returns the actions that it used */
export async function asCallerWith(
  aws: Pick<LocalAws, 'caller' | 'calls'>,
  policies: readonly Policy[],
  work: () => Promise<void>,
): Promise<readonly string[]> {
  aws.caller.used()
  aws.calls.clear()
  aws.caller.allowOnly(policies)
  await work()
  expect(refusedCalls(aws)).toEqual([])
  made.push(...aws.caller.requests().map((request) => ({ policies, request })))
  aws.caller.allowAll()
  return aws.caller.used()
}
