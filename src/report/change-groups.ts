/** What was changed, or would be: functions that are changed alike share a line, and the lines of the difference. */

import { parseArn } from '../model/arn'
import { changeText, kindOfChange, shortLayer } from '../pipeline/plan/change-text'
import { groupedBy } from '../model/grouped-by'
import { aliasText, type Outcome } from '../pipeline/rollout/outcome'
import type { Change } from '../systems/lambda/change'
import type { Section } from './fit'
import { block, code, fold, html } from './markdown'
import { counted, firstNames, moreInReport, MOST_NAMES } from './naming'

/** Different changes that a reader compares; all are in the report file. */
const MOST_GROUPS = 25

/** Names of functions that are changed alike. */
const MOST_LISTED = 200

/** A line for each kind of change with its functions; layers and variables can be unfolded. Most functions first. */
export function changeSections(outcomes: readonly Outcome[]): readonly Section[] {
  const changing = outcomes.filter((outcome) => changeWords(outcome) !== '')
  const alike = groupedBy(changing, (outcome) =>
    [changeWords(outcome), ...changeDetails(outcome)].join('\n'),
  )
  const groups = [...alike].sort(([, a], [, b]) => b.length - a.length)
  const left = groups.slice(MOST_GROUPS)
  return [
    ...groups
      .slice(0, MOST_GROUPS)
      .map(([, members]) => ({ text: changeSection(members), functions: members })),
    ...(left.length > 0
      ? [
          {
            text: moreInReport(left.length, ['kind of change', 'kinds of changes']),
            functions: left.flatMap(([, members]) => members),
          },
        ]
      : []),
  ]
}

function changeSection(members: readonly Outcome[]): string {
  const [first] = members
  if (first === undefined) return ''
  const names = members.map(({ name }) => name)
  const title = `${first.status === 'planned' ? '📋' : '✏️'} ${counted(members)}${firstNames(names, code)} · ${html(changeWords(first))}`
  return fold(title, [
    ...(names.length > MOST_NAMES + 1 ? [firstNames(names, code, MOST_LISTED)] : []),
    ...changeDetails(first),
  ])
}

/** Layers, variables, alias, CloudWatch Logs and role in words; empty without a change. */
export function changeWords({ change, alias, cloudwatch, roleEdits }: Outcome): string {
  const disabled = (cloudwatch?.edits ?? []).length === 0 ? [] : ['CloudWatch Logs disabled']
  const proven =
    alias === undefined || alias.invocations === 0
      ? ''
      : `, proven by ${String(alias.invocations)} invocations`
  return [
    ...(change === undefined ? [] : [changeText(change)]),
    ...(alias ? [`${aliasText(alias)}${proven}`] : []),
    ...disabled,
    ...(roleEdits === undefined || cloudwatch !== undefined ? [] : ['execution role changed']),
  ].join(', ')
}

/** The layers before and after, and the names of the variables. */
export function changeDetails({ change, status }: Pick<Outcome, 'change' | 'status'>): string[] {
  if (change === undefined) return []
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
  const format = change.logFormat
  return [
    ...layers,
    ...variablesDetails(change),
    ...(format ? [`Log format: ${format.before} → ${format.after}`] : []),
  ]
}

function variablesDetails({ variables }: Change): string[] {
  if (variables.length === 0) return []
  const lines = variables.map((variable) => {
    const kind = kindOfChange(variable)
    const sign = { added: '+', removed: '-', changed: '!' }[kind]
    return `${sign} ${variable.name}${kind === 'changed' ? '  (new value)' : ''}`
  })
  return ['Variables, without their values:', block(lines, 'diff')]
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
