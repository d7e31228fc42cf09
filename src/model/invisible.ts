/** Characters that change what a reader sees of the text around them. */

/**
 * Control characters, those of terminals among them, and marks that change the direction of text (Unicode, UAX #9); not tabs
 * and the ends of lines.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** The same with a sign in the place of each of them, so that texts of others neither hide nor colour anything. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '\ufffd')
}
