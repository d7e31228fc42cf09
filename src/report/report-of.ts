/** Makes the report of a finished run. */

import type { LogsWish } from '../pipeline/disable-logs/settings'
import type { Inspected } from '../pipeline/preflight/inspect'
import { type Outcome, verdict } from '../pipeline/rollout/outcome'
import type { Mode } from '../model/mode'
import { totalSavings } from '../systems/cloudwatch/savings'
import type { RoleWrite } from '../systems/iam/role-write'
import { driftOf } from '../systems/templates/drift'
import type { Iac } from '../systems/templates/owner'
import { costTotals } from './extension-cost'
import { bypassText } from './headline'
import { type CloudWatchTotals, type Report, wouldChange } from './report'

interface FinishedRun {
  readonly mode: Mode
  readonly planOnly: boolean
  readonly iac: Iac
  readonly logs: LogsWish
  readonly failOn: Parameters<typeof verdict>[1]
  readonly failOnChange: boolean
  readonly account: string | undefined
  readonly inspected: readonly Inspected[]
  readonly outcomes: readonly Outcome[]
  readonly roleWrites: readonly RoleWrite[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  readonly durationMs: number
}

export function reportOf(finished: FinishedRun): Report {
  const { mode, planOnly, outcomes, warnings, notes, durationMs } = finished
  const failsOnChange = planOnly && finished.failOnChange && outcomes.some(wouldChange)
  return {
    mode,
    planOnly,
    account: finished.account,
    result: failsOnChange ? 'failure' : verdict(outcomes, finished.failOn),
    failsOnChange,
    outcomes: withDrift(finished),
    warnings: [...warnings, ...bypassWarnings(outcomes)],
    notes,
    roleWrites: finished.roleWrites,
    cloudwatch: cloudWatchTotals(finished),
    extensionCost: costTotals(outcomes),
    durationMs,
    invocations: outcomes.reduce((sum, outcome) => sum + invocationsOf(outcome), 0),
  }
}

/** What fails a function is told with it; what is accepted or planned must not be silent either. */
function bypassWarnings(outcomes: readonly Outcome[]): readonly string[] {
  const text = bypassText(outcomes.filter(({ reason }) => reason !== 'alias-not-instrumented'))
  return text === undefined ? [] : [`${text}.`]
}

const STAYS: ReadonlySet<Outcome['status']> = new Set([
  'instrumented',
  'unchanged',
  'written',
  'planned',
])

/**
 * Names for each function that keeps the change the deploy that may take it away, and for each that is blocked because of
 * that the lines that its template lacks.
 */
function withDrift({ outcomes, inspected, mode, iac }: FinishedRun): readonly Outcome[] {
  if (mode === 'remove') return outcomes
  const found = new Map(inspected.flatMap((one) => (one.fn ? [[one.fn.arn.text, one]] : [])))
  return outcomes.map((outcome) => {
    const one = outcome.arn && found.get(outcome.arn.text)
    if (one?.fn === undefined) return outcome
    const isLacking = outcome.reason === 'template-owned'
    if (!STAYS.has(outcome.status) && !isLacking) return outcome
    const planned = isLacking && one.kind === 'refused' ? one.change : undefined
    const drift = driftOf(one.fn, outcome.change ?? planned, iac)
    return drift ? { ...outcome, drift } : outcome
  })
}

/** A log group that several functions share is counted once. */
function cloudWatchTotals({
  inspected,
  outcomes,
  logs: wish,
}: FinishedRun): CloudWatchTotals | undefined {
  if (wish.kind === 'keep') return undefined
  const disabled = new Set(
    outcomes.flatMap(({ arn, status, cloudwatch }) => {
      const counts = cloudwatch?.by !== undefined || (status === 'planned' && cloudwatch)
      return counts && arn ? [arn.text] : []
    }),
  )
  const groups = new Map<string, number>()
  for (const { fn, logs } of inspected) {
    const bytes = logs.disabling?.ingestedBytes
    const group = logs.disabling?.member.group
    if (fn && disabled.has(fn.arn.text) && bytes !== undefined) groups.set(group ?? '', bytes)
  }
  if (disabled.size === 0) return undefined
  return { functions: disabled.size, savings: totalSavings(groups, wish.pricePerGb) }
}

function invocationsOf({ smoke, telemetry, alias, cloudwatch }: Outcome): number {
  const first = smoke?.requestId === undefined ? 0 : 1
  return (
    first +
    (telemetry?.invokedAgain ? 1 : 0) +
    (alias?.invocations ?? 0) +
    (cloudwatch?.invocations ?? 0)
  )
}
