/** The first thing that a reader needs: what to do, once for each cause, with the functions that it is about. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { type Cause, causesOf, type Fact } from './causes'
import { brief, ended } from './function-line'
import { functionsText } from './headline'
import { code, fold, plain, prose } from './markdown'
import { counted, firstNames, haveSeveralRegions, moreInReport } from './naming'
import { type Report, wouldChange } from './report'
import { allText, type Warning, warningsOf, warningText } from './warnings'

/** Causes, and warnings, that a reader takes in; further ones can be unfolded. */
const MOST = 10

/** Of one cause: what differs by function stands with the functions. */
const MOST_FACTS = 3

/** Longest explanation, in characters; a longer one stands with the functions. */
const LONGEST = 600

type Told = Pick<Report, 'outcomes'> & Partial<Pick<Report, 'warnings' | 'failsOnChange'>>

/** Empty where nothing is to be done. */
export function whatToDo(report: Told): readonly string[] {
  const { outcomes } = report
  const named = namesOf(outcomes)
  const causes = causesOf(outcomes)
  const steps = [...causes.map((cause) => stepText(cause, named)), ...driftSteps(report)]
  const warnings = [
    ...(report.warnings ?? []).map((text) => prose(text)),
    ...warningsOf(outcomes).map((warning) => warningLine(warning, outcomes, named)),
  ]
  if (steps.length === 0 && warnings.length === 0) return []
  return [
    steps.length === 0 ? '### Warnings' : '### What to do',
    numbered(steps.slice(0, MOST), 1),
    ...foldedRest(steps.slice(MOST), 'causes', (more) => numbered(more, MOST + 1)),
    bulleted(warnings.slice(0, MOST)),
    ...foldedRest(warnings.slice(MOST), 'warnings', bulleted),
  ].filter((text) => text !== '')
}

function numbered(texts: readonly string[], from: number): string {
  return texts.map((text, index) => `${String(index + from)}. ${text}`).join('\n')
}

function bulleted(warnings: readonly string[]): string {
  return warnings.map((text) => `- ⚠️ ${text}`).join('\n')
}

/** Longest list that a reader wants to unfold; all of it is in the report file. */
const MOST_FOLDED = 100

function foldedRest(
  texts: readonly string[],
  what: string,
  list: (texts: readonly string[]) => string,
): readonly string[] {
  if (texts.length === 0) return []
  const left = texts.length - MOST_FOLDED
  return [
    fold(`${String(texts.length)} more ${what}`, [
      list(texts.slice(0, MOST_FOLDED)),
      ...(left > 0 ? [moreInReport(left)] : []),
    ]),
  ]
}

type Named = (outcomes: readonly Outcome[]) => string

/** Names alone, or with the region where there are several. */
function namesOf(all: readonly Outcome[]): Named {
  const hasRegions = haveSeveralRegions(all)
  return (outcomes) =>
    firstNames(
      outcomes.map(({ name, region }) =>
        hasRegions ? `${code(name)} (${plain(region)})` : code(name),
      ),
    )
}

/** The remedy, and below it whom it is about and why. */
function stepText({ remedy, facts }: Cause, named: Named): string {
  const told = facts.slice(0, MOST_FACTS)
  const rest = facts.slice(MOST_FACTS).flatMap(({ outcomes }) => outcomes)
  const texts = told.map((fact, index) => factText(fact, facts[index - 1]?.status, named))
  const more = rest.length === 0 ? '' : `<br>And ${functionsText(rest.length)} more: ${named(rest)}`
  return `${strong(remedy)}<br>${texts.join('<br>')}${more}`
}

/** What a reader in a hurry needs: up to the first full stop or colon, outside of code. */
function strong(remedy: string): string {
  if (remedy === '') return ''
  const ends = [...remedy.matchAll(/[.:](?= )/g)].map(({ index }) => index + 1)
  const isOutside = (end: number) => remedy.slice(0, end).split('`').length % 2 === 1
  const end = ends.find(isOutside) ?? remedy.length
  return `**${prose(remedy.slice(0, end))}**${prose(remedy.slice(end))}`
}

/** @param before the status of the line above it */
function factText(fact: Fact, before: string | undefined, named: Named): string {
  const { status, detail, isExact, outcomes } = fact
  const what = status === before ? '' : `${status} · `
  const whose = `${what}${counted(outcomes)}${named(outcomes)}`
  if (detail === undefined) return whose
  const [first] = outcomes
  const why = prose(ended(brief(detail, LONGEST)))
  return isExact || first === undefined
    ? `${whose}: ${why}`
    : `${whose}. For example ${named([first])}: ${why}`
}

function driftSteps({ failsOnChange, outcomes }: Told): readonly string[] {
  if (failsOnChange !== true) return []
  const changing = functionsText(outcomes.filter(wouldChange).length)
  return [
    `**Run the step with \`mode: apply\`, or undo what changed the configuration.**<br>\`fail-on-change\` is set, and ${changing} would change.`,
  ]
}

function warningLine(warning: Warning, outcomes: readonly Outcome[], named: Named): string {
  const { text, isExact } = warningText(warning)
  const members = warning.members.map(({ outcome }) => outcome)
  const whose = warning.isOfAll ? allText(outcomes) : `${counted(members)}${named(members)}`
  const [first] = members
  return isExact || first === undefined
    ? `${whose}: ${prose(text)}`
    : `${whose}. For example ${named([first])}: ${prose(text)}`
}
