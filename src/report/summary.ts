/**
 * The job summary, in Markdown, for a reader in a hurry: the verdict, what to do, how many functions ended how; then what
 * can be unfolded: the functions that failed, the good ones, what was changed.
 */

import { ENDS_WITH_CLOUDWATCH } from '../systems/cloudwatch/log-consumers'
import { savingsText } from '../systems/cloudwatch/savings'
import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { changeSections, changeWords } from './change-groups'
import { measuredSections } from './charts'
import { driftSections } from './drift-sections'
import { failureSections } from './failures'
import { fitted, type Part, type Section, section } from './fit'
import { goodSections } from './function-table'
import { countsWithIcons, functionsText, headline, verdictIcon } from './headline'
import { fold, plain, prose, withoutReferences } from './markdown'
import { missingPolicySections } from './missing-policies'
import { moreInReport } from './naming'
import { roleWritesSections } from './role-writes'
import { durationText, type Report, sortOutcomes } from './report'
import { whatToDo } from './what-to-do'

/** GitHub discards a step's summary of more than 1 MiB, in bytes; a reader unfolds less than this. */
const SIZE_LIMIT_BYTES = 240_000

/** Characters of the output `plan`, which is to fit into a comment of GitHub (65,536); bytes are never fewer. */
const PLAN_LIMIT_BYTES = 60_000

export function renderSummary(report: Report): string {
  const outcomes = sortOutcomes(report.outcomes)
  return fitted(
    [
      part([`## ${titleText(report)}`], 0.1),
      part(whatToDo({ ...report, outcomes }), 0.35),
      part([countsText(report), ...cloudWatchSection(report)], 0.4),
      part(missingPolicySections(outcomes), 0.6),
      detailsPart(failureSections(outcomes), 0.75),
      ...goodAndChanged(report, outcomes, 0.92),
      part(roleWritesSections(report), 0.93),
      part(driftSections(outcomes), 0.96, ['snippet', 'snippets']),
      part(measuredSections(report), 0.98),
      part(notesSection(report), 1),
    ].map(unreferring),
    SIZE_LIMIT_BYTES,
  )
}

/** @param what of them there are too many: one, and several */
function part(
  texts: readonly string[],
  upTo: number,
  what: [string, string] = ['section', 'sections'],
): Part {
  return {
    sections: texts.map(section),
    upTo,
    left: ({ length }) => moreInReport(length, what),
  }
}

/** Sections about functions: a reader misses functions, of which one section may have hundreds. */
function detailsPart(
  sections: readonly Section[],
  upTo: number,
  what: 'Details' | 'Changes' = 'Details',
): Part {
  return {
    sections,
    upTo,
    left: (missing) => {
      const { size } = new Set(missing.flatMap(({ functions }) => functions))
      return `${what} of ${String(size)} more ${size === 1 ? 'function' : 'functions'} are in the report file.`
    },
  }
}

function unreferring(one: Part): Part {
  return {
    ...one,
    sections: one.sections.map(({ text, functions }) => ({
      text: withoutReferences(text),
      functions,
    })),
  }
}

/** A plan is about the changes; of a run they are one fold, after the functions that are well. */
function goodAndChanged(
  { planOnly }: Pick<Report, 'planOnly'>,
  outcomes: readonly Outcome[],
  upTo: number,
): readonly Part[] {
  const good = outcomes.filter(isGood)
  const sections = changeSections(good)
  if (planOnly) return [detailsPart([...sections, ...goodSections(good)], upTo)]
  const changed = good.filter((outcome) => changeWords(outcome) !== '')
  const text = fold(
    `✏️ What was changed: ${functionsText(changed.length)}`,
    sections.map((one) => one.text),
  )
  return [
    detailsPart(goodSections(good), upTo),
    detailsPart(changed.length === 0 ? [] : [{ text, functions: changed }], upTo, 'Changes'),
  ]
}

/** Where CloudWatch Logs are disabled, what that saves, and what CloudWatch no longer receives. */
function cloudWatchSection({ cloudwatch, planOnly }: Report): string[] {
  if (cloudwatch === undefined) return []
  const { functions, savings } = cloudwatch
  const count = functionsText(functions)
  const what = planOnly
    ? `CloudWatch Logs would be disabled for ${count}.`
    : `CloudWatch Logs are disabled for ${count} (verified).`
  return [
    `**${what}**${savings ? ` ${plain(savingsText(savings))}.` : ''}`,
    fold('ℹ️ What changes without CloudWatch Logs', [
      ENDS_WITH_CLOUDWATCH.map((line) => `- ${plain(line)}`).join('\n'),
    ]),
  ]
}

function notesSection({ notes }: Report): string[] {
  if (notes.length === 0) return []
  const title = notes.length === 1 ? '1 note' : `${String(notes.length)} notes`
  return [
    fold(`ℹ️ ${title}: what was not checked, and what needs no action`, [
      notes.map((note) => `- ${prose(note)}`).join('\n'),
    ]),
  ]
}

/** The plan alone, for the `plan` output and for comments: at most 60,000 characters, and it mentions nobody. */
export function renderPlan({
  outcomes,
  roleWrites,
  planOnly,
}: Pick<Report, 'outcomes' | 'roleWrites' | 'planOnly'>): string {
  const sorted = sortOutcomes(outcomes)
  const good = sorted.filter(isGood)
  return fitted(
    [
      part(whatToDo({ outcomes: sorted }), 0.3),
      part(missingPolicySections(sorted), 0.5),
      detailsPart(failureSections(sorted), 0.7),
      part(roleWritesSections({ roleWrites, planOnly }), 0.8),
      detailsPart(changeSections(good), 0.95),
      detailsPart(goodSections(sorted), 1),
    ].map(unreferring),
    PLAN_LIMIT_BYTES,
  )
}

function titleText(report: Report): string {
  return `${verdictIcon(report)} ${prose(headline(report))}`
}

/** Verdict and counts of a plan, for where it stands alone. */
export function planTitle(report: Report): string {
  return `### ${titleText(report)}\n\n${countsText(report)}`
}

/** How many functions ended how, and what was done where. */
function countsText(report: Report): string {
  const { mode, planOnly, outcomes, invocations } = report
  const isDryRun = planOnly && mode !== 'plan'
  const region = onlyRegion(outcomes)
  const facts = [
    `ClickStack for AWS Lambda · \`mode: ${mode}\`${isDryRun ? ' (dry run)' : ''}`,
    ...(region === undefined ? [] : [plain(region)]),
    ...(invocations === 0
      ? []
      : [`${String(invocations)} ${invocations === 1 ? 'invocation' : 'invocations'}`]),
    durationText(report),
  ].join(' · ')
  const counts = outcomes.length === 0 ? [] : [`**${countsWithIcons(outcomes)}**`]
  return [...counts, facts, ...restoredText(outcomes)].join('<br>')
}

/** What a reader fears first: a function in production that no longer works. */
function restoredText(outcomes: readonly Outcome[]): readonly string[] {
  const count = outcomes.filter(({ status }) => status === 'rolled-back').length
  if (count === 0) return []
  const which = count === 1 ? 'The function that was' : `The ${String(count)} functions that were`
  return [
    `${which} rolled back ${count === 1 ? 'is' : 'are'} in ${count === 1 ? 'its' : 'their'} original state.`,
  ]
}

/** The region of all functions; `undefined` where there are several, or none. */
function onlyRegion(outcomes: readonly Outcome[]): string | undefined {
  const regions = new Set(outcomes.map(({ region }) => region))
  return regions.size === 1 ? outcomes[0]?.region : undefined
}
