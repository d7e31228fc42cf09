/** The job summary, in Markdown: the verdict first, then a table, then each function's details folded away. */

import { ENDS_WITH_CLOUDWATCH } from '../systems/cloudwatch/log-consumers'
import { savingsText } from '../systems/cloudwatch/savings'
import { ownerText } from '../systems/templates/drift'
import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { REMEDIES } from '../model/reason'
import {
  changeText,
  kindOfChange,
  metricsText,
  sentence,
  shortLayer,
  statusText,
} from './function-line'
import { block, code, plain, table } from './markdown'
import { telemetryDetails, telemetryText } from './telemetry'
import { countsText, headline, type Report, sortOutcomes } from './report'

/** GitHub drops a summary of more than 1 MiB whole (measured in bytes); room is left for the last lines. */
const SIZE_LIMIT_BYTES = 900_000

/** All outputs of a job share 1 MB, estimated in UTF-16. */
const PLAN_LIMIT_BYTES = 250_000

/** Of the room that there is: thousands of functions fill it with the table alone. */
const TABLE_SHARE = 0.7

export function renderSummary(report: Report): string {
  const outcomes = sortOutcomes(report.outcomes)
  const sections = [
    `## ${mark(report)} ClickStack for AWS Lambda: ${plain(headline(report))}`,
    intro(report),
    ...report.warnings.map((warning) => `> [!WARNING]\n> ${plain(warning)}`),
    ...report.notes.map((note) => `> [!NOTE]\n> ${plain(note)}`),
    ...cloudWatchSection(report),
    ...(outcomes.length === 0 ? [] : [overview(outcomes, SIZE_LIMIT_BYTES)]),
  ]
  const details = outcomes.map((outcome) => functionDetails(outcome, report.planOnly))
  return withinLimit(
    [...sections, ...driftSections(outcomes)].join('\n\n'),
    details,
    SIZE_LIMIT_BYTES,
  )
}

/** At most so many different snippets: they differ by function only where names or settings do. */
const MOST_SNIPPETS = 20

/** Once for all functions that a tool owns and that need the same lines. */
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
        `<details><summary>The next deploy of ${plain(owners.join(', '))} may undo this for ${String(members.length)} ${members.length === 1 ? 'function' : 'functions'}: what to put into the template</summary>`,
        names,
        block(first.drift.snippet.lines, first.drift.snippet.language),
        'Secrets stand in it as references only; fill in yours. Layer and variables that the template carries are left as they are by later runs.',
        ...(members.some(hasOwnedPolicy)
          ? [
              'A policy of this action is on the execution role. CloudFormation cannot delete a role, and so its stack, while a policy that it does not know is on it: run `mode: remove` before.',
            ]
          : []),
        '</details>',
      ].join('\n\n'),
    ]
  })
  const left = groups.size - sections.length
  return left > 0
    ? [...sections, `${String(left)} more such snippets are in the report file.`]
    : sections
}

function hasOwnedPolicy({ cloudwatch, warnings }: Outcome): boolean {
  return (
    cloudwatch?.by !== undefined || warnings.some((text) => text.includes('grant-secret-access'))
  )
}

