/** Invokes the functions of a run for its smoke test, not more at once than are wanted. */

import PQueue from 'p-queue'
import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Inspected } from '../preflight/inspect'
import { payloadFor } from '../smoke-test/payload'
import { type Invoke, type SmokeResult, smokeTest } from '../smoke-test/smoke-test'
import type { Rollout, RolloutOutside, RolloutSettings } from './rollout-context'

type Planned = Extract<Inspected, { kind: 'planned' }>

export type Invoker = (fn: LambdaFunction, changes: boolean) => Invoke | undefined

type InvokerContext = Pick<Rollout, 'invokes' | 'run'> & {
  readonly settings: Pick<RolloutSettings, 'smokeTest'>
  readonly outside: Pick<RolloutOutside, 'invoke' | 'clock'>
}

export function invoker({ settings, invokes, run, outside }: InvokerContext): Invoker {
  // For one attempt each: who waits for the next one, in a region that is throttled, keeps nobody else from theirs.
  const { concurrency, qualifier } = settings.smokeTest
  const slots = new PQueue({ concurrency })
  return (fn, changes) => {
    if (!invokes(fn, changes)) return undefined
    const payload = payloadFor(fn.arn.name, settings.smokeTest)
    const text = payload.kind === 'json' ? payload.text : ''
    return async (latest, ended, alias) => {
      const smoke = await smokeTest(latest, text, {
        lambda: outside.invoke,
        inSlot: (attempt) => slots.add(attempt),
        clock: outside.clock,
        acceptFunctionErrors: settings.smokeTest.acceptFunctionErrors,
        alias: alias ?? qualifier,
        signal: ended ? AbortSignal.any([run.signal, ended]) : run.signal,
      })
      if (alias === undefined && qualifier !== undefined && isElsewhere(latest, smoke)) {
        return { ...smoke, kind: 'failed', ...elsewhere(latest, smoke, qualifier) }
      }
      const halt = run.halted()
      const wasAborted = smoke.kind === 'failed' && smoke.reason === 'cancelled'
      return wasAborted && halt ? { ...smoke, reason: halt.reason, detail: halt.detail } : smoke
    }
  }
}

/** An alias with two versions: what ran is not what was inspected. */
function isElsewhere({ version }: LambdaFunction, { invocation }: SmokeResult): boolean {
  const ran = invocation?.executedVersion
  return ran !== undefined && ran !== version
}

function elsewhere(
  { version }: LambdaFunction,
  { invocation }: SmokeResult,
  qualifier: string,
): Refusal {
  const ran = invocation?.executedVersion ?? ''
  return {
    reason: 'alias-weighted',
    detail: `${qualifier} led to version ${version} when it was read, and the invocation ran version ${ran}`,
  }
}

/** Of a unit each member is invoked with its own payload. */
export function invokeAny(
  fn: LambdaFunction,
  members: readonly Planned[],
  invoke: Invoker,
  ended?: AbortSignal,
): Promise<SmokeResult> {
  const member = members.find((one) => one.fn.arn.text === fn.arn.text)
  const invokes = member && invoke(member.fn, true)
  if (invokes === undefined) throw new Error(`${fn.arn.name} is not of the unit`)
  return invokes(fn, ended)
}
