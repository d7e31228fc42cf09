/** What `mode: remove` would do with a function: with `dry-run: true` that is all. */

import type { Inspected } from '../preflight/inspect'
import type { Outcome } from './outcome'
import { nothingToRemove, refusedOutcome } from './untouched'

/** The outcome of a function in a dry run: `planned`, or what blocks its removal. */
export function plannedRemoval(one: Inspected): Outcome {
  if (one.kind === 'refused') return refusedOutcome(one)
  const { plan, logs, secretAccessToGo } = one
  const change = plan.kind === 'change' ? plan.change : undefined
  const onTheRole = [
    ...(logs.withheld === undefined ? [] : ['CloudWatch Logs are to be restored first']),
    ...(secretAccessToGo === undefined
      ? []
      : [`the right to read secrets is to be removed from the role ${secretAccessToGo.name}`]),
  ]
  const isNothing = change === undefined && onTheRole.length === 0
  return {
    ...nothingToRemove(one),
    status: 'planned',
    reason: isNothing ? 'nothing-to-remove' : undefined,
    change,
    warnings: [...plan.warnings, ...onTheRole],
  }
}
