/**
 * Lines of `functions` and `payloads` that concern none of the selected functions. A misspelled name would let a function
 * be written, or invoked with its side effects, that the user excluded: a problem. A pattern may be a precaution against
 * functions that do not exist yet: a warning.
 */

import type { Problem } from '../../model/problem'
import { matchesPattern } from './pattern'

interface Lines {
  /** Names and patterns after the `!`. */
  readonly excludes: readonly string[]
  /** Names and patterns before the `=`. */
  readonly payloads: readonly string[]
}

interface WithoutEffect {
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** @param selected names before the excludes count, and before a shard is taken; none: whatever is wrong, it is not this */
export function withoutEffect(
  { excludes, payloads }: Lines,
  selected: ReadonlySet<string>,
): WithoutEffect {
  if (selected.size === 0) return { problems: [], warnings: [] }
  const names = [...selected]
  const matchNone = (lines: readonly string[]) =>
    [...new Set(lines)].filter((line) => !names.some((name) => matchesPattern(line, name)))
  const useless = [
    ...matchNone(excludes).map((line) => ({
      line,
      input: 'functions',
      message: `\`!${line}\` does not exclude any selected function.`,
    })),
    ...matchNone(payloads).map((line) => ({
      line,
      input: 'payloads',
      message: `\`${line}\` does not match any selected function.`,
    })),
  ]
  const isPattern = ({ line }: { readonly line: string }) => line.includes('*')
  return {
    problems: useless
      .filter((one) => !isPattern(one))
      .map(({ input, message }) => ({
        input,
        message: `${message} Correct the name, or remove the line.`,
      })),
    warnings: useless.filter(isPattern).map(({ input, message }) => `\`${input}\`: ${message}`),
  }
}
