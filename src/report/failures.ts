/** The functions that failed: each of a few with its details; of many a table for each cause, and the details of some. */

import { isGood, type Outcome } from '../pipeline/rollout/outcome'
import { groupsBy } from './alike'
import { brief, sentence, statusText } from './function-line'
import { functionDetails } from './function-details'
import { functionsText } from './headline'
import { code, fold, html, plain, prose, table } from './markdown'
import { haveSeveralRegions } from './naming'
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
export function failureSections(outcomes: readonly Outcome[]): readonly string[] {
  const bad = outcomes.filter((outcome) => !isGood(outcome))
  if (bad.length <= FEW) return bad.map(functionDetails)
  const groups = groupsBy(bad, statusText)
  const most = Math.min(MOST_ROWS_OF_ONE, Math.max(5, Math.floor(MOST_ROWS / groups.length)))
  return groups.flatMap(([status, members]) => {
    const [first] = members
    if (first === undefined) return []
    if (members.length === 1) return [functionDetails(first)]
    const left = members.length - most
    return [
      fold(`${statusIcon(first)} <b>${functionsText(members.length)}</b> · ${html(status)}`, [
        failureTable(members.slice(0, most)),
        ...(left > 0 ? [`${functionsText(left)} more are in the report file.`] : []),
        ...members.slice(0, MOST_DETAILS).map(functionDetails),
      ]),
    ]
  })
}

function failureTable(outcomes: readonly Outcome[]): string {
  const hasRegions = haveSeveralRegions(outcomes)
  const hasLinks = outcomes.some(({ telemetry }) => telemetry?.links.search !== undefined)
  return table(
    [
      'Function',
      ...(hasRegions ? ['Region'] : []),
      'What happened',
      ...(hasLinks ? ['HyperDX'] : []),
    ],
    outcomes.map((outcome) => [
      code(outcome.name),
      ...(hasRegions ? [plain(outcome.region)] : []),
      outcome.detail === undefined ? '–' : prose(sentence(brief(outcome.detail, LONGEST))),
      ...(hasLinks ? [linksCell(outcome)] : []),
    ]),
  )
}
