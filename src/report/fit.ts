/** Keeps Markdown within a limit: what does not fit is counted, and never cut in the middle. */

/** Texts of one kind, in the order of their importance. */
export interface Part {
  readonly texts: readonly string[]
  /** Share of the limit that is used at most when this part has been added: what comes later has the rest. */
  readonly upTo: number
  /** Tells that texts were left out. */
  readonly left: (count: number) => string
}

/** Room for the line that tells of what was left out. */
const NOTE_BYTES = 200

/** All parts with empty lines between them. @param limitBytes of UTF-8 */
export function fitted(parts: readonly Part[], limitBytes: number): string {
  const room = limitBytes - parts.length * NOTE_BYTES
  const kept: string[] = []
  let size = 0
  for (const { texts, upTo, left } of parts) {
    const wanted = texts.filter((text) => text !== '')
    let missing = 0
    for (const text of wanted) {
      const bytes = bytesOf(text) + 2
      if (size + bytes > room * upTo) missing += 1
      else {
        size += bytes
        kept.push(text)
      }
    }
    if (missing > 0) kept.push(left(missing))
  }
  return `${kept.join('\n\n')}\n`
}

/** Length in UTF-8, by which GitHub measures. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
