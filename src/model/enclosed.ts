/** Parts of a text between two signs, such as `${…}`: from each opening sign to the next closing one. */

/**
 * With each part, its signs included, replaced. In time that grows with the text: of a regular expression, each opening
 * sign without a closing one would look through all that follows.
 */
export function replaceEnclosed(
  text: string,
  [open, close]: readonly [open: string, close: string],
  by: string | ((part: string) => string),
): string {
  let result = ''
  let from = 0
  for (;;) {
    const start = text.indexOf(open, from)
    const end = start === -1 ? -1 : text.indexOf(close, start + open.length)
    if (end === -1) return result + text.slice(from)
    const part = text.slice(start, end + close.length)
    result += text.slice(from, start) + (typeof by === 'string' ? by : by(part))
    from = end + close.length
  }
}

/** The parts, with their signs. */
export function enclosedParts(
  text: string,
  signs: readonly [open: string, close: string],
): readonly string[] {
  const parts: string[] = []
  replaceEnclosed(text, signs, (part) => {
    parts.push(part)
    return ''
  })
  return parts
}