/** What was cut, what that saves, and what is dark from now on. */
function cloudWatchSection({ cloudwatch, planOnly }: Report): string[] {
  if (cloudwatch === undefined) return []
  const { functions, savings } = cloudwatch
  const count = `${String(functions)} ${functions === 1 ? 'function' : 'functions'}`
  const what = planOnly
    ? `CloudWatch Logs of ${count} would be cut.`
    : `CloudWatch Logs of ${count} are cut, and proven to be.`
  return [
    [
      `**${what}**${savings ? ` ${plain(savingsText(savings))}.` : ''}`,
      '<details><summary>What goes dark</summary>',
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
      .map((outcome) => functionDetails(outcome, true)),
    PLAN_LIMIT_BYTES,
  )
}

function mark({ result, planOnly }: Report): string {
  if (result === 'failure') return '❌'
  return planOnly ? '📋' : '✅'
}

function intro(report: Report): string {
  const seconds = (report.durationMs / 1000).toFixed(1)
  const invocations =
    report.invocations === 0
      ? ''
      : ` · ${String(report.invocations)} ${report.invocations === 1 ? 'invocation' : 'invocations'}`
  const isDryRun = report.planOnly && report.mode !== 'plan'
  return `\`mode: ${report.mode}\`${isDryRun ? ' (dry run)' : ''} · ${countsText(report.outcomes)}${invocations} · ${seconds} s`
}

function overview(outcomes: readonly Outcome[], limitBytes: number): string {
  const isVerified = outcomes.some(({ telemetry }) => telemetry !== undefined)
  const rows = outcomes.map((outcome) => [
    code(outcome.name),
    plain(outcome.region),
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
        'Region',
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
    ...(edits.length === 0 ? [] : [cutText(status)]),
  ]
  if (parts.length === 0) return '–'
  return status === 'rolled-back' ? `${parts.join(', ')}; put back` : parts.join(', ')
}

function cutText(status: Outcome['status']): string {
  return status === 'planned' ? 'CloudWatch Logs to be cut' : 'CloudWatch Logs cut'
}

function functionDetails(outcome: Outcome, planned: boolean): string {
  const parts = [
    ...why(outcome),
    ...policyDetails(outcome),
    ...outcome.warnings.map((warning) => `- ⚠️ ${plain(warning)}`),
    ...changeDetails(outcome, planned),
    ...cloudWatchDetails(outcome),
    ...telemetryDetails(outcome),
    ...tailDetails(outcome),
  ]
  if (parts.length === 0) return ''
  const { facts } = outcome
  const about = facts
    ? ` · ${plain(facts.runtime ?? 'container image')} · ${facts.architecture} · ${String(facts.memoryMb)} MB · ${String(facts.timeoutSeconds)} s`
    : ''
  // GitHub renders Markdown inside details only after an empty line.
  return [
    `<details${isGood(outcome) ? '' : ' open'}><summary>${code(outcome.name)} · ${statusText(outcome)}</summary>`,
    `${plain(outcome.region)}${about}${version(outcome)}`,
    ...parts,
    '</details>',
  ].join('\n\n')
}

/** A status is true for one version only: what aliases point to is not touched. */
function version({ status }: Outcome): string {
  return ['written', 'instrumented', 'unchanged', 'removed', 'unproven'].includes(status)
    ? ' · true for `$LATEST`'
    : ''
}

function why({ reason, detail }: Outcome): string[] {
  if (reason === undefined) return []
  const what = detail === undefined ? '' : `${plain(sentence(detail))} `
  return [`${what}**What to do:** ${REMEDIES[reason]}`]
}

function policyDetails({ missingPolicy }: Outcome): string[] {
  if (missingPolicy === undefined) return []
  return ['The policy that its execution role lacks:', block(missingPolicy.split('\n'), 'json')]
}

function changeDetails({ change }: Outcome, planned: boolean): string[] {
  if (change === undefined) return []
  const layers =
    change.layers === undefined
      ? []
      : [
          `Layers ${planned ? 'now and then' : 'before and after'}:`,
          block(
            diff(change.layers.before.map(shortened), change.layers.after.map(shortened)),
            'diff',
          ),
        ]
  const variables =
    change.variables.length === 0
      ? []
      : [
          'Variables (values are never shown):',
          block(
            change.variables.map((variable) => {
              const kind = kindOfChange(variable)
              const sign = { added: '+', removed: '-', changed: '!' }[kind]
              return `${sign} ${variable.name}${kind === 'changed' ? '  (other value)' : ''}`
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
    ...(edits.length === 0 ? [] : [`CloudWatch Logs: ${plain(edits.join(', '))}`]),
    ...(by === undefined ? [] : [`CloudWatch Logs are cut: ${plain(by)}`]),
  ]
}

/** `account name:version`, which is what tells layers apart. */
function shortened(arn: string): string {
  const account = arn.split(':')[4] ?? ''
  return `${account}:${shortLayer(arn)}`
}

/** Lists of at most five: what is gone, what stays, what is new, in the order of the new list. */
function diff(before: readonly string[], after: readonly string[]): string[] {
  const lines: string[] = []
  let rest = [...before]
  for (const item of after) {
    const at = rest.indexOf(item)
    if (at === -1) {
      // What the new one stands in place of goes first.
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
  return ['What the platform and the extension said:', block(smoke.tail.map(({ text }) => text))]
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
