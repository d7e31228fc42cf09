/** Invokes a function once; repeats the call only where Lambda reports that it has not run. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { denialReason } from '../../model/denial'
import { shortened, withoutValues } from '../../model/redaction'
import type { Reason } from '../../model/reason'
import type { Clock } from '../../model/clock'
import { done, type Look, notYet, poll } from '../../model/poll'
import type { Invocation, InvokeFault, LambdaInvoke } from './invocation'
import { smokeVerdict, type SmokeVerdict } from './verdict'
import { EMPTY_TAIL } from './tail'

export interface SmokeContext {
  readonly lambda: LambdaInvoke
  readonly clock: Clock
  readonly acceptFunctionErrors: boolean
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal
}

export type SmokeResult = SmokeVerdict & {
  /** Absent when Lambda never ran the function, or the answer was lost. */
  readonly invocation: Invocation | undefined
}

/** How long a function without free concurrency, or one that is waking up, is waited for. */
const WAIT_LIMIT_MS = 120_000
const PAUSES = { firstMs: 250, longestMs: 10_000 }

export async function smokeTest(
  fn: LambdaFunction,
  payload: string,
  context: SmokeContext,
): Promise<SmokeResult> {
  const once = async (): Promise<Look<SmokeResult, InvokeFault>> => {
    const answer = await context.lambda.invoke(
      {
        arn: fn.arn,
        qualifier: fn.kind === 'durable' ? '$LATEST' : undefined,
        payload,
        timeoutSeconds: fn.timeoutSeconds,
      },
      context.signal,
    )
    if (answer.ok) {
      const invocation = answer.value
      return done({ ...smokeVerdict(invocation, context.acceptFunctionErrors), invocation })
    }
    const { fault } = answer
    const hasNotRun = fault.kind === 'throttled' || fault.kind === 'not-ready'
    const waitable =
      hasNotRun && !(fault.kind === 'throttled' && fault.reserved && fn.reservedConcurrency === 0)
    return waitable ? notYet(fault) : done(failed(fault, fn))
  }
  const deadline = context.clock.now() + WAIT_LIMIT_MS
  const end = await poll(once, { ...PAUSES, deadline }, context)
  return end.kind === 'done' ? end.value : failed(end.last, fn)
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
