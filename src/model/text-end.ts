/** The end of a text. */

/**
 * The text without any of the character at its end. A regular expression such as `/=+$/` begins anew at each of a run in the
 * middle, so that a long run takes minutes.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === character) end -= 1
  return text.slice(0, end)
}
