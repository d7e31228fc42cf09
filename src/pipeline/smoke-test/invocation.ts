/** The port of the smoke test: one invocation, what it answered, and what may keep it from taking place. */

import type { Result } from '../../model/result'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'

export interface InvocationRequest {
  readonly arn: FunctionArn
  /** A version or alias. */
  readonly qualifier: string | undefined
  readonly payload: string
  readonly timeoutSeconds: number
}

/** Durable functions refuse to be invoked without one. */
export function qualifierFor({
  kind,
  version,
}: Pick<LambdaFunction, 'kind' | 'version'>): string | undefined {
  return version === '$LATEST' && kind !== 'durable' ? undefined : version
}

export interface Invocation {
  readonly requestId: string
  readonly executedVersion: string | undefined
  /** `X-Amz-Function-Error`; anything but `undefined` is a failure, with HTTP 200. */
  readonly functionError: string | undefined
  /** The platform's `errorType` of an error payload: the rest of the payload never leaves the edge. */
  readonly errorType: string | undefined
  /**
   * From whose request the error is: `none` where the function failed before it had one, while it started (the platform
   * leaves the payload’s `requestId` empty); absent where the payload does not tell.
   */
  readonly errorOf?: 'request' | 'none' | undefined
  /** With which the function’s process ended, where the platform tells. */
  readonly exitStatus: number | undefined
  /** The last 4 KB of the log, decoded; empty when Lambda sent none. */
  readonly tail: string
  /** When the answer came, in ms since the epoch. */
  readonly endedAt: number
}

/** An invocation that did not take place, or of which nothing is known. */
export type InvokeFault =
  /** 429: it has not run; worth waiting for. */
  | { readonly kind: 'throttled'; readonly reserved: boolean; readonly text: string }
  /** The function is not ready yet (idle VPC function, state Pending): it has not run. */
  | { readonly kind: 'not-ready'; readonly text: string }
  | { readonly kind: 'denied' | 'unauthenticated' | 'refused'; readonly text: string }
  /** No answer, or a 5xx: it may have run. */
  | { readonly kind: 'lost'; readonly text: string }
  | { readonly kind: 'aborted'; readonly text: string }

export interface LambdaInvoke {
  /** One synchronous invocation, never retried: an invocation is a side effect. */
  invoke(request: InvocationRequest, signal: AbortSignal): Promise<Result<Invocation, InvokeFault>>
  /** Asks Lambda whether the caller may invoke the function (a dry run): nothing runs. */
  mayInvoke(arn: FunctionArn, qualifier: InvocationRequest['qualifier']): Promise<Result<true>>
}
