/** Publishes what was proven on `$LATEST` as a version, and waits until the version can be invoked. */

import type { Clock } from '../../model/clock'
import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import { whyEnded } from '../../model/run-signal'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { untilSettled } from '../../systems/lambda/settled'
import { isSame } from './alias-plan'

export interface PublishContext {
  readonly aliases: AliasControl
  readonly lambda: Pick<LambdaControl, 'get'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Why nothing more may be written; `undefined` while the run goes on. */
  readonly halted: () => Refusal | undefined
}

/** Somebody who deploys at the same time ends it: another function was proven. */
const ATTEMPTS = 4

/** How long a write is tried again that gets no good answer. */
const UNAVAILABLE_LIMIT_MS = 120_000
const PAUSE_MS = { firstMs: 500, longestMs: 10_000 }

/** With SnapStart, Lambda runs the initialization and takes a snapshot first, which takes minutes. */
const ACTIVE_LIMIT_MS = 15 * 60_000
const ACTIVE_PAUSE_MS = { firstMs: 500, longestMs: 5_000 }

/**
 * @param proven `$LATEST` as it was proven
 * @returns the version, with its own configuration
 */
export async function publish(
  proven: LambdaFunction,
  context: PublishContext,
): Promise<LambdaFunction | Refusal> {
  const published = await publishOnce(proven, context)
  return 'reason' in published ? published : untilActive(published, context)
}

/** Where it is asked again, Lambda answers with the version that it has made already. */
async function publishOnce(
  proven: LambdaFunction,
  context: PublishContext,
): Promise<LambdaFunction | Refusal> {
  const { aliases, clock, signal, halted } = context
  let latest = proven
  let attempts = 0
  const polled = await poll<LambdaFunction | Refusal, Refusal>(
    async () => {
      let refusal: Refusal | undefined
      const answer = await aliases.publish(latest, () => {
        refusal = halted()
        return refusal === undefined
      })
      if (refusal) return done(refusal)
      if (answer.ok) {
        return isSame(answer.value, proven) ? done(answer.value) : done(CHANGED)
      }
      const cause = publishRefusal(answer.fault)
      if (!isWorthAnotherLook(answer.fault)) return done(cause)
      if (answer.fault.kind !== 'unavailable') attempts += 1
      if (attempts >= ATTEMPTS) return done(cause)
      const again = await readAgain(latest, context)
      if ('reason' in again) return done(again)
      if (!isSame(again, proven)) return done(CHANGED)
      latest = again
      return notYet(cause)
    },
    { ...PAUSE_MS, deadline: clock.now() + UNAVAILABLE_LIMIT_MS },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  return polled.kind === 'aborted' ? whyEnded(signal) : polled.last
}

const CHANGED: Refusal = {
  reason: 'write-conflict',
  detail: 'another user has changed the function since it was proven, so no version was published',
}

async function readAgain(
  { arn }: LambdaFunction,
  { lambda, clock, signal }: PublishContext,
): Promise<LambdaFunction | Refusal> {
  const read = await lambda.get(arn.region, arn.text)
  if (!read.ok) return publishRefusal(read.fault)
  return untilSettled(read.value, { lambda, clock, signal })
}

function isWorthAnotherLook({ kind }: AwsFault): boolean {
  return kind === 'precondition' || kind === 'conflict' || kind === 'unavailable'
}

function publishRefusal(fault: AwsFault): Refusal {
  return faultRefusal(fault, fault.kind === 'denied' ? 'alias-write-denied' : 'publish-failed')
}

async function untilActive(
  version: LambdaFunction,
  { lambda, clock, signal }: PublishContext,
): Promise<LambdaFunction | Refusal> {
  const { arn } = version
  let latest = version
  const polled = await poll<LambdaFunction | Refusal, undefined>(
    async () => {
      if (latest.state === 'Failed') {
        return done({
          reason: 'publish-failed',
          detail: `version ${version.version} could not be initialized`,
        } as const)
      }
      if (latest.state !== 'Pending') return done(latest)
      const read = await lambda.get(arn.region, arn.text, version.version)
      if (!read.ok) return done(publishRefusal(read.fault))
      latest = read.value
      return latest.state === 'Pending' ? notYet(undefined) : done(latest)
    },
    { ...ACTIVE_PAUSE_MS, deadline: clock.now() + ACTIVE_LIMIT_MS },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return {
    reason: 'publish-failed',
    detail: `version ${version.version} was still being initialized after 15 minutes`,
  }
}
