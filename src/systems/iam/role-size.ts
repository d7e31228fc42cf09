/** How large policies may be. IAM counts the characters of documents without white space (reference/aws.md 2.6). */

/** All inline policies of a role together, in characters. */
export const INLINE_LIMIT = 10_240

/** One version of a managed policy, in characters. */
export const MANAGED_LIMIT = 6_144

/** Versions of a managed policy that IAM keeps. */
export const VERSION_LIMIT = 5

/** Only JSON's white space is left out: any other is inside of values. */
export function documentSize(document: string): number {
  return document.replace(/[ \t\r\n]/g, '').length
}

export function inlineSize(documents: Iterable<string>): number {
  return [...documents].reduce((sum, document) => sum + documentSize(document), 0)
}
