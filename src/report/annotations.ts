/** Errors and warnings that GitHub shows beside the job. The runner prints each in the log as well, without its title. */

import type { Outcome } from '../pipeline/rollout/outcome'
import type { Problem } from '../model/problem'
import type { Annotation } from '../model/runner'
import { type Cause, causesOf, type Fact } from './causes'
import { ended, sentence } from './function-line'
import { countsText, functionsText, headline } from './headline'
import { counted, firstNames } from './naming'
import { durationText, type Report, sortOutcomes } from './report'
import { allText, type Warning, warningsOf, warningText } from './warnings'

/** GitHub's limit for each level and step (actions/toolkit, docs/problem-matchers.md). */
const LIMIT = 10

const TITLE = 'ClickStack for AWS Lambda'

export interface Annotated {
  readonly annotations: readonly Annotation[]
  /** What exceeds GitHub's limit, for the log alone. */
  readonly further: readonly string[]
}

/** The causes of the failures, then the warnings; each with its functions, as the log needs them. */
export function annotationsOf(report: Report): Annotated {
  const outcomes = sortOutcomes(report.outcomes)
  const level = report.result === 'failure' ? 'error' : 'warning'
  const causes = causesOf(outcomes)
  const failures = [
    ...(report.failsOnChange === true ? [verdictText(report)] : []),
    ...causes.map(causeText),
  ]
  const warnings = [
    ...report.warnings,
    ...warningsOf(outcomes).map((warning) => warningLine(warning, outcomes)),
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
      ...causes.flatMap(({ facts }) => facts.slice(MOST_FACTS).map(factText)),
      ...(left === 0 ? [] : [`${String(left)} more warnings are in the job summary.`]),
    ],
  }
}

/** Of one cause: further ones are for the log alone. */
const MOST_FACTS = 3

/** What happened to whom, and what to do, once. */
function causeText({ remedy, facts }: Cause): string {
  const told = facts.slice(0, MOST_FACTS).map(factText)
  const left = facts.slice(MOST_FACTS).reduce((sum, { outcomes }) => sum + outcomes.length, 0)
  const more = left === 0 ? [] : [`${functionsText(left)} more.`]
  return [...told, ...more, remedy].filter((text) => text !== '').join(' ')
}

/** `orders, cart: rolled-back: out-of-memory. The function ran out of memory.` */
function factText({ status, detail, isExact, outcomes }: Fact): string {
  const names = outcomes.map(({ name }) => name)
  const whose = `${counted(outcomes)}${firstNames(names)}: ${status}.`
  if (detail === undefined) return whose
  return isExact
    ? `${whose} ${sentence(detail)}`
    : `${whose} For example ${names[0] ?? ''}: ${ended(detail)}`
}

function warningLine(warning: Warning, outcomes: readonly Outcome[]): string {
  const members = warning.members.map(({ outcome }) => outcome)
  const names = members.map(({ name }) => name)
  const text = warning.members[0]?.text ?? ''
  const whose = warning.isOfAll ? allText(outcomes) : `${counted(members)}${firstNames(names)}`
  return warningText(warning).isExact
    ? `${whose}: ${text}`
    : `${whose}. For example ${names[0] ?? ''}: ${text}`
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

/** The verdict with its counts, for the log. */
export function verdictText(report: Report): string {
  return `${headline(report)} (${countsText(report.outcomes)}; ${durationText(report)})`
}
