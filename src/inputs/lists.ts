/** Inputs that hold several items, one a line. */

import type { NameValue } from '../systems/rotel/export-settings'

export interface ListItem {
  readonly text: string
  /** Line of the input that it stands on, from 1: how messages point to an item that may be secret. */
  readonly line: number
}

/**
 * The items of a list: one a line, trimmed; blank lines and lines that begin with `#` are left out, and so is a line
 * that is there already.
 */
export function lines(text: string): readonly ListItem[] {
  return withoutRepeats(
    text.split(/\r\n|\r|\n/).map((line, index) => ({ text: line.trim(), line: index + 1 })),
  )
}

/** The same for items that cannot hold a comma: commas separate them too. */
export function linesOrCommas(text: string): readonly ListItem[] {
  return withoutRepeats(
    lines(text).flatMap(({ text, line }) =>
      text.split(',').map((item) => ({ text: item.trim(), line })),
    ),
  )
}

/** Cuts `name=value` at the first `=`; `undefined` without one. Blanks stay where they are. */
export function splitNameValue(text: string): NameValue | undefined {
  const at = text.indexOf('=')
  return at < 0 ? undefined : { name: text.slice(0, at), value: text.slice(at + 1) }
}

function withoutRepeats(items: readonly ListItem[]): readonly ListItem[] {
  const seen = new Set<string>()
  return items.filter(({ text }) => {
    if (text === '' || text.startsWith('#') || seen.has(text)) return false
    seen.add(text)
    return true
  })
}
