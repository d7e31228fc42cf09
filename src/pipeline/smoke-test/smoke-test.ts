/** Invokes a function once; repeats the call only where Lambda reports that it has not run. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { denialReason } from '../../model/denial'
import { shortened, withoutValues } from '../../model/redaction'
import type { Reason } from '../../model/reason'
import type { Clock } from '../../model/clock'
import { whyEnded } from '../../model/run-signal'
import { done, type Look, notYet, poll } from '../../model/poll'
import {
  type Invocation,
  type InvocationRequest,
  type InvokeFault,
  type LambdaInvoke,
  qualifierFor,
} from './invocation'
import { smokeVerdict, type SmokeVerdict } from './verdict'
import { EMPTY_TAIL } from './tail'

export interface SmokeContext {
  readonly lambda: LambdaInvoke
  /** Runs each attempt when there is room for it. */
  readonly inSlot: <T>(attempt: () => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly acceptFunctionErrors: boolean
  /** An alias that leads to the version; otherwise it is invoked by its version. */
  readonly alias: string | undefined
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal
}

export type SmokeResult = SmokeVerdict & {
  /** Absent when Lambda never ran the function, or the answer was lost. */
  readonly invocation: Invocation | undefined
}

/**
 * @param ended fires when its result is not wanted any more
 * @param alias by which it is invoked; otherwise by its version
 */
export type Invoke = (
  fn: LambdaFunction,
  ended?: AbortSignal,
  alias?: string,
) => Promise<SmokeResult>

/** How long a function that is waking up is waited for, or one whose reserved concurrency is taken. */
const WAIT_LIMIT_MS = 120_000
const PAUSES = { firstMs: 250, longestMs: 10_000 }

export async function smokeTest(
  fn: LambdaFunction,
  payload: string,
  context: SmokeContext,
): Promise<SmokeResult> {
  const request: InvocationRequest = {
    arn: fn.arn,
    qualifier: context.alias ?? qualifierFor(fn),
    payload,
    timeoutSeconds: fn.timeoutSeconds,
  }
  let deadline = context.clock.now() + WAIT_LIMIT_MS
  const once = async (): Promise<Look<SmokeResult, InvokeFault>> => {
    const askedAt = context.clock.now()
    const answer = await context.inSlot(() => {
      // While others have the slots, nothing is tried: that is no time that this function takes.
      deadline += context.clock.now() - askedAt
      return context.lambda.invoke(request, context.signal)
    })
    if (answer.ok) {
      const invocation = answer.value
      return done({
        ...smokeVerdict(invocation, context.acceptFunctionErrors, fn.memoryMb),
        invocation,
      })
    }
    const { fault } = answer
    if (fault.kind === 'throttled' && !fault.reserved) {
      // The account's, or Lambda's: as with any other call of AWS, only the end of the run ends the wait.
      deadline = context.clock.now() + WAIT_LIMIT_MS
      return notYet(fault)
    }
    const hasNotRun = fault.kind === 'throttled' || fault.kind === 'not-ready'
    const waitable = hasNotRun && !(fault.kind === 'throttled' && fn.reservedConcurrency === 0)
    return waitable && context.clock.now() < deadline ? notYet(fault) : done(failed(fault, fn))
  }
  const end = await poll(once, PAUSES, context)
  if (end.kind === 'done') return end.value
  return failed({ kind: 'aborted', text: whyEnded(context.signal).detail }, fn)
}

const REASONS: Readonly<Record<InvokeFault['kind'], Reason>> = {
  throttled: 'invoke-throttled',
  'not-ready': 'function-not-ready',
  denied: 'invoke-denied',
  unauthenticated: 'credentials-refused',
  refused: 'invoke-refused',
  lost: 'invoke-failed',
  aborted: 'cancelled',
}

function failed(fault: InvokeFault, { environment }: LambdaFunction): SmokeResult {
  const values = environment.readable ? environment.variables.values() : []
  const detail = shortened(withoutValues(fault.text, values))
  const named = fault.kind === 'denied' ? denialReason(fault.text) : undefined
  const reason = named ?? REASONS[fault.kind]
  return { kind: 'failed', reason, detail, tail: EMPTY_TAIL, invocation: undefined }
}
