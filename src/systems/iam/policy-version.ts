/** Versions of a managed policy: `v1`, `v2` and so on. A number is never used again ("Versioning IAM policies", user guide). */

/** `v12` → 12 */
export function versionNumber(id: string): number {
  return Number(id.slice(1))
}

/** The newest that is not among the known ones, and newer than all of them: somebody has made it since. */
export function newestSince(ids: Iterable<string>, known: Iterable<string>): string | undefined {
  const last = Math.max(0, ...[...known].map(versionNumber))
  const newer = [...ids].filter((id) => versionNumber(id) > last)
  return newer.sort((one, other) => versionNumber(other) - versionNumber(one))[0]
}
