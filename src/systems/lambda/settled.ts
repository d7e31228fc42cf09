/** Waits for the end of an update: until then Lambda shows the new configuration, and runs the old one. */

import type { Clock } from '../../model/clock'
import { done, notYet, poll } from '../../model/poll'
import { readRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import type { LambdaTime } from '../../model/time'
import type { LambdaControl } from './lambda-control'
import type { LambdaFunction } from './lambda-function'

export interface SettledContext {
  readonly lambda: Pick<LambdaControl, 'get'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** An update takes one to two seconds on AWS; VPC functions take minutes. */
const SETTLE_LIMIT_MS = 10 * 60_000
/** So much later it is seen at most, as long as it takes no longer than updates do as a rule. */
const POLL_MS = 300
const AS_A_RULE_MS = 2_000
const LATER_POLL_SHARE = 0.5
const LONGEST_POLL_MS = 3_000

/**
 * Whether an update by somebody else may be in progress. ListFunctions does not tell the status; in a VPC an update takes so
 * long that a run that follows a deployment meets it.
 * @param now by Lambda's clock
 */
export function mayBeBusy(fn: LambdaFunction, now: LambdaTime): boolean {
  const isKnown = fn.state !== undefined || fn.lastUpdateStatus !== undefined
  if (isKnown) return isBusy(fn)
  const { inVpc, lastModified = -Infinity } = fn
  return inVpc && now - lastModified < SETTLE_LIMIT_MS
}

/** Being created, or an update is in progress. */
export function isBusy({ lastUpdateStatus, state }: LambdaFunction): boolean {
  return lastUpdateStatus === 'InProgress' || state === 'Pending'
}

/**
 * Polls GetFunction, which has a quota of its own, until no update is in progress.
 * @param update that of this run: when it was accepted, and who wants to know how long it took
 */
export async function untilSettled(
  fn: LambdaFunction,
  { lambda, clock, signal }: SettledContext,
  update?: { readonly startedAt: number; readonly took: (ms: number) => void },
): Promise<LambdaFunction | Refusal> {
  if (!isBusy(fn)) return fn
  const startedAt = update?.startedAt ?? clock.now()
  const polled = await poll<LambdaFunction | Refusal, undefined>(
    async () => {
      const elapsed = clock.now() - startedAt
      const read = await lambda.get(fn.arn.region, fn.arn.text)
      if (!read.ok) return done(readRefusal(read.fault))
      if (isBusy(read.value)) return notYet(undefined, pollMs(elapsed))
      update?.took(elapsed)
      return done(read.value)
    },
    { firstMs: POLL_MS, deadline: startedAt + SETTLE_LIMIT_MS },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return { reason: 'update-failed', detail: 'the update was still in progress after 10 minutes' }
}

/** How long until the next look at an update that has taken this long. */
function pollMs(elapsed: number): number {
  if (elapsed < AS_A_RULE_MS) return POLL_MS
  return Math.min(LONGEST_POLL_MS, Math.max(POLL_MS, elapsed * LATER_POLL_SHARE))
}
