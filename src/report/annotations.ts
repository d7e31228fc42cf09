/** What the runner shows beside the job: at most 10 errors and 10 warnings a step, the rest is in the summary. */

import { isGood } from '../pipeline/rollout/outcome'
import type { Problem } from '../model/problem'
import type { Annotation } from '../model/runner'
import { statusText, whyText } from './function-line'
import { headline, type Report, sortOutcomes } from './report'

/** GitHub's limit for each level and step (actions/toolkit, docs/problem-matchers.md). */
const LIMIT = 10

const TITLE = 'ClickStack for AWS Lambda'

export function annotationsOf(report: Report): readonly Annotation[] {
  const bad = sortOutcomes(report.outcomes).filter((outcome) => !isGood(outcome))
  const level = report.result === 'failure' ? 'error' : 'warning'
  const failures: Annotation[] = bad.map((outcome) => ({
    level,
    title: `${outcome.name}: ${statusText(outcome)}`,
    message: whyText(outcome),
  }))
  const verdict: Annotation[] =
    bad.length === 0 ? [] : [{ level, title: TITLE, message: verdictText(report, bad.length) }]
  const aboutRun: Annotation[] = report.warnings.map((message) => ({
    level: 'warning',
    title: TITLE,
    message,
  }))
  const aboutFunctions: Annotation[] = report.outcomes.flatMap(({ name, warnings }) =>
    warnings.map((message) => ({ level: 'warning' as const, title: name, message })),
  )
  return withinLimits([...verdict, ...failures, ...aboutRun, ...aboutFunctions])
}

export function annotationsOfProblems(problems: readonly Problem[]): readonly Annotation[] {
  return withinLimits(
    problems.map(({ input, message }) => ({ level: 'error', title: `Input ${input}`, message })),
  )
}

function verdictText(report: Report, bad: number): string {
  const more = bad > LIMIT - 1 ? ' The first are listed; the rest is in the job summary.' : ''
  return `${headline(report)}.${more}`
}

function withinLimits(annotations: readonly Annotation[]): readonly Annotation[] {
  const counts = { error: 0, warning: 0, notice: 0 }
  return annotations.filter(({ level }) => ++counts[level] <= LIMIT)
}
