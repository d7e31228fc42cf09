/** Outcomes of functions that nothing was done with. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Inspected } from '../preflight/inspect'
import { restoredOf } from '../roles/restore-logs'
import type { LifeContext } from './life-state'
import { describe, NOT_TRIED, type Outcome } from './outcome'
import type { Reason } from '../../model/reason'
import type { RolloutSettings } from './rollout-context'
import { oursInDark, whyDark } from '../roles/darkness'

type Planned = Extract<Inspected, { kind: 'planned' }>

export function refusedOutcome(one: Extract<Inspected, { kind: 'refused' }>): Outcome {
  const reason: Reason = one.notApplicable ? 'not-applicable' : one.reason
  return {
    ...untried(one.name, one.region, one.fn),
    status: one.notApplicable || NOT_TRIED.has(one.reason) ? 'skipped' : 'blocked',
    reason,
    detail: one.detail,
    ...(one.missingPolicy === undefined ? {} : { missingPolicy: one.missingPolicy }),
  }
}

/** Nobody gets its logs, and this mode writes nothing. */
export function darkOutcome(fn: LambdaFunction, detail: string): Outcome {
  return {
    ...describe(fn, []),
    status: 'dark',
    reason: 'rotel-missing',
    detail,
  }
}

export function skippedOutcome({ fn }: Planned, { reason, detail }: Refusal): Outcome {
  return { ...describe(fn, []), status: 'skipped', reason, detail }
}

/** @param fn `undefined`: it was named, and could not be read */
function untried(
  name: string,
  region: string,
  fn: LambdaFunction | undefined,
): Omit<Outcome, 'status' | 'reason' | 'detail'> {
  if (fn !== undefined) return describe(fn, [])
  return {
    name,
    region,
    arn: undefined,
    version: '$LATEST',
    change: undefined,
    changed: false,
    smoke: undefined,
    telemetry: undefined,
    warnings: [],
    facts: undefined,
  }
}

/**
 * What nothing is done with. A function that cannot be instrumented and that an earlier run has left dark gets its
 * CloudWatch Logs back all the same.
 */
export async function untouched(
  one: Inspected,
  { mode, acceptsLogLoss }: RolloutSettings,
  restore: LifeContext['restore'],
): Promise<Outcome | undefined> {
  if (one.kind === 'planned') {
    if (mode !== 'verify' || acceptsLogLoss) return undefined
    const darkness = await one.logs.darkness()
    return darkness.kind === 'dark' ? darkOutcome(one.fn, whyDark(darkness)) : undefined
  }
  const outcome = refusedOutcome(one)
  const darkness = await one.logs.darkness()
  if (one.fn === undefined || darkness.kind !== 'dark') return outcome
  const why = whyDark(darkness)
  if (mode === 'verify') return acceptsLogLoss ? outcome : darkOutcome(one.fn, why)
  const ours = oursInDark(darkness)
  if (ours === undefined) {
    if (acceptsLogLoss || outcome.reason === 'would-go-dark') return outcome
    return { ...outcome, warnings: [...outcome.warnings, `it is dark: ${why}`] }
  }
  const restored = restoredOf(one.fn.arn, await restore(ours))
  const isUnknown = darkness.parts.some((part) => part.ours === undefined)
  if (restored.kind !== 'restored' || (isUnknown && !acceptsLogLoss)) {
    const more = restored.kind === 'restored' ? '' : `; ${restored.detail}`
    return {
      ...darkOutcome(one.fn, `${why}${more}`),
      reason: restored.kind === 'not-restored' ? restored.reason : 'would-go-dark',
      changed: restored.wrote,
    }
  }
  const note = `it was dark (${why}): CloudWatch Logs were restored`
  return { ...outcome, changed: true, warnings: [...outcome.warnings, note, ...restored.notes] }
}
