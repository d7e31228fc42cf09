/** The log of a run: the plan, a line for each function that ends, then each failure once with what to do. */

import { savingsText } from '../systems/cloudwatch/savings'
import type { Mode } from '../model/mode'
import type { Inspected } from '../pipeline/preflight/inspect'
import { aliasText, isGood, type Outcome } from '../pipeline/rollout/outcome'
import type { Progress } from '../pipeline/rollout/rollout-context'
import type { Problem } from '../model/problem'
import type { Runner } from '../model/runner'
import { editText } from '../systems/iam/role-edit'
import { roleWriteText } from '../systems/iam/role-write'
import type { WhoseAccount } from '../pipeline/select/select-in-account'
import type { Target } from '../pipeline/select/target'
import { regionsOf, type Targets } from '../pipeline/select/targets'
import type { Sharing } from '../pipeline/select/shard'
import { type Annotated, annotationsOf, annotationsOfProblems, verdictText } from './annotations'
import { costText, uncheckedCosts } from './extension-cost'
import { metricsText, statusText } from './function-line'
import { changeText } from '../pipeline/plan/change-text'
import { functionsText } from './headline'
import { moreInReport } from './naming'
import { policiesMissing } from './missing-policies'
import { firstNames } from './naming'
import type { Report } from './report'
import { roleWritesTitle } from './role-writes'
import { shareText } from './sharing'
import { telemetryText } from './telemetry'
import { failUnexpectedly } from './unexpected-fault'

/** Whose account it is, before anything else; then what the time of the run is limited by. */
export function announceAccount(
  whose: WhoseAccount,
  targets: Targets,
  warnings: readonly string[],
  runner: Runner,
): void {
  const where = [...regionsOf(targets)].sort().join(', ')
  runner.info(
    whose.kind === 'known'
      ? `Account ${whose.account} (${whose.partition}), ${where}`
      : `Account not known (${whose.why}), ${where}`,
  )
  for (const warning of warnings) runner.info(warning)
}

/** @param caller whose account was told first; where the functions are in another one, it is told with them */
export function announceTargets(
  targets: readonly Target[],
  sharing: Sharing | undefined,
  caller: string | undefined,
  runner: Runner,
): void {
  const regions = new Set(targets.map((t) => (t.kind === 'found' ? t.fn.arn.region : t.region)))
  const accounts = new Set(targets.flatMap((t) => (t.kind === 'found' ? [t.fn.arn.account] : [])))
  const others = [...accounts].filter((id) => caller !== undefined && id !== caller)
  const of = others.length === 0 ? '' : ` of account ${others.join(', ')}`
  const where = `${of}${regions.size === 0 ? '' : ` in ${[...regions].sort().join(', ')}`}`
  runner.info(
    `${functionsText(targets.length)}${where}${sharing ? ` (${shareText(sharing)})` : ''}`,
  )
}

/** @param invocations that the smoke test will make; `undefined`: nothing is carried out */
export function announcePlan(
  inspected: readonly Inspected[],
  invocations: number | undefined,
  runner: Runner,
): void {
  runner.startGroup('Plan')
  const width = nameWidth(inspected.map(nameOf))
  for (const one of inspected) {
    const edits = one.logs.disabling?.unit.changes.map(({ edit }) => editText(edit)) ?? []
    const beside = [...movesOf(one), ...edits]
    const isRoleOnly = one.kind === 'planned' && one.plan.kind === 'unchanged' && beside.length > 0
    const what = [...(isRoleOnly ? [] : [planText(one)]), ...beside]
    runner.info(`${nameOf(one).padEnd(width)}  ${what.join(', ')}`)
  }
  runner.endGroup()
  if (invocations === undefined) return
  runner.info(
    invocations === 0
      ? 'The smoke test will not invoke any function.'
      : `The smoke test will invoke ${functionsText(invocations)}.`,
  )
}

function movesOf(one: Inspected): readonly string[] {
  return one.kind === 'planned' && one.alias?.kind === 'publish'
    ? [`alias ${one.alias.alias}: version ${one.alias.from} → a new one`]
    : []
}

/** Why a function is blocked stands at the end of the log, with the failures. */
function planText(one: Inspected): string {
  if (one.kind === 'planned') {
    return one.plan.kind === 'change' ? changeText(one.plan.change) : 'no change'
  }
  return one.notApplicable ? `skipped: not-applicable (${one.detail})` : `blocked: ${one.reason}`
}

