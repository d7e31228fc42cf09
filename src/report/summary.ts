/** The job summary, in Markdown: the verdict, what to fix, a table of all functions, then their details, folded. */

import { ENDS_WITH_CLOUDWATCH } from '../systems/cloudwatch/log-consumers'
import { savingsText } from '../systems/cloudwatch/savings'
import { ownerText } from '../systems/templates/drift'
import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { parseArn } from '../model/arn'
import { REMEDIES } from '../model/reason'
import { metricsText, sentence, statusText } from './function-line'
import { changeText, kindOfChange, shortLayer } from '../pipeline/plan/change-text'
import { block, code, plain, prose, table } from './markdown'
import { telemetryDetails, telemetryText } from './telemetry'
import {
  countsText,
  durationText,
  functionsText,
  headline,
  type Report,
  sortOutcomes,
} from './report'

/** GitHub discards a summary of more than 1 MiB (measured in bytes); the difference is for the last lines. */
const SIZE_LIMIT_BYTES = 900_000

/** All outputs of a job share 1 MB, estimated in UTF-16. */
const PLAN_LIMIT_BYTES = 250_000

/** Share of the limit: with thousands of functions the table alone would fill it. */
const TABLE_SHARE = 0.7

/** Failures that are explained above the table; further ones are explained in their details. */
const MOST_FAILURES = 20

export function renderSummary(report: Report): string {
  const outcomes = sortOutcomes(report.outcomes)
  const explained = outcomes.filter((outcome) => !isGood(outcome)).slice(0, MOST_FAILURES)
  const sections = [
    `## ${mark(report)} ClickStack for AWS Lambda: ${prose(headline(report))}`,
    intro(report),
    ...(explained.length === 0 ? [] : [explained.map(failureLine).join('\n')]),
    ...report.warnings.map((warning) => `> [!WARNING]\n> ${prose(warning)}`),
    ...report.notes.map((note) => `> [!NOTE]\n> ${prose(note)}`),
    ...cloudWatchSection(report),
    ...(outcomes.length === 0 ? [] : [overview(outcomes, SIZE_LIMIT_BYTES)]),
  ]
  const details = outcomes.map((outcome) => functionDetails(outcome, explained.includes(outcome)))
  return withinLimit(
    [...sections, ...driftSections(outcomes)].join('\n\n'),
    details,
    SIZE_LIMIT_BYTES,
  )
}

/** What happened to one function, and what to do about it. */
function failureLine(outcome: Outcome): string {
  return `- ${code(outcome.name)} **${statusText(outcome)}**: ${why(outcome).join('')}`
}

/** Limit for different snippets: they differ by function only where names or settings differ. */
const MOST_SNIPPETS = 20

/** One section for all functions of one tool that need the same lines. */
function driftSections(outcomes: readonly Outcome[]): string[] {
  const groups = new Map<string, readonly Outcome[]>()
  for (const outcome of outcomes) {
    if (outcome.drift === undefined) continue
    const { tool, snippet } = outcome.drift
    const key = `${tool}\n${snippet.lines.join('\n')}`
    groups.set(key, [...(groups.get(key) ?? []), outcome])
  }
  const sections = [...groups.values()].slice(0, MOST_SNIPPETS).flatMap((members) => {
    const [first] = members
    if (first?.drift === undefined) return []
    const owners = [...new Set(members.flatMap(({ drift }) => (drift ? [ownerText(drift)] : [])))]
    const names = members.map(({ name }) => code(name)).join(', ')
    return [
      [
        `<details><summary>The next deployment of ${plain(owners.join(', '))} may overwrite the change of ${functionsText(members.length)}: lines for the template</summary>`,
        names,
        block(first.drift.snippet.lines, first.drift.snippet.language),
        'Replace the references to secrets with your own. Later runs leave layers and variables that the template sets unchanged.',
        ...(members.some(hasOwnedPolicy)
          ? [
              'This action added a policy to the execution role. CloudFormation cannot delete the role, and therefore the stack, while this policy exists: run `mode: remove` first.',
            ]
          : []),
        '</details>',
      ].join('\n\n'),
    ]
  })
  const left = groups.size - sections.length
  return left > 0
    ? [...sections, `${String(left)} more snippets are in the report file.`]
    : sections
}

