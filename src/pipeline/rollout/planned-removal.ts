/** What `mode: remove` would do with a function: with `dry-run: true` that is all. */

import { changesText } from '../roles/restore-logs'
import type { Inspected } from '../preflight/inspect'
import { describe, type Outcome } from './outcome'
import { darkOutcome, refusedOutcome } from './untouched'
import { whyDark } from '../roles/darkness'
import type { RolloutSettings } from './rollout-context'

export async function plannedRemoval(
  one: Inspected,
  { acceptsLogLoss }: Pick<RolloutSettings, 'acceptsLogLoss'>,
): Promise<Outcome> {
  const darkness = await one.logs.darkness()
  if (one.kind === 'refused') {
    const isDark = darkness.kind === 'dark' && !acceptsLogLoss
    return one.fn && isDark && one.reason !== 'would-go-dark'
      ? darkOutcome(one.fn, `${whyDark(darkness)}; ${one.reason}: ${one.detail}`)
      : refusedOutcome(one)
  }
  const { fn, plan, logs } = one
  const change = plan.kind === 'change' ? plan.change : undefined
  const restoration = logs.restoration
  const onTheRole =
    restoration === undefined
      ? []
      : [
          restoration.changes.length === 0
            ? 'CloudWatch Logs are to be restored first, by a minimal grant'
            : `CloudWatch Logs are to be restored first, by undoing: ${changesText(restoration.changes)}`,
        ]
  const isNothing = change === undefined && onTheRole.length === 0
  return {
    ...describe(fn, [...plan.warnings, ...onTheRole]),
    status: 'planned',
    reason: isNothing ? 'nothing-to-remove' : undefined,
    change,
  }
}
