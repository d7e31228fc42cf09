/** Everything about one function that failed, folded. Its remedy stands above, with its cause. */

import { changeText } from '../pipeline/plan/change-text'
import type { Outcome } from '../pipeline/rollout/outcome'
import { changeDetails, changeWords } from './change-groups'
import { costDetails } from './extension-cost'
import { brief, metricsText, sentence, statusText } from './function-line'
import { block, code, fold, html, plain, prose } from './markdown'
import { statusIcon } from './status-icon'
import { telemetryDetails, telemetryText } from './telemetry'

export function functionDetails(outcome: Outcome): string {
  const { detail, facts } = outcome
  const about = facts
    ? ` · ${plain(facts.runtime ?? 'container image')} · ${facts.architecture} · ${String(facts.memoryMb)} MB · timeout ${String(facts.timeoutSeconds)} s`
    : ''
  return fold(
    `${statusIcon(outcome)} ${code(outcome.name)} · ${html(statusText(outcome))}${linksText(outcome)}`,
    [
      `${plain(outcome.region)}${about}${version(outcome)}`,
      ...(detail === undefined ? [] : [prose(sentence(brief(detail)))]),
      ...smokeDetails(outcome),
      ...rolledBackDetails(outcome),
      ...standingDetails(outcome),
      ...changeDetails(outcome),
      ...cloudWatchDetails(outcome),
      ...telemetryDetails(outcome),
      ...costDetails(outcome).map(prose),
      ...tailDetails(outcome),
    ],
  )
}

/** A status applies to one version only, and to the alias that was moved with it. */
function version(outcome: Outcome): string {
  const text = versionText(outcome)
  return text === '' ? '' : ` · applies to ${text}`
}

/** `version 3`; empty for a status that applies to no version. */
export function versionText({ status, version: one, alias }: Outcome): string {
  if (!['written', 'instrumented', 'unchanged', 'removed', 'unproven'].includes(status)) return ''
  const moved =
    alias?.after === undefined ? '' : ` and to version ${alias.after} (alias ${plain(alias.name)})`
  return `${one === '$LATEST' ? '`$LATEST`' : `version ${one}`}${moved}`
}

/** Links in HTML, for the title of the fold. */
function linksText({ telemetry }: Outcome): string {
  const { search, trace } = telemetry?.links ?? {}
  return [
    ...(search === undefined ? [] : [` · <a href="${html(search)}">logs in HyperDX</a>`]),
    ...(trace === undefined ? [] : [` · <a href="${html(trace)}">a trace in HyperDX</a>`]),
  ].join('')
}

function smokeDetails(outcome: Outcome): string[] {
  const told = [
    ['Smoke test', metricsText(outcome)],
    ['Telemetry', telemetryText(outcome)],
  ].flatMap(([what = '', text = '']) => (text === '' ? [] : [`${what}: ${plain(text)}`]))
  return told.length === 0 ? [] : [told.join(' · ')]
}

/** In a sentence: a diff would look as if it stood. */
function rolledBackDetails({ rolledBack }: Outcome): string[] {
  if (rolledBack === undefined) return []
  const { change, edits } = rolledBack
  const what = [...(change === undefined ? [] : [changeText(change)]), ...edits]
  return [`Written and rolled back: ${plain(what.join(', '))}`]
}

/** What was changed and stays. */
function standingDetails(outcome: Outcome): string[] {
  const words = changeWords(outcome)
  if (words === '') return []
  return [`${outcome.status === 'planned' ? 'Planned' : 'Written'}: ${plain(words)}`]
}

function cloudWatchDetails({ cloudwatch, roleEdits }: Outcome): string[] {
  const edits = roleEdits ?? cloudwatch?.edits ?? []
  const by = cloudwatch?.by
  return [
    ...(edits.length === 0 ? [] : [`Execution role: ${plain(edits.join(', '))}`]),
    ...(by === undefined ? [] : [`CloudWatch Logs are disabled: ${plain(by)}`]),
  ]
}

function tailDetails({ smoke }: Outcome): string[] {
  if (smoke === undefined || smoke.tail.length === 0) return []
  return [
    'Log lines of the Lambda platform and the extension:',
    block(smoke.tail.map(({ text }) => text)),
  ]
}
