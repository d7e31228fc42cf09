/** The job summary, in Markdown: the verdict, what to fix, a table of all functions, then their details, folded. */

import { ENDS_WITH_CLOUDWATCH } from '../systems/cloudwatch/log-consumers'
import { savingsText } from '../systems/cloudwatch/savings'
import { aliasText, isGood, type Outcome } from '../pipeline/rollout/outcome'
import { changeText } from '../pipeline/plan/change-text'
import { sharedTexts, withoutShared } from './shared-warnings'
import { driftSections } from './drift-sections'
import { costText } from './extension-cost'
import { bytesOf, fitted, type Part } from './fit'
import { functionDetails, why } from './function-details'
import { metricsText, statusText } from './function-line'
import { countsText, functionsText, headline } from './headline'
import { code, plain, prose, table, withoutReferences } from './markdown'
import { roleWritesSections } from './role-writes'
import { telemetryText } from './telemetry'
import { durationText, type Report, sortOutcomes } from './report'

/** GitHub discards a step's summary of more than 1 MiB, in bytes. Fleets reach this limit: a margin stays. */
const SIZE_LIMIT_BYTES = 890_000

/** Characters of the output `plan`, which is to fit into a comment of GitHub (65,536); bytes are never fewer. */
const PLAN_LIMIT_BYTES = 60_000

/** Failures that are explained above the table; further ones are explained in their details. */
const MOST_FAILURES = 20

export function renderSummary(report: Report): string {
  const outcomes = sortOutcomes(withoutShared(report.outcomes))
  const explained = outcomes.filter((outcome) => !isGood(outcome)).slice(0, MOST_FAILURES)
  const failures = explained.map(failureLine)
  const title = `## ${titleText(report)}`
  return fitted(
    [
      part(
        [
          title,
          intro(report),
          failures.join('\n'),
          ...costSection(report),
          ...cloudWatchSection(report),
        ],
        0.3,
      ),
      part(
        [...report.warnings, ...sharedTexts(report.outcomes)].map(
          (warning) => `> [!WARNING]\n> ${prose(warning)}`,
        ),
        0.35,
        'warnings',
      ),
      part(
        report.notes.map((note) => `> [!NOTE]\n> ${prose(note)}`),
        0.4,
        'notes',
      ),
      part(outcomes.length === 0 ? [] : [overview(outcomes, SIZE_LIMIT_BYTES * 0.35)], 0.78),
      part(roleWritesSections(report), 0.85),
      part(driftSections(outcomes), 0.9, 'snippets'),
      part(
        outcomes.map((outcome) => functionDetails(outcome, explained.includes(outcome))),
        1,
        'details',
      ),
    ],
    SIZE_LIMIT_BYTES,
  )
}

/** @param what of them there are too many; `details` of functions */
function part(
  texts: readonly string[],
  upTo: number,
  what: 'warnings' | 'notes' | 'snippets' | 'details' | 'sections' = 'sections',
): Part {
  return {
    texts,
    upTo,
    left: (count) =>
      what === 'details'
        ? `Details of ${String(count)} more functions are in the report file.`
        : `${String(count)} more ${what} are in the report file.`,
  }
}

/** What happened to one function, and what to do about it. */
function failureLine(outcome: Outcome): string {
  return `- ${code(outcome.name)} **${statusText(outcome)}**: ${why(outcome).join('')}`
}

function costSection({ extensionCost }: Report): string[] {
  return extensionCost === undefined ? [] : [`${plain(costText(extensionCost))}.`]
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
    [
      `**${what}**${savings ? ` ${plain(savingsText(savings))}.` : ''}`,
      '<details><summary>What changes without CloudWatch Logs</summary>',
      ENDS_WITH_CLOUDWATCH.map((line) => `- ${plain(line)}`).join('\n'),
      '</details>',
    ].join('\n\n'),
  ]
}

