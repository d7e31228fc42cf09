/**
 * Which runtimes the extension can start on: it is linked against Amazon Linux 2023's glibc
 * (rotel-lambda-extension README: "Amazon Linux 2023 only").
 */

/** Runtimes on Amazon Linux 2 or older. What is not listed is taken to be AL2023, as every newer runtime is. */
const OLDER: readonly RegExp[] = [
  /^nodejs(\d|1[0-9])\./,
  /^nodejs$/,
  /^python2\./,
  /^python3\.(\d|1[01])$/,
  /^java8(\.al2)?$/,
  /^java(11|17)$/,
  /^ruby2\./,
  /^ruby3\.[0-2]$/,
  /^dotnet(core.*|[5-7])$/,
  /^go1\.x$/,
  /^provided(\.al2)?$/,
]

export function startsOn(runtime: string): boolean {
  return !OLDER.some((form) => form.test(runtime))
}
