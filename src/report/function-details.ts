/** Everything about one function, folded. */

import { aliasText, type Outcome } from '../pipeline/rollout/outcome'
import { parseArn } from '../model/arn'
import { REMEDIES } from '../model/reason'
import { changeText, kindOfChange, shortLayer } from '../pipeline/plan/change-text'
import { costDetails } from './extension-cost'
import { sentence, statusText } from './function-line'
import { block, code, plain, prose } from './markdown'
import { telemetryDetails } from './telemetry'

/** Empty where there is nothing to tell. */
export function functionDetails(outcome: Outcome, isExplained: boolean): string {
  const parts = [
    ...(isExplained ? [] : why(outcome)),
    ...policyDetails(outcome),
    ...outcome.warnings.map((warning) => `- ⚠️ ${prose(sentence(warning))}`),
    ...changeDetails(outcome),
    ...aliasDetails(outcome),
    ...cloudWatchDetails(outcome),
    ...telemetryDetails(outcome),
    ...costDetails(outcome).map(prose),
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

/** A status applies to one version only, and to the alias that was moved with it. */
function version({ status, version: one, alias }: Outcome): string {
  if (!['written', 'instrumented', 'unchanged', 'removed', 'unproven'].includes(status)) return ''
  const moved =
    alias?.after === undefined ? '' : ` and to version ${alias.after} (alias ${plain(alias.name)})`
  return ` · applies to ${one === '$LATEST' ? '`$LATEST`' : `version ${one}`}${moved}`
}

/** What happened, and what to do. */
export function why({ reason, detail }: Outcome): string[] {
  if (reason === undefined) return []
  const what = detail === undefined ? '' : `${prose(sentence(brief(detail)))} `
  return [`${what}**What to do:** ${REMEDIES[reason]}`]
}

/** Longest explanation, in characters: a list of a thousand names is in the report file. */
const LONGEST = 1_500

function brief(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

function policyDetails({ missingPolicy }: Outcome): string[] {
  if (missingPolicy === undefined) return []
  return ['Policy that is missing on its execution role:', block(missingPolicy.split('\n'), 'json')]
}

function changeDetails({ change, rolledBack, status }: Outcome): string[] {
  const undone = rolledBack === undefined ? [] : [rolledBackText(rolledBack)]
  if (change === undefined) return undone
  const layers =
    change.layers === undefined
      ? []
      : [
          `Layers, ${status === 'planned' ? 'current → planned' : 'before → after'}:`,
          block(
            diff(change.layers.before.map(layerText), change.layers.after.map(layerText)),
            'diff',
          ),
        ]
  const variables =
    change.variables.length === 0
      ? []
      : [
          `Variables, without their values:`,
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
    ...undone,
    ...layers,
    ...variables,
    ...(format ? [`Log format: ${format.before} → ${format.after}`] : []),
  ]
}

/** In a sentence: a diff would look as if it stood. */
function rolledBackText({ change, edits }: NonNullable<Outcome['rolledBack']>): string {
  const what = [...(change === undefined ? [] : [changeText(change)]), ...edits]
  return `Written and rolled back: ${plain(what.join(', '))}`
}

function aliasDetails({ alias }: Outcome): string[] {
  if (alias === undefined) return []
  const invocations =
    alias.invocations === 0 ? '' : `, proven by ${String(alias.invocations)} invocations`
  return [plain(sentence(`${capital(aliasText(alias))}${invocations}`))]
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function cloudWatchDetails({ cloudwatch, roleEdits }: Outcome): string[] {
  const edits = roleEdits ?? cloudwatch?.edits ?? []
  const by = cloudwatch?.by
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
