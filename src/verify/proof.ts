/** The place of the proof: whether the telemetry of an invocation has arrived in ClickStack. */

import type { LambdaFunction } from '../model/lambda-function'
import type { Invocation } from '../ports'
import type { Refusal } from '../model/refusal'

export type Proof =
  /** Nobody looked: `verify: none`. */
  | { readonly kind: 'not-looked' }
  | { readonly kind: 'arrived' }
  | ({ readonly kind: 'missing' } & Refusal)

/** Proves one function's telemetry. A proof that cannot be made is `missing` (promise P3). */
export type Prove = (fn: LambdaFunction, invocation: Invocation | undefined) => Promise<Proof>

/** `verify: none`. */
export const lookAway: Prove = () => Promise.resolve({ kind: 'not-looked' })
