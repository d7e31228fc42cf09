/** Functions that are configured, and serve traffic through versions without Rotel. */

import { type Traffic, uninstrumentedText, afterPublishing } from '../publish-alias/traffic'
import type { Outcome, Status } from './outcome'

/** In these the function has, or would have, Rotel on `$LATEST`. */
const CONFIGURED: ReadonlySet<Status> = new Set(['instrumented', 'unchanged', 'written', 'planned'])

/** Reasons that weigh more: they are failures already. */
const KEPT: ReadonlySet<Outcome['reason']> = new Set(['cloudwatch-withheld'])

/**
 * A proof of `$LATEST` is none of production then: a failure, unless it is accepted.
 * @param accepted `accept: unproven-aliases`
 */
export function withTraffic(
  outcome: Outcome,
  traffic: Traffic | undefined,
  accepted: boolean,
): Outcome {
  if (traffic?.kind !== 'known' || !CONFIGURED.has(outcome.status)) return outcome
  const { alias } = outcome
  const uninstrumented =
    alias === undefined
      ? traffic.uninstrumented
      : afterPublishing(traffic.uninstrumented, alias.name)
  if (uninstrumented.length === 0) return outcome
  const told: Outcome = { ...outcome, uninstrumented }
  const text = uninstrumentedText(uninstrumented)
  const isFailure = outcome.status !== 'planned' && !accepted && !KEPT.has(outcome.reason)
  return isFailure
    ? { ...told, reason: 'alias-not-instrumented', detail: text }
    : { ...told, warnings: [...outcome.warnings, text] }
}
