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

interface OwnPolicy {
  readonly policy: string
  readonly document: string
}

/**
 * Inline policies that a role has no room for beside its own: in the given order, while there is room. One that is there
 * already keeps its place.
 * @param inline documents by name of the policy
 */
export function beyondLimit<T extends OwnPolicy>(
  inline: ReadonlyMap<string, string>,
  wanted: readonly T[],
): readonly { readonly one: T; readonly size: number }[] {
  let size = inlineSize(inline.values())
  const fitting = new Set(inline.keys())
  return wanted.flatMap((one) => {
    if (fitting.has(one.policy)) return []
    const own = documentSize(one.document)
    if (size + own > INLINE_LIMIT) return [{ one, size: size + own }]
    size += own
    fitting.add(one.policy)
    return []
  })
}
