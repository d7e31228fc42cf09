/** The proof of one function: whether its telemetry arrived in ClickStack, and what the report shows of it. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import type { LambdaTime } from '../../model/time'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { AttributeLine } from './attributes'

export interface ProofSubject {
  /** As read after the change became effective. */
  readonly fn: LambdaFunction
  readonly changed: boolean
  /** It carried Rotel before this run, so older environments may send telemetry too. */
  readonly hadRotel: boolean
  /** By then the change was effective: what is stamped later is of the function as it is. */
  readonly since: LambdaTime
  /** `undefined`: it was not invoked; its own traffic is the proof. */
  readonly smoke: SmokeResult | undefined
  /** Given up when the signal fires. */
  readonly invokeAgain: ((ended: AbortSignal) => Promise<SmokeResult>) | undefined
}

export interface TelemetryReport {
  /** In words, what proved it; `undefined`: nothing did. */
  readonly by: string | undefined
  readonly latencyMs: number | undefined
  readonly attributes: readonly AttributeLine[]
  readonly traces:
    | {
        readonly spans: number
        readonly correlatedLogs: number | undefined
        readonly metricPoints: number | undefined
      }
    | undefined
  readonly links: { readonly search?: string; readonly trace?: string }
  readonly invokedAgain: boolean
}

export type Proof =
  /** Arrival was not checked: `verify: none`. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'arrived'; readonly telemetry: TelemetryReport }
  | ({
      readonly kind: 'missing'
      readonly telemetry: TelemetryReport | undefined
      /** `on-no-traffic: keep`: neither a proof nor a fault, so the function keeps what was written. */
      readonly keep: boolean
      /** Looks once more, for telemetry that came after the deadline. */
      readonly lookAgain: () => Promise<Refusal | undefined>
    } & Refusal)

/** Proves one function's telemetry. A proof that cannot be made is `missing` (promise P3). */
export type Prove = (subject: ProofSubject) => Promise<Proof>

/** `verify: none`. */
export const skipProof: Prove = () => Promise.resolve({ kind: 'skipped' })

/** Whether arrival is not checked of any function, so that it does not matter when its telemetry was sent. */
export function isSkipped(prove: Prove): boolean {
  return prove === skipProof
}
