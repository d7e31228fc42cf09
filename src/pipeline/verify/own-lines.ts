/** Lines of an invocation's tail that tell the function's output from that of others: kept for comparison, never shown. */

import { rotelLine, START_LINES } from '../../systems/rotel/messages'
import type { Tail, TailLine } from '../smoke-test/tail'

/** Long enough to be told from others' and short enough to be sent along for many functions. */
const SHORTEST_LINE = 12
const LONGEST_LINE = 500
const MOST_LINES = 3

/** What the function itself printed in this invocation. */
export function ownLines(tail: Tail): readonly string[] {
  return tail.lines
    .filter(isOwn)
    .map(({ text }) => text.trimEnd())
    .filter(isTelling)
    .slice(0, MOST_LINES)
}

export function hasPrinted(tail: Tail): boolean {
  return tail.lines.some(isOwn)
}

/** Not Rotel's own, in whatever form: every environment of every function prints those. */
function isOwn({ source, text }: TailLine): boolean {
  if (source !== 'function') return false
  return rotelLine(text.trim()) === undefined && !START_LINES.some((line) => text.includes(line))
}

function isTelling(line: string): boolean {
  return line.length >= SHORTEST_LINE && line.length <= LONGEST_LINE && !line.startsWith('{')
}
