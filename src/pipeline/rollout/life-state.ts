/** A function on its way through the steps of its life: what it is given, what is known of it, and how a step can end. */

import type { Refusal } from '../../model/refusal'
import type { LambdaTime } from '../../model/time'
import type { Reason } from '../../model/reason'
import type { Clock } from '../../model/clock'
import type { LambdaClock } from '../../systems/lambda/lambda-clock'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Disabled, ProvenMember } from '../disable-logs/context'
import type { DisablePlan } from '../disable-logs/plan'
import type { UpdateTimes } from '../configure/update-times'
import type { Plan } from '../plan/plan'
import type { AliasPlan } from '../publish-alias/alias-plan'
import type { Darkness } from '../roles/darkness'
import type { Deprived, LogsRestored, Restoration } from '../roles/restore-logs'
import type { LogsChange } from '../roles/role-change'
import type { Invoke, SmokeResult } from '../smoke-test/smoke-test'
import type { Proof, Prove } from '../verify/proof'
import type { ColdStartsBefore } from './cold-starts'
import type { Journal } from './journal'
import { type Outcome, withoutChange } from './outcome'
import type { SecretRight } from './secret-rights'

export type Publishing = Extract<AliasPlan, { kind: 'publish' }>

/** How a life is walked back: with ports that go on when the run has ended. */
export interface RollbackContext {
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  /** Fires when the rollback has to end. */
  readonly signal: AbortSignal
  readonly restore: (restoration: Restoration) => Promise<ReadonlyMap<Deprived, LogsRestored>>
  /** What this action is known to withhold from a function whose Rotel has stopped working; `undefined`: nothing. */
  readonly withheld: (fn: LambdaFunction) => Promise<Darkness>
}

export interface LifeContext {
  readonly rollback: RollbackContext
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  /** Fires when nothing more is begun. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly lambdaClock: LambdaClock
  /** Of all functions of the run. */
  readonly updates?: UpdateTimes | undefined
  readonly journal: Journal
  readonly planFor: (fn: LambdaFunction) => Plan
  readonly onFailure: 'rollback' | 'keep'
  /** `mode: verify` may not. */
  readonly mayWrite: boolean
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  /** Why nothing more may be written; `undefined` while the run goes on. */
  readonly halted: () => Refusal | undefined
  /** Tells that something broke which must not, and why the function ends at which it did. */
  readonly broke: (thrown: unknown) => Refusal
  /** `undefined`: the function is not invoked. */
  readonly invoke: Invoke | undefined
  readonly showFunctionLogs: boolean
  readonly prove: Prove
  /** `undefined`: no alias is to lead to a new version. */
  readonly publishing: Publishing | undefined
  /** The right to read secrets, where this run may give it; `undefined`: it needs none, or nobody gives it. */
  readonly secretRight: SecretRight | undefined
  /** Hears of the write of a function that had no Rotel; `undefined`: nothing is to be compared. */
  readonly coldStarts?: Pick<ColdStartsBefore, 'ask'> | undefined
  /** Called when only its log rights, if it was dark, and the report are left: others need not wait for it any more. */
  readonly proven: () => void
  /** Whether nobody got its logs when the run began. */
  readonly darkness: () => Promise<Darkness>
  readonly restore: (restoration: Restoration) => Promise<ReadonlyMap<Deprived, LogsRestored>>
  readonly disabling:
    | {
        readonly plan: DisablePlan
        readonly disable: (member: ProvenMember) => Promise<Disabled>
      }
    | undefined
}

/** A function that is proven, and whose unit has other members to be proven before logs are disabled. */
export interface Waiting {
  readonly kind: 'waiting'
  readonly life: Life
  readonly member: ProvenMember
}

export type Lived = { readonly kind: 'ended'; readonly outcome: Outcome } | Waiting

/** A function on its way. */
export interface Life {
  /** As it was read last. */
  readonly fn: LambdaFunction
  readonly hadRotel: boolean
  /** Warnings about what is planned: they hold while it stands. */
  readonly cautions: readonly string[]
  /** It was, or may have been, written in this run. */
  readonly written: boolean
  /** The right to read secrets was put on its role in this run. */
  readonly granted: boolean
  /** By then it was as it is: what it sends from then on proves it. */
  readonly since: LambdaTime
  readonly smoke: SmokeResult | undefined
  readonly proof: Proof | undefined
  /** What became of its log rights, where it was dark: IAM is asked beside the writes (promise P8). */
  readonly relit: Promise<Relit>
  /** Its log rights were restored in this run. */
  readonly restored: boolean
  readonly outcome: Outcome
}

export interface Relit {
  /** It may log again. */
  readonly restored: boolean
  /** Something was written to its role. */
  readonly wrote: boolean
  readonly notes: readonly string[]
  /** Of routed versions that stay dark, in words; `undefined`: there are none. */
  readonly stillDark: string | undefined
  /** Of `$LATEST`, which stays dark unless it gets a working Rotel; `undefined`: it is not. */
  readonly darkWithoutRotel: string | undefined
}

export const NOT_DARK: Relit = {
  restored: false,
  wrote: false,
  notes: [],
  stillDark: undefined,
  darkWithoutRotel: undefined,
}

export type Advance =
  | { readonly kind: 'on'; readonly life: Life }
  | { readonly kind: 'failed'; readonly life: Life; readonly cause: Refusal }
  /** It comes to its end before its last step, with this outcome. */
  | { readonly kind: 'over'; readonly life: Life }
  | Lived

export function finished(
  outcome: Outcome,
  { fn, restored }: Life,
  { journal }: LifeContext,
): Outcome {
  journal.finished([fn.arn], changesOf(fn, journal))
  return restored ? { ...outcome, changed: true } : outcome
}

/** What this run has written to roles to keep the function from its log, and not undone. */
export function changesOf(
  fn: LambdaFunction,
  journal: LifeContext['journal'],
): readonly LogsChange[] {
  return journal
    .edited()
    .filter((change) => change.purpose === 'logs')
    .filter(({ reached }) => reached.some(({ function: arn }) => arn.text === fn.arn.text))
}

/**
 * Nothing that this run planned for the function stands.
 * @param cause why; where spans are missing, the warnings about the plan may tell what keeps them away
 */
export function withoutPlan(outcome: Outcome, { cautions }: Life, cause?: Reason): Outcome {
  const isTold = cause === 'traces-missing'
  const warnings = outcome.warnings.filter((warning) => isTold || !cautions.includes(warning))
  return { ...withoutChange(outcome), warnings }
}

export function warned(life: Life, notes: readonly string[]): Life {
  const { outcome } = life
  return { ...life, outcome: { ...outcome, warnings: [...outcome.warnings, ...notes] } }
}

export function ended(outcome: Outcome): Lived {
  return { kind: 'ended', outcome }
}

export function isRotelsFault(reason: Reason): boolean {
  return (
    reason.startsWith('extension-') ||
    reason.startsWith('export-') ||
    reason === 'secret-unresolved'
  )
}
