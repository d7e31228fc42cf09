/** Keeps Markdown within a limit: what does not fit is counted, and never cut in the middle. */

import type { Outcome } from '../pipeline/rollout/outcome'

/** Markdown that is kept whole or left out. */
export interface Section {
  readonly text: string
  /** Functions whose details it has; a fold may have those of hundreds. */
  readonly functions: readonly Outcome[]
}

/** Sections of one kind, in the order of their importance. */
export interface Part {
  readonly sections: readonly Section[]
  /** Share of the limit that is used at most when this part has been added: what comes later has the rest. */
  readonly upTo: number
  /** Tells that sections were left out. */
  readonly left: (missing: readonly Section[]) => string
}

/** Room for the line that tells of what was left out. */
const NOTE_BYTES = 200

/** All parts with empty lines between them. @param limitBytes of UTF-8 */
export function fitted(parts: readonly Part[], limitBytes: number): string {
  const room = limitBytes - parts.length * NOTE_BYTES
  const kept: string[] = []
  let size = 0
  for (const { sections, upTo, left } of parts) {
    const missing: Section[] = []
    for (const section of sections) {
      if (section.text === '') continue
      const bytes = bytesOf(section.text) + 2
      if (size + bytes > room * upTo) missing.push(section)
      else {
        size += bytes
        kept.push(section.text)
      }
    }
    if (missing.length > 0) kept.push(left(missing))
  }
  return `${kept.join('\n\n')}\n`
}

/** Text that has the details of no function. */
export function section(text: string): Section {
  return { text, functions: [] }
}

/** Length in UTF-8, by which GitHub measures. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
