/** What leads traffic to a version, in words: `alias live`, `provisioned concurrency`, `event source <uuid> of alias live`. */

/** @param what leads to the alias; it is reached by its name unless given */
export function throughAlias(alias: string, what?: string): string {
  return what === undefined ? `alias ${alias}` : `${what} of alias ${alias}`
}

/** When the alias leads elsewhere, this does too. */
export function goesThrough(way: string, alias: string): boolean {
  return way === throughAlias(alias) || way.endsWith(` of ${throughAlias(alias)}`)
}
