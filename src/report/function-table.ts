/** The functions of which all is well, folded: a row for each, with its figures and its links. */

import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { attributeTable } from './attributes'
import { groupedBy } from '../model/grouped-by'
import { REMEDIES } from '../model/reason'
import { alike } from './alike'
import { costNotes } from './extension-cost'
import type { Section } from './fit'
import { brief, figureCells, sentence, statusText } from './function-line'
import { versionText } from './function-details'
import { functionsText } from './headline'
import { code, fold, plain, prose, table } from './markdown'
import { counted, firstNames, haveSeveralRegions, moreInReport } from './naming'
import { isNothing } from './report'
import { statusIcon } from './status-icon'
import { latencyCell, linksCell, proofCell, proofLegend, tracesCell } from './telemetry'

/** Rows of one table: beyond, it is read by a program, from the report file. */
const MOST_ROWS = 200

/** Functions with a title for all of them: those that ended alike stand together. */
export function goodSections(outcomes: readonly Outcome[]): readonly Section[] {
  const good = outcomes.filter((outcome) => isGood(outcome) && !isChangePlanned(outcome))
  return KINDS.flatMap(([kind, title]) => {
    const members = good.filter((outcome) => kindOf(outcome) === kind)
    const [first] = members
    if (first === undefined) return []
    const text = fold(
      `${statusIcon(first)} ${title(members.length)}`,
      kind === 'misfit' ? misfits(members) : rows(members),
    )
    return [{ text, functions: members }]
  })
}

/** The table of changes has them. */
function isChangePlanned({ status, reason }: Outcome): boolean {
  return status === 'planned' && !isNothing(reason)
}

type Kind = 'verified' | 'written' | 'removed' | 'nothing' | 'unchanging' | 'misfit'

function kindOf({ status, reason }: Outcome): Kind {
  if (status === 'skipped') return 'misfit'
  if (status === 'planned') return 'unchanging'
  if (status === 'removed') return reason === 'nothing-to-remove' ? 'nothing' : 'removed'
  return status === 'written' || reason === 'no-verifier' ? 'written' : 'verified'
}

const are = (count: number) => `${functionsText(count)} ${count === 1 ? 'is' : 'are'}`

/** In the order in which they are shown. */
const KINDS: readonly (readonly [Kind, (count: number) => string])[] = [
  ['verified', (count) => `${are(count)} configured and verified`],
  ['written', (count) => `${are(count)} configured, but not verified`],
  ['removed', (count) => `Rotel was removed from ${functionsText(count)}`],
  ['nothing', (count) => `${functionsText(count)} had nothing to remove`],
  ['unchanging', (count) => `${functionsText(count)} would not change`],
  ['misfit', (count) => `${are(count)} not applicable`],
]

/** Each reason once, with its functions. */
function misfits(outcomes: readonly Outcome[]): readonly string[] {
  const byDetail = groupedBy(outcomes, ({ detail }) => detail ?? '')
  const lines = [...byDetail].map(([detail, members]) => {
    const names = firstNames(
      members.map(({ name }) => name),
      code,
      20,
    )
    return `- ${names}${detail === '' ? '' : `: ${prose(sentence(detail))}`}`
  })
  return [lines.join('\n'), 'To exclude functions, add `!name` to `functions`.']
}

/** Why a function that is well has a reason all the same, and what can be done about it; each once. */
function explained(outcomes: readonly Outcome[]): readonly string[] {
  const told = outcomes.filter(({ reason, detail }) => detail !== undefined && !isNothing(reason))
  const groups = alike(told, ({ detail }) => detail ?? '', statusText)
  const lines = groups.flatMap((members) => {
    const [first] = members
    if (first?.detail === undefined) return []
    const names = firstNames(
      members.map(({ name }) => name),
      code,
    )
    const remedy = first.reason === undefined ? '' : ` ${prose(REMEDIES[first.reason])}`
    return [`- ${counted(members)}${names}: ${prose(sentence(brief(first.detail)))}${remedy}`]
  })
  return lines.length === 0 ? [] : [lines.join('\n')]
}

interface Column {
  readonly title: string
  readonly cell: (outcome: Outcome) => string
}

/** A row for each function; a column that is the same for all is told once, or left out where it is empty. */
function rows(outcomes: readonly Outcome[]): readonly string[] {
  const shown = outcomes.slice(0, MOST_ROWS)
  const left = outcomes.length - shown.length
  const columns = columnsFor(outcomes)
  return [
    ...versions(outcomes),
    table(
      columns.map(({ title }) => title),
      shown.map((outcome) => columns.map(({ cell }) => cell(outcome))),
    ),
    ...(left > 0 ? [moreInReport(left, ['function', 'functions'])] : []),
    ...explained(outcomes),
    ...proofLegend(outcomes),
    ...silence(outcomes),
    ...attributeTable(outcomes),
    ...costNotes(outcomes),
  ]
}

function columnsFor(outcomes: readonly Outcome[]): readonly Column[] {
  const optional: readonly Column[] = [
    { title: 'Cold start', cell: (outcome) => figureCells(outcome).coldStart },
    { title: 'Duration', cell: (outcome) => figureCells(outcome).duration },
    { title: 'Memory', cell: (outcome) => figureCells(outcome).memory },
    { title: 'Arrived after', cell: latencyCell },
    { title: 'Proof', cell: proofCell },
    { title: 'Traces', cell: tracesCell },
    { title: 'HyperDX', cell: linksCell },
  ]
  return [
    { title: 'Function', cell: ({ name }) => code(name) },
    ...(haveSeveralRegions(outcomes)
      ? [{ title: 'Region', cell: ({ region }: Outcome) => plain(region) }]
      : []),
    { title: 'Status', cell: statusText },
    ...(isAlike(outcomes, versionText) ? [] : [{ title: 'Applies to', cell: versionText }]),
    ...optional.filter(({ cell }) => outcomes.some((outcome) => cell(outcome) !== '–')),
  ]
}

/** A status applies to one version only. */
function versions(outcomes: readonly Outcome[]): readonly string[] {
  const [first] = outcomes
  const text = first === undefined ? '' : versionText(first)
  return text === '' || !isAlike(outcomes, versionText) ? [] : [`Applies to ${text}.`]
}

function isAlike(outcomes: readonly Outcome[], textOf: (outcome: Outcome) => string): boolean {
  return new Set(outcomes.map(textOf)).size === 1
}

/** What proved that CloudWatch Logs are disabled: the texts differ by role, and the first one stands for all. */
function silence(outcomes: readonly Outcome[]): readonly string[] {
  const disabled = outcomes.filter(({ cloudwatch }) => cloudwatch?.by !== undefined)
  const [first] = disabled
  if (first?.cloudwatch?.by === undefined) return []
  const example = disabled.length === 1 ? '' : `, for example ${code(first.name)}`
  return [
    `CloudWatch Logs are disabled for ${functionsText(disabled.length)}${example}: ${plain(first.cloudwatch.by)}.`,
  ]
}
