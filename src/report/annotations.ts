/** Errors and warnings that GitHub shows beside the job. The runner prints each in the log as well, without its title. */

import { isGood } from '../pipeline/rollout/outcome'
import type { Problem } from '../model/problem'
import type { Annotation } from '../model/runner'
import { statusText, whyText } from './function-line'
import { countsText, headline } from './headline'
import { durationText, type Report, sortOutcomes } from './report'

/** GitHub's limit for each level and step (actions/toolkit, docs/problem-matchers.md). */
const LIMIT = 10

const TITLE = 'ClickStack for AWS Lambda'

export interface Annotated {
  readonly annotations: readonly Annotation[]
  /** What exceeds GitHub's limit, for the log alone. */
  readonly further: readonly string[]
}

/** The verdict of a failed run, its failures, then the warnings; each message names its function, as the log needs it. */
export function annotationsOf(report: Report): Annotated {
  const bad = sortOutcomes(report.outcomes).filter((outcome) => !isGood(outcome))
  const level = report.result === 'failure' ? 'error' : 'warning'
  const failures = [
    ...(bad.length === 0 && report.failsOnChange !== true ? [] : [verdictText(report, bad.length)]),
    ...bad.map((outcome) => `${outcome.name}: ${statusText(outcome)}. ${whyText(outcome)}`),
  ]
  const warnings = [
    ...report.warnings,
    ...report.outcomes.flatMap(({ name, warnings }) => warnings.map((text) => `${name}: ${text}`)),
  ]
  const shown = failures.slice(0, LIMIT)
  const room = level === 'error' ? LIMIT : LIMIT - shown.length
  const left = Math.max(0, warnings.length - room)
  return {
    annotations: [
      ...shown.map((message) => ({ level, title: TITLE, message }) as const),
      ...warnings
        .slice(0, room)
        .map((message) => ({ level: 'warning', title: TITLE, message }) as const),
    ],
    further: [
      ...failures.slice(LIMIT),
      ...(left === 0 ? [] : [`${String(left)} more warnings are in the job summary.`]),
    ],
  }
}

export function annotationsOfProblems(problems: readonly Problem[]): Annotated {
  return {
    annotations: problems.slice(0, LIMIT).map(({ input, message }) => ({
      level: 'error',
      title: input === undefined ? TITLE : `Input ${input}`,
      message,
    })),
    further: problems.slice(LIMIT).map(({ message }) => message),
  }
}

function verdictText(report: Report, bad: number): string {
  const more =
    bad < LIMIT
      ? ''
      : ` GitHub annotates the first ${String(LIMIT - 1)}; all are in the job summary.`
  return `${headline(report)} (${countsText(report.outcomes)}; ${durationText(report)}).${more}`
}
