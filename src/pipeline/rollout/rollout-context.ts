/** What a rollout is asked for, what it hears, and what it needs of the outside. */

import type { Clock } from '../../model/clock'
import type { Mode } from '../../model/mode'
import type { LogsOwnership } from '../../model/ownership'
import type { RunSignal } from '../../model/run-signal'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaClock } from '../../systems/lambda/lambda-clock'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LogsWish } from '../disable-logs/settings'
import type { Plan } from '../plan/plan'
import type { LogsChange } from '../roles/role-change'
import type { LambdaInvoke } from '../smoke-test/invocation'
import type { SmokeTest } from '../smoke-test/settings'
import type { Prove } from '../verify/proof'
import type { Journal } from './journal'
import type { Outcome } from './outcome'

/** What a rollout is asked for. */
export interface RolloutSettings {
  readonly mode: Exclude<Mode, 'plan'>
  readonly limits: {
    readonly onFailure: 'rollback' | 'keep'
    /** Functions written and not yet proven, at most. */
    readonly maxUnproven: number
    /** Failures after which nothing more is written. */
    readonly stopAfter: number
  }
  readonly smokeTest: SmokeTest
  readonly logs: LogsWish
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  /** `accept: unproven-aliases` */
  readonly acceptsUnprovenAliases: boolean
  readonly denyPolicyArn: string | undefined
  /** Where the functions are looked for that share a role. */
  readonly regions: readonly string[]
}

/** Hears how the rollout goes. */
export interface Progress {
  begun(): void
  /** Once for each function. */
  ended(outcome: Outcome): void
  finished(): void
  /** There is a fault in this action; the functions end in order all the same. */
  unexpected(thrown: unknown): void
}

/** What the rollback uses: it may go on when nothing more is begun. */
export interface RollbackOutside {
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  readonly roles: RoleControl
  /** Fires when it has to end. */
  readonly signal: AbortSignal
}

export interface RolloutOutside {
  readonly rollback: RollbackOutside
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  readonly invoke: LambdaInvoke
  readonly clock: Clock
  readonly lambdaClock: LambdaClock
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  /** Kept on disk before the write to the role, for `mode: remove` on another day. */
  readonly recordForRestore: (change: LogsChange) => void
  /** Called once, before the first write. Throws a fault of the journal where it cannot be kept. */
  readonly openJournal: (account: string, partition: string) => Journal
}

export interface Rollout {
  readonly settings: RolloutSettings
  readonly progress: Progress
  readonly planFor: (fn: LambdaFunction, logs: LogsOwnership | undefined) => Plan
  /** Whether the smoke test invokes the function. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  readonly prove: Prove
  readonly run: RunSignal
  readonly outside: RolloutOutside
}