function hasOwnedPolicy({ cloudwatch, warnings }: Outcome): boolean {
  return (
    cloudwatch?.by !== undefined || warnings.some((text) => text.includes('grant-secret-access'))
  )
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

/** The plan alone, for the `plan` output and for reviews. */
export function renderPlan(outcomes: readonly Outcome[]): string {
  const sorted = sortOutcomes(outcomes)
  return withinLimit(
    overview(sorted, PLAN_LIMIT_BYTES),
    sorted
      .filter(({ change }) => change !== undefined)
      .map((outcome) => functionDetails(outcome, false)),
    PLAN_LIMIT_BYTES,
  )
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
function overview(outcomes: readonly Outcome[], limitBytes: number): string {
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
  const kept = rows.filter(
    (row) => (size += bytes(row.join(' | ')) + 6) <= limitBytes * TABLE_SHARE,
  )
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

function changeCell({ change, cloudwatch, status }: Outcome): string {
  const edits = cloudwatch?.edits ?? []
  const parts = [
    ...(change === undefined ? [] : [changeText(change)]),
    ...(edits.length === 0 ? [] : ['CloudWatch Logs disabled']),
  ]
  if (parts.length === 0) return '–'
  return status === 'rolled-back' ? `rolled back: ${parts.join(', ')}` : parts.join(', ')
}

function functionDetails(outcome: Outcome, isExplained: boolean): string {
  const parts = [
    ...(isExplained ? [] : why(outcome)),
    ...policyDetails(outcome),
    ...outcome.warnings.map((warning) => `- ⚠️ ${prose(sentence(warning))}`),
    ...changeDetails(outcome),
    ...cloudWatchDetails(outcome),
    ...telemetryDetails(outcome),
    ...tailDetails(outcome),
  ]
  if (parts.length === 0) return ''
  const { facts } = outcome
  const about = facts
    ? ` · ${plain(facts.runtime ?? 'container image')} · ${facts.architecture} · ${String(facts.memoryMb)} MB · timeout ${String(facts.timeoutSeconds)} s`
    : ''
  // GitHub renders Markdown inside details only after an empty line.
  return [
    `<details><summary>${code(outcome.name)} · ${statusText(outcome)}</summary>`,
    `${plain(outcome.region)}${about}${version(outcome)}`,
    ...parts,
    '</details>',
  ].join('\n\n')
}

/** A status applies to one version only: the versions that aliases point to are unchanged. */
function version({ status }: Outcome): string {
  return ['written', 'instrumented', 'unchanged', 'removed', 'unproven'].includes(status)
    ? ' · applies to `$LATEST`'
    : ''
}

function why({ reason, detail }: Outcome): string[] {
  if (reason === undefined) return []
  const what = detail === undefined ? '' : `${prose(sentence(detail))} `
  return [`${what}**What to do:** ${REMEDIES[reason]}`]
}

function policyDetails({ missingPolicy }: Outcome): string[] {
  if (missingPolicy === undefined) return []
  return ['Policy that is missing on its execution role:', block(missingPolicy.split('\n'), 'json')]
}

function changeDetails({ change, status }: Outcome): string[] {
  if (change === undefined) return []
  const undone = status === 'rolled-back' ? ' (rolled back)' : ''
  const layers =
    change.layers === undefined
      ? []
      : [
          `Layers, ${status === 'planned' ? 'current → planned' : 'before → after'}${undone}:`,
          block(
            diff(change.layers.before.map(layerText), change.layers.after.map(layerText)),
            'diff',
          ),
        ]
  const variables =
    change.variables.length === 0
      ? []
      : [
          `Variables, without their values${undone}:`,
          block(
            change.variables.map((variable) => {
              const kind = kindOfChange(variable)
              const sign = { added: '+', removed: '-', changed: '!' }[kind]
              return `${sign} ${variable.name}${kind === 'changed' ? '  (new value)' : ''}`
            }),
            'diff',
          ),
        ]
  const format = change.logFormat
  return [
    ...layers,
    ...variables,
    ...(format ? [`Log format: ${format.before} → ${format.after}`] : []),
  ]
}

function cloudWatchDetails({ cloudwatch }: Outcome): string[] {
  if (cloudwatch === undefined) return []
  const { edits, by } = cloudwatch
  return [
    ...(edits.length === 0 ? [] : [`Execution role: ${plain(edits.join(', '))}`]),
    ...(by === undefined ? [] : [`CloudWatch Logs are disabled: ${plain(by)}`]),
  ]
}

/** `account:name:version`, which identifies a layer. */
function layerText(arn: string): string {
  return `${parseArn(arn)?.account ?? ''}:${shortLayer(arn)}`
}

/** Lists of at most five: removed, kept and added items, in the order of the new list. */
function diff(before: readonly string[], after: readonly string[]): string[] {
  const lines: string[] = []
  let rest = [...before]
  for (const item of after) {
    const at = rest.indexOf(item)
    if (at === -1) {
      // The item that it replaces comes first.
      const [next] = rest
      if (next !== undefined && !after.includes(next)) {
        lines.push(`- ${next}`)
        rest = rest.slice(1)
      }
      lines.push(`+ ${item}`)
    } else {
      lines.push(...rest.slice(0, at).map((gone) => `- ${gone}`), `  ${item}`)
      rest = rest.slice(at + 1)
    }
  }
  return [...lines, ...rest.map((gone) => `- ${gone}`)]
}

function tailDetails({ smoke }: Outcome): string[] {
  if (smoke === undefined || smoke.tail.length === 0) return []
  return [
    'Log lines of the Lambda platform and the extension:',
    block(smoke.tail.map(({ text }) => text)),
  ]
}

function withinLimit(head: string, details: readonly string[], limitBytes: number): string {
  const kept: string[] = []
  let size = bytes(head)
  const wanted = details.filter((detail) => detail !== '')
  for (const detail of wanted) {
    size += bytes(detail) + 2
    if (size > limitBytes) break
    kept.push(detail)
  }
  const left = wanted.length - kept.length
  const note =
    left === 0 ? [] : [`Details of ${String(left)} more functions are in the report file.`]
  return `${[head, ...kept, ...note].join('\n\n')}\n`
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length
}
