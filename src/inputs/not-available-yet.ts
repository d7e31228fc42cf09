/** Inputs of the contract whose turn has not come. Whoever builds one takes its name off this list. */

import { inputDefaults, type InputName } from './defaults'
import type { InputReader } from './input-reader'

/** Single values that wait too (`exporter: clickhouse`, `verify: clickhouse`) stand where their input is parsed. */
export const notAvailableYet = [
  'function-tags',
  'stack',
  'shard',
  'qualifier',
  'publish-alias',
  'comment',
  'fail-on-change',
] as const satisfies readonly InputName[]

/**
 * Reports each of them that is set to anything but its default, in whatever mode: an input that is ignored would be
 * believed. The values are not quoted, some are secrets.
 */
export function refuseNotAvailableYet(inputs: InputReader): void {
  for (const name of notAvailableYet) {
    const fallback: string = inputDefaults[name]
    const given = inputs.read(name).trim()
    // `False` and `FALSE` are the default `false` too.
    if (given === fallback || (fallback === 'false' && given.toLowerCase() === fallback)) continue
    inputs.problem(
      name,
      fallback === ''
        ? `\`${name}\` is not available yet. Leave it out.`
        : `\`${name}\` is not available yet. Leave it out, or at its default \`${fallback}\`.`,
    )
  }
}
