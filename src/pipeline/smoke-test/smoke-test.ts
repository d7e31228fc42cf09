/** Invokes a function once, waiting out what says that it has not run yet. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { shortened, withoutValues } from '../../model/redaction'
import type { Reason } from '../../model/reason'
import type { Clock } from '../../model/clock'
import type { Invocation, InvokeFault, LambdaInvoke } from './invocation'
import { judge, type SmokeVerdict } from './verdict'
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
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000

export async function smokeTest(
  fn: LambdaFunction,
  payload: string,
  context: SmokeContext,
): Promise<SmokeResult> {
  const deadline = context.clock.now() + WAIT_LIMIT_MS
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
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
      return { ...judge(invocation, context.acceptFunctionErrors), invocation }
    }
    const { fault } = answer
    const hasNotRun = fault.kind === 'throttled' || fault.kind === 'not-ready'
    const waitable =
      hasNotRun && !(fault.kind === 'throttled' && fault.reserved && fn.reservedConcurrency === 0)
    if (!waitable || context.clock.now() + wait > deadline || context.signal.aborted) {
      return { ...failedInvocation(fault, fn), invocation: undefined }
    }
    await context.clock.sleep(wait, context.signal)
  }
}

const REASONS: Readonly<Record<InvokeFault['kind'], Reason>> = {
  throttled: 'invoke-throttled',
  'not-ready': 'function-not-ready',
  denied: 'invoke-denied',
  refused: 'invoke-refused',
  lost: 'invoke-failed',
  aborted: 'cancelled',
}

function failedInvocation(fault: InvokeFault, { environment }: LambdaFunction): SmokeVerdict {
  const values = environment.readable ? environment.variables.values() : []
  const detail = shortened(withoutValues(fault.text, values))
  return { kind: 'failed', reason: REASONS[fault.kind], detail, tail: EMPTY_TAIL }
}
