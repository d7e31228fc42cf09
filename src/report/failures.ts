/** The functions that failed: each of a few with its details; of many a table for each cause, and the details of some. */

import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { groupedBy } from '../model/grouped-by'
import { brief, sentence, statusText } from './function-line'
import { functionDetails } from './function-details'
import { functionsText } from './headline'
import type { Section } from './fit'
import { code, fold, html, plain, prose, table } from './markdown'
import { haveSeveralRegions, moreInReport } from './naming'
import { statusIcon } from './status-icon'
import { linksCell } from './telemetry'

/** Up to here each function has a line of its own. */
const FEW = 12

/** Rows over all causes, and at most for one. */
const MOST_ROWS = 400
const MOST_ROWS_OF_ONE = 100

/** Of functions that failed alike, the first ones show how. */
const MOST_DETAILS = 3

/** Longest text of a row, in characters. */
const LONGEST = 200

/** @param outcomes in the order in which a reader wants to see them */
export function failureSections(outcomes: readonly Outcome[]): readonly Section[] {
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  if (bad.length <= FEW) return bad.map(detailed)
  const groups = [...groupedBy(bad, statusText)]
  const most = Math.min(MOST_ROWS_OF_ONE, Math.max(5, Math.floor(MOST_ROWS / groups.length)))
  return groups.flatMap(([status, members]) => {
    const [first] = members
    if (first === undefined) return []
    if (members.length === 1) return [detailed(first)]
    const left = members.length - most
    const text = fold(
      `${statusIcon(first)} <b>${functionsText(members.length)}</b> · ${html(status)}`,
      [
        failureTable(members.slice(0, most)),
        ...(left > 0 ? [moreInReport(left, ['function', 'functions'])] : []),
        ...members.slice(0, MOST_DETAILS).map(functionDetails),
      ],
    )
    return [{ text, functions: members }]
  })
}

function detailed(outcome: Outcome): Section {
  return { text: functionDetails(outcome), functions: [outcome] }
}

/** Names alone, where they have nothing else of their own to tell. */
function failureTable(outcomes: readonly Outcome[]): string {
  const [first] = outcomes
  const columns = [
    {
      title: 'Region',
      cell: ({ region }: Outcome) => plain(region),
      is: haveSeveralRegions(outcomes),
    },
    {
      title: 'What happened',
      cell: ({ detail = '–' }: Outcome) => prose(sentence(brief(detail, LONGEST))),
      is: outcomes.some(({ detail }) => detail !== first?.detail),
    },
    {
      title: 'HyperDX',
      cell: linksCell,
      is: outcomes.some(({ telemetry }) => telemetry?.links.search !== undefined),
    },
  ].filter(({ is }) => is)
  if (columns.length === 0) return outcomes.map(({ name }) => code(name)).join(', ')
  return table(
    ['Function', ...columns.map(({ title }) => title)],
    outcomes.map((outcome) => [code(outcome.name), ...columns.map(({ cell }) => cell(outcome))]),
  )
}
