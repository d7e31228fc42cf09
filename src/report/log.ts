/** The log of a run: one line per function, progress on long work, plain words. */

import { savingsText } from '../systems/cloudwatch/savings'
import type { Mode } from '../model/mode'
import type { Inspected } from '../pipeline/preflight/inspect'
import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import type { Progress } from '../pipeline/rollout/rollout'
import type { Problem } from '../model/problem'
import type { Runner } from '../model/runner'
import { editText } from '../systems/iam/role-edit'
import type { Target } from '../pipeline/select/select'
import { changeText, metricsText, statusText, whyText } from './function-line'
import { telemetryText } from './telemetry'
import { countsText, headline, type Report } from './report'

export function announceTargets(targets: readonly Target[], runner: Runner): void {
  const regions = new Set(targets.map((t) => (t.kind === 'found' ? t.fn.arn.region : t.region)))
  const count = targets.length
  runner.info(
    `${String(count)} ${count === 1 ? 'function' : 'functions'} in ${[...regions].sort().join(', ')}`,
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
    const what =
      one.kind === 'refused'
        ? `${one.notApplicable ? 'skipped' : 'blocked'}: ${one.reason} (${one.detail})`
        : one.plan.kind === 'change'
          ? changeText(one.plan.change)
          : 'no change'
    const edits = one.logs.cut?.edits.map(editText) ?? []
    const dark = one.logs.dark === undefined ? [] : ['dark']
    runner.info(`${nameOf(one).padEnd(width)}  ${[...dark, what, ...edits].join(', ')}`)
    if (edits.length > 0 && one.kind === 'planned') {
      for (const warning of one.plan.warnings) runner.info(`${' '.repeat(width)}  ${warning}`)
    }
  }
  runner.endGroup()
  if (invocations === undefined) return
  runner.info(
    invocations === 0
      ? 'The smoke test will invoke no function.'
      : `The smoke test will make ${String(invocations)} ${invocations === 1 ? 'invocation' : 'invocations'}.`,
  )
}

export function nameOf(one: Inspected): string {
  return one.kind === 'planned' ? one.fn.arn.name : one.name
}

const LONGEST_NAME = 40

function nameWidth(names: readonly string[]): number {
  return Math.min(LONGEST_NAME, Math.max(0, ...names.map((name) => name.length)))
}

/** `12/60  name  status  …` for each function that ends, in a group of its own. */
export function progressLog(names: readonly string[], mode: Mode, runner: Runner): Progress {
  let ended = 0
  const total = names.length
  const digits = String(total).length
  const width = nameWidth(names)
  return {
    begun: () => runner.startGroup(mode === 'remove' ? 'Remove' : 'Attach and prove'),
    finished: () => runner.endGroup(),
    ended(outcome) {
      ended += 1
      const count = `${String(ended).padStart(digits)}/${String(total)}`
      const cut = outcome.cloudwatch?.by === undefined ? '' : 'CloudWatch Logs cut'
      const words = [outcome.detail ?? '', telemetryText(outcome), cut, metricsText(outcome)]
      const about = words.filter((word) => word !== '').join('; ')
      runner.info(
        `${count}  ${outcome.name.padEnd(width)}  ${statusText(outcome)}${about === '' ? '' : `  (${about})`}`,
      )
      const tail = outcome.smoke?.tail ?? []
      if (tail.length > 0) runner.untrusted(tail.map(({ text }) => `         ${text}`))
    },
  }
}

/** The last words: the verdict, and what to do about each function that is not as asked. */
export function announceReport(report: Report, runner: Runner): void {
  const seconds = (report.durationMs / 1000).toFixed(1)
  runner.info(`${headline(report)}: ${countsText(report.outcomes)} in ${seconds} s`)
  const { cloudwatch } = report
  if (cloudwatch?.savings) runner.info(`  ${savingsText(cloudwatch.savings)}`)
  for (const outcome of report.outcomes) {
    if (isGood(outcome)) continue
    runner.info(`  ${outcome.name}: ${statusText(outcome)}. ${whyText(outcome)}`)
  }
  for (const note of report.notes) runner.info(note)
  announceMissingPolicies(report.outcomes, runner)
}

/** Functions that lack the same have it printed once. */
function announceMissingPolicies(outcomes: readonly Outcome[], runner: Runner): void {
  const policies = new Set(outcomes.flatMap(({ missingPolicy }) => missingPolicy ?? []))
  for (const policy of policies) {
    const lacking = outcomes.filter(({ missingPolicy }) => missingPolicy === policy)
    const names = lacking.map(({ name }) => name).join(', ')
    runner.info(`The policy that the execution roles of these lack: ${names}`)
    for (const line of policy.split('\n')) runner.info(`  ${line}`)
  }
}

export function announceProblems(problems: readonly Problem[], runner: Runner): void {
  runner.info('Nothing was touched. To be corrected first:')
  for (const { input, message } of problems) runner.info(`  ${input}: ${message}`)
}