export function nameOf(one: Inspected): string {
  return one.kind === 'planned' ? one.fn.arn.name : one.name
}

const LONGEST_NAME = 40

function nameWidth(names: readonly string[]): number {
  return Math.min(LONGEST_NAME, Math.max(0, ...names.map((name) => name.length)))
}

/**
 * `12/60  name  status  …` for each function that ends, in a group of its own.
 * @param secrets that no error may quote
 */
export function progressLog(
  names: readonly string[],
  mode: Mode,
  secrets: readonly string[],
  runner: Runner,
): Progress {
  let ended = 0
  const total = names.length
  const digits = String(total).length
  const width = nameWidth(names)
  return {
    begun: () => runner.startGroup(mode === 'remove' ? 'Remove' : 'Configure and verify'),
    finished: () => runner.endGroup(),
    unexpected: (thrown) => failUnexpectedly(thrown, secrets, runner),
    ended(outcome) {
      ended += 1
      const count = `${String(ended).padStart(digits)}/${String(total)}`
      const about = aboutText(outcome)
      runner.info(
        `${count}  ${outcome.name.padEnd(width)}  ${statusText(outcome)}${about === '' ? '' : `  ${about}`}`,
      )
      const tail = outcome.smoke?.tail ?? []
      if (tail.length > 0) runner.untrusted(tail.map(({ text }) => `         ${text}`))
    },
  }
}

/** What was measured. Why it failed comes at the end; why it was skipped is in the plan. */
function aboutText(outcome: Outcome): string {
  const explained = !isGood(outcome) || outcome.reason === 'not-applicable'
  const disabled = outcome.cloudwatch?.by === undefined ? '' : 'CloudWatch Logs disabled'
  return [
    explained ? '' : (outcome.detail ?? ''),
    telemetryText(outcome),
    outcome.alias === undefined ? '' : aliasText(outcome.alias),
    disabled,
    metricsText(outcome),
  ]
    .filter((words) => words !== '')
    .join('; ')
}

/** The end of the log: the verdict, then each cause once, with its functions and what to do. */
export function announceReport(report: Report, runner: Runner): void {
  for (const note of report.notes) runner.info(note)
  announceMissingPolicies(report.outcomes, runner)
  announceRoleWrites(report, runner)
  if (report.extensionCost) runner.info(`Cold start: ${costText(report.extensionCost)}`)
  for (const note of uncheckedCosts(report.outcomes)) runner.info(note)
  if (report.cloudwatch?.savings) runner.info(savingsText(report.cloudwatch.savings))
  // What fails a plan is the change as such: its annotation is the verdict, which the log has too.
  if (report.failsOnChange !== true) runner.info(verdictText(report))
  show(annotationsOf(report), runner)
}

/** Lines of a log that tell of IAM; thousands would hide the rest. */
const MOST_WRITES = 100

function announceRoleWrites({ roleWrites, planOnly }: Report, runner: Runner): void {
  if (roleWrites.length === 0) return
  runner.info(roleWritesTitle(roleWrites.length, planOnly))
  for (const write of roleWrites.slice(0, MOST_WRITES)) runner.info(`  ${roleWriteText(write)}`)
  const left = roleWrites.length - MOST_WRITES
  if (left > 0) runner.info(`  ${moreInReport(left)}`)
}

/** Functions that lack the same have it printed once. */
function announceMissingPolicies(outcomes: readonly Outcome[], runner: Runner): void {
  for (const [policy, lacking] of policiesMissing(outcomes)) {
    const names = firstNames(
      lacking.map(({ name }) => name),
      undefined,
      MOST_WRITES,
    )
    runner.info(`Policy that is missing on the execution roles of ${names}:`)
    for (const line of policy.split('\n')) runner.info(`  ${line}`)
  }
}

export function announceProblems(problems: readonly Problem[], runner: Runner): void {
  const areInputs = problems.every(({ input }) => input !== undefined)
  runner.info(areInputs ? 'No changes were made. Fix these inputs:' : 'No changes were made:')
  show(annotationsOfProblems(problems), runner)
}

function show({ annotations, further }: Annotated, runner: Runner): void {
  for (const annotation of annotations) runner.annotate(annotation)
  for (const line of further) runner.info(line)
}