/** The plan alone, for the `plan` output and for comments: at most 60,000 characters, and it mentions nobody. */
export function renderPlan({
  outcomes,
  roleWrites,
  planOnly,
}: Pick<Report, 'outcomes' | 'roleWrites' | 'planOnly'>): string {
  const sorted = sortOutcomes(outcomes)
  // What would change, and what cannot be planned.
  const told = sorted.filter(
    (one) =>
      one.change !== undefined ||
      one.alias !== undefined ||
      one.roleEdits !== undefined ||
      !isGood(one),
  )
  return fitted(
    [
      part(
        sorted.length === 0 ? [] : [withoutReferences(overview(sorted, PLAN_LIMIT_BYTES * 0.5))],
        0.55,
      ),
      part(roleWritesSections({ roleWrites, planOnly }).map(withoutReferences), 0.75),
      part(
        told.map((outcome) => withoutReferences(functionDetails(outcome, false))),
        1,
        'details',
      ),
    ],
    PLAN_LIMIT_BYTES,
  )
}

function titleText(report: Report): string {
  return `${mark(report)} ClickStack for AWS Lambda: ${prose(headline(report))}`
}

/** Verdict and counts of a plan, for where it stands alone. */
export function planTitle(report: Report): string {
  return `### ${titleText(report)}\n\n${intro(report)}`
}

function mark({ result, planOnly }: Report): string {
  if (result === 'failure') return '❌'
  return planOnly ? '📋' : '✅'
}

function intro(report: Report): string {
  const invocations =
    report.invocations === 0
      ? ''
      : ` · ${String(report.invocations)} ${report.invocations === 1 ? 'invocation' : 'invocations'}`
  const isDryRun = report.planOnly && report.mode !== 'plan'
  const region = onlyRegion(report.outcomes)
  const where = region === undefined ? '' : ` · ${plain(region)}`
  return `\`mode: ${report.mode}\`${isDryRun ? ' (dry run)' : ''}${where} · ${countsText(report.outcomes)}${invocations} · ${durationText(report)}`
}

/** The region of all functions; `undefined` where there are several, or none. */
function onlyRegion(outcomes: readonly Outcome[]): string | undefined {
  const regions = new Set(outcomes.map(({ region }) => region))
  return regions.size === 1 ? outcomes[0]?.region : undefined
}

/** The table; a column for regions only where there are several. */
function overview(outcomes: readonly Outcome[], roomBytes: number): string {
  const hasRegions = onlyRegion(outcomes) === undefined
  const isVerified = outcomes.some(({ telemetry }) => telemetry !== undefined)
  const rows = outcomes.map((outcome) => [
    code(outcome.name),
    ...(hasRegions ? [plain(outcome.region)] : []),
    `${isGood(outcome) ? '' : '**'}${statusText(outcome)}${isGood(outcome) ? '' : '**'}`,
    plain(changeCell(outcome)),
    plain(metricsText(outcome) || '–'),
    ...(isVerified ? [plain(telemetryText(outcome) || '–')] : []),
  ])
  let size = 0
  const kept = rows.filter((row) => (size += bytesOf(row.join(' | ')) + 6) <= roomBytes)
  const left = rows.length - kept.length
  return [
    table(
      [
        'Function',
        ...(hasRegions ? ['Region'] : []),
        'Status',
        'Change',
        'Smoke test',
        ...(isVerified ? ['Telemetry'] : []),
      ],
      kept,
    ),
    ...(left === 0 ? [] : [`${String(left)} more functions are in the report file.`]),
  ].join('\n\n')
}

function changeCell({ change, alias, cloudwatch, roleEdits, rolledBack }: Outcome): string {
  const disabled = (edits: readonly string[] = []) =>
    edits.length === 0 ? [] : ['CloudWatch Logs disabled']
  const changed = (one: Outcome['change']) => (one === undefined ? [] : [changeText(one)])
  const undone = rolledBack && [...changed(rolledBack.change), ...disabled(rolledBack.edits)]
  const edits =
    roleEdits === undefined || cloudwatch !== undefined ? [] : ['execution role changed']
  const parts = [
    ...changed(change),
    ...(alias ? [aliasText(alias)] : []),
    ...disabled(cloudwatch?.edits),
    ...edits,
    ...(undone ? [`rolled back: ${undone.join(', ')}`] : []),
  ]
  return parts.length === 0 ? '–' : parts.join(', ')
}
