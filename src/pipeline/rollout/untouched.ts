/** Outcomes of functions that nothing was done with. */

import type { Refusal } from '../../model/refusal'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Inspected } from '../preflight/inspect'
import { restoredOf } from '../roles/restore-logs'
import type { LifeContext } from './life-state'
import { describe, NOT_TRIED, type Outcome } from './outcome'
import type { Reason } from '../../model/reason'
import type { RolloutSettings } from './rollout-context'
import { type Darkness, darknessOf, findDarkness, oursInDark, whyDark } from '../roles/darkness'

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

/**
 * Planned functions that the run ended before. One that is dark is told to be: nothing is written any more, its log rights
 * are not restored either, and a success must not conceal it (promise P8).
 */
export async function skippedOutcomes(
  skipped: readonly Planned[],
  { reason, detail }: Refusal,
  { mode, acceptsLogLoss, denyPolicyArn }: RolloutSettings,
  roles: Pick<RoleControl, 'simulate'>,
): Promise<ReadonlyMap<Planned, Outcome>> {
  // With `mode: remove`, IAM was to be asked when Rotel leaves.
  const asked =
    mode === 'remove' ? await findDarkness(skipped, denyPolicyArn, roles) : NOT_ASKED_YET
  const outcomes = skipped.map(async (one) => {
    const { fn } = one
    const darkness = mode === 'remove' ? darknessOf(fn, asked) : await one.logs.darkness()
    const outcome: Outcome =
      darkness.kind === 'dark' && !acceptsLogLoss
        ? darkOutcome(fn, `${whyDark(darkness)}; ${reason}: ${detail}`)
        : { ...describe(fn, []), status: 'skipped', reason, detail }
    return [one, outcome] as const
  })
  return new Map(await Promise.all(outcomes))
}

const NOT_ASKED_YET: ReadonlyMap<string, Darkness> = new Map()

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
