/** Functions by name: the first few, and how many more there are. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { functionsText } from './headline'

/** Names that a line holds. */
export const MOST_NAMES = 3

/** Whether a name alone tells which function is meant, or only with its region. */
export function haveSeveralRegions(outcomes: readonly Outcome[]): boolean {
  return new Set(outcomes.map(({ region }) => region)).size > 1
}

/** `54 functions: `, before their names; empty before a few, which the names count. */
export function counted(outcomes: readonly Outcome[]): string {
  return outcomes.length > MOST_NAMES + 1 ? `${functionsText(outcomes.length)}: ` : ''
}

/** `1 more snippet is in the report file.`, `3 more snippets are …`; `3 more are …` where the lines before tell of what. */
export function moreInReport(count: number, [one, many] = ['', '']): string {
  const what = count === 1 ? one : many
  const more = what === '' ? 'more' : `more ${what}`
  return `${String(count)} ${more} ${count === 1 ? 'is' : 'are'} in the report file.`
}

/**
 * `a, b, c and 297 more`
 * @param render of a name, for the form that the text is in
 */
export function firstNames(
  names: readonly string[],
  render: (name: string) => string = (name) => name,
  most = MOST_NAMES,
): string {
  const left = names.length - most
  // A name takes no more room than “and 1 more”.
  if (left <= 1) return names.map(render).join(', ')
  return `${names.slice(0, most).map(render).join(', ')} and ${String(left)} more`
}
