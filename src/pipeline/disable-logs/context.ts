/** What disabling the logs of proven functions is given, and how it ends for each. */

import type { Clock } from '../../model/clock'
import type { Refusal } from '../../model/refusal'
import type { Result } from '../../model/result'
import type { LambdaTime } from '../../model/time'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaClock } from '../../systems/lambda/lambda-clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LogsChange, RoleRecords } from '../roles/role-change'
import type { RoleUsers } from '../roles/role-users'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { Proof } from '../verify/proof'
import type { DisablePlan } from './plan'
import type { DisableSettings } from './settings'
import type { Watches } from './silence'

export interface DisableContext {
  readonly settings: DisableSettings
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly lambdaClock: LambdaClock
  readonly records: Pick<RoleRecords, 'editing'>
  readonly signal: AbortSignal
  /** Of all functions of the run. */
  readonly watches: Watches
  readonly halted: () => Refusal | undefined
  /** Writes that nobody else of this run may make to the roles at the same time. */
  readonly alone: <T>(roles: readonly string[], work: () => Promise<T>) => Promise<T>
  /** Kept for another day, where rights are taken out of policies. */
  readonly recordForRestore: (change: LogsChange) => void
  /** New environments for the function. */
  readonly restart: (fn: LambdaFunction) => Promise<LambdaFunction | Refusal>
  readonly reread: (fn: LambdaFunction) => Promise<Result<LambdaFunction>>
  /** Versions in use, as they were read after the last write to a role. */
  readonly lambda: Pick<LambdaControl, 'routedVersions'>
  /** Who has a role, as it was read after this time (ms since the epoch). */
  readonly usersSince: (ms: number) => RoleUsers
  readonly invoke: (fn: LambdaFunction) => Promise<SmokeResult>
  readonly proveAgain: (fn: LambdaFunction, smoke: SmokeResult, since: LambdaTime) => Promise<Proof>
}

/** A member of a unit whose telemetry was proven in this run. */
export interface ProvenMember {
  readonly fn: LambdaFunction
  readonly smoke: SmokeResult | undefined
  readonly plan: DisablePlan
  /** Why it is not configured any more as it was proven; `undefined`: it is. */
  readonly changeOf: (now: LambdaFunction) => Refusal | undefined
}

export type Disabled =
  | {
      readonly kind: 'disabled'
      /** Of the telemetry afterwards; `undefined`: nothing was written, so the proof before holds. */
      readonly proof: Extract<Proof, { kind: 'arrived' }> | undefined
      /** What proved it, in words. */
      readonly by: string
      /** Made for this proof. */
      readonly invocations: number
    }
  | ({
      readonly kind: 'not-disabled'
      /** Whether it concerns this function alone, or the role, and so all functions that the edit reaches. */
      readonly of: 'function' | 'role'
    } & Refusal)
  /** It could have been, and another member of the unit could not. */
  | { readonly kind: 'withheld'; readonly detail: string }

export function notDisabled(
  { reason, detail }: Refusal,
  of: 'function' | 'role' = 'function',
): Disabled {
  return { kind: 'not-disabled', of, reason, detail }
}

export function withheldBecauseOf(arn: string): Disabled {
  const name = arn.slice(arn.lastIndexOf(':') + 1)
  return { kind: 'withheld', detail: `CloudWatch Logs of ${name} could not be disabled` }
}
