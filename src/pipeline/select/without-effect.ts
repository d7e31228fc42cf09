/**
 * Lines of `functions` and `payloads` that concern none of the selected functions. A misspelled one lets a function be
 * written, or invoked with its side effects, that the user excluded. It is a warning: jobs that select different functions
 * may have the same lines.
 */

import { matchesPattern } from './pattern'

interface Lines {
  /** Names and patterns after the `!`. */
  readonly excludes: readonly string[]
  /** Names and patterns before the `=`. */
  readonly payloads: readonly string[]
}

/**
 * @param selected names before the excludes count, and before a shard is taken; none: whatever is wrong, it is not this
 * @returns in sentences
 */
export function withoutEffect(
  { excludes, payloads }: Lines,
  selected: ReadonlySet<string>,
): readonly string[] {
  if (selected.size === 0) return []
  const names = [...selected]
  const matchNone = (lines: readonly string[]) =>
    [...new Set(lines)].filter((line) => !names.some((name) => matchesPattern(line, name)))
  return [
    ...matchNone(excludes).map(
      (line) => `\`functions\`: \`!${line}\` does not exclude any selected function.`,
    ),
    ...matchNone(payloads).map(
      (line) => `\`payloads\`: \`${line}\` does not match any selected function.`,
    ),
  ]
}
