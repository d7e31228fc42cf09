/** How a function ended, and everything the report says of it. */

import type { Drift } from '../../systems/templates/drift'
import type { UninstrumentedVersion } from '../publish-alias/traffic'
import type { TelemetryReport } from '../verify/proof'
import type { Change } from '../../systems/lambda/change'
import type { ExtensionCost } from '../smoke-test/extension-cost'
import type { InvocationReport, TailLine } from '../smoke-test/tail'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Reason } from '../../model/reason'
import type { Refusal } from '../../model/refusal'

export const STATUSES = [
  'failed',
  'dark',
  'rolled-back',
  'blocked',
  'unproven',
  'skipped',
  'written',
  'instrumented',
  'removed',
  'unchanged',
  'planned',
] as const

/** In the order in which a reader wants to see them: what needs a hand first. */
export type Status = (typeof STATUSES)[number]

/** Statuses with which a run is a success under `fail-on: any`; `skipped` only as `not-applicable`. */
const GOOD: ReadonlySet<Status> = new Set([
  'instrumented',
  'unchanged',
  'written',
  'planned',
  'removed',
])

export interface SmokeReport {
  readonly requestId: string | undefined
  readonly metrics: InvocationReport | undefined
  /** Lines that may be shown: empty unless the test failed. */
  readonly tail: readonly TailLine[]
}

interface CloudWatchReport {
  /** What was, or would be, written to the role, in words. Empty: the role was so already. */
  readonly edits: readonly string[]
  /** What proved that nothing is written any more; `undefined`: nothing did. */
  readonly by: string | undefined
  /** That the proof took, beside those of the smoke test before. */
  readonly invocations?: number
}

export interface AliasReport {
  readonly name: string
  /** Versions that it led to, and leads to now; `undefined` in a plan: one that is yet to be published. */
  readonly before: string
  readonly after: string | undefined
  /** The version before has other code: moving the alias releases it. */
  readonly codeChanges: boolean
  /** That the proof of version and alias took. */
  readonly invocations: number
}

interface RolledBack {
  /** `undefined`: the function itself was not written. */
  readonly change: Change | undefined
  /** Of its alias and its role, in words. */
  readonly edits: readonly string[]
}

export interface Outcome {
  /** The name as selected; with its ARN once Lambda knew it. */
  readonly name: string
  readonly region: string
  readonly arn: FunctionArn | undefined
  /** That the status applies to: `$LATEST`, or a number. */
  readonly version: string
  readonly status: Status
  readonly reason: Reason | undefined
  /** What happened, in a sentence without values of variables. */
  readonly detail: string | undefined
  /** The policy (JSON) that its execution role lacks. */
  readonly missingPolicy?: string
  /** What was, or would be, written, and stands. */
  readonly change: Change | undefined
  /** What was written and does not stand any more. */
  readonly rolledBack?: RolledBack
  /** The function or its role now differs from what it was before this run; in a plan: would differ. */
  readonly changed: boolean
  /** In a plan: what would be written to its role, in words. */
  readonly roleEdits?: readonly string[]
  readonly smoke: SmokeReport | undefined
  /** Of a function that got Rotel in this run, and was invoked. */
  readonly extensionCost?: ExtensionCost
  /** `undefined`: nobody looked. */
  readonly telemetry: TelemetryReport | undefined
  /** The alias was moved, or would be. */
  readonly alias?: AliasReport
  /** `undefined`: CloudWatch Logs were left as they are. */
  readonly cloudwatch?: CloudWatchReport
  /** A template tool owns the function: its next deploy may undo the change. */
  readonly drift?: Drift
  /** Versions that traffic reaches and that do not carry Rotel; absent where there are none. */
  readonly uninstrumented?: readonly UninstrumentedVersion[]
  readonly warnings: readonly string[]
  /** Of the function when it was last read. */
  readonly facts:
    Pick<LambdaFunction, 'runtime' | 'architecture' | 'memoryMb' | 'timeoutSeconds'> | undefined
}

/** A function of which nothing is known yet but what was read: each step adds to it. */
export function describe(fn: LambdaFunction, warnings: readonly string[]): Outcome {
  const { runtime, architecture, memoryMb, timeoutSeconds } = fn
  return {
    name: fn.arn.name,
    region: fn.arn.region,
    arn: fn.arn,
    version: fn.version,
    status: 'failed',
    reason: undefined,
    detail: undefined,
    change: undefined,
    changed: false,
    smoke: undefined,
    telemetry: undefined,
    warnings,
    facts: { runtime, architecture, memoryMb, timeoutSeconds },
  }
}

/** `alias live: version 3 → 4`, `alias live: version 3 → a new version, with other code` */
export function aliasText({ name, before, after, codeChanges }: AliasReport): string {
  const code = codeChanges ? ', with other code' : ''
  return `alias ${name}: version ${before} → ${after ?? 'a new one'}${code}`
}

/** Nothing of what was written stands. */
export function withoutChange(outcome: Outcome): Outcome {
  const { change, cloudwatch, alias, ...rest } = outcome
  const edits = [...(alias ? [aliasText(alias)] : []), ...(cloudwatch?.edits ?? [])]
  if (change === undefined && edits.length === 0) return { ...rest, change }
  return { ...rest, change: undefined, rolledBack: { change, edits } }
}

/** The run ended before it was this function's turn. */
export const NOT_TRIED: ReadonlySet<Reason> = new Set(['stopped', 'out-of-time', 'cancelled'])

/** Nothing was written to it. */
export function notBegun(outcome: Outcome, { reason, detail }: Refusal): Outcome {
  return { ...outcome, status: NOT_TRIED.has(reason) ? 'skipped' : 'blocked', reason, detail }
}

/** Neither a failure nor a success: the run stopped, was cancelled or ran out of time before. */
export function wasNotTried({ status, reason }: Pick<Outcome, 'status' | 'reason'>): boolean {
  return status === 'skipped' && reason !== undefined && NOT_TRIED.has(reason)
}

/** Reasons that make a failure of a status that is good without them. */
const FAILURES: ReadonlySet<Reason> = new Set(['cloudwatch-withheld', 'alias-not-instrumented'])

export function isGood({ status, reason }: Pick<Outcome, 'status' | 'reason'>): boolean {
  if (reason !== undefined && FAILURES.has(reason)) return false
  return GOOD.has(status) || (status === 'skipped' && reason === 'not-applicable')
}

/** The verdict over all functions, as `fail-on` asks for it. */
export function verdict(
  outcomes: readonly Pick<Outcome, 'status' | 'reason'>[],
  failOn: 'any' | 'all' | 'never',
): 'success' | 'failure' {
  const bad = outcomes.filter((outcome) => !isGood(outcome)).length
  if (failOn === 'never') return 'success'
  // A function without logs is an incident of its own, whatever else went well.
  if (outcomes.some(({ status }) => status === 'dark')) return 'failure'
  if (failOn === 'all') {
    // What a pattern matched and cannot carry the extension is no success beside what failed.
    const applicable = outcomes.filter(({ status, reason }) => {
      return !(status === 'skipped' && reason === 'not-applicable')
    })
    return bad > 0 && bad === applicable.length ? 'failure' : 'success'
  }
  return bad > 0 ? 'failure' : 'success'
}
