/** Policies that execution roles lack, each once: functions often lack the same one. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { groupedBy } from '../model/grouped-by'
import { functionsText } from './headline'
import { block, code, fold } from './markdown'
import { firstNames } from './naming'

export function missingPolicySections(outcomes: readonly Outcome[]): readonly string[] {
  return policiesMissing(outcomes).map(([policy, lacking]) =>
    fold(`📄 Policy that is missing on the execution role of ${functionsText(lacking.length)}`, [
      firstNames(
        lacking.map(({ name }) => name),
        code,
        20,
      ),
      block(policy.split('\n'), 'json'),
    ]),
  )
}

/** JSON, and the functions that lack it. */
export function policiesMissing(outcomes: readonly Outcome[]) {
  const lacking = outcomes.filter(({ missingPolicy }) => missingPolicy !== undefined)
  return [...groupedBy(lacking, ({ missingPolicy }) => missingPolicy ?? '')]
}
