/** `publish-alias` and `qualifier`: versions and aliases of the functions. */

import type { InputReader } from './input-reader'
import type { Mode } from '../model/mode'
import type { SmokeTest } from '../pipeline/smoke-test/settings'

/** Lambda’s own rule (CreateAlias, Name): a number alone would be a version. */
const ALIAS = /^(?!\d+$)[a-zA-Z0-9_-]{1,128}$/

/** Of a version, an alias, or `$LATEST` (Invoke, Qualifier). */
const QUALIFIER = /^(\$LATEST|\d+|[a-zA-Z0-9_-]{1,128})$/

interface Aliases {
  /** The alias that is to lead to a version of what was proven; `undefined`: none. */
  readonly publishAlias: string | undefined
  /** In `mode: verify`: what is read and invoked instead of `$LATEST`. */
  readonly qualifier: string | undefined
}

export function parseAliases(inputs: InputReader, mode: Mode): Aliases {
  const alias = inputs.read('publish-alias').trim()
  const qualifier = inputs.read('qualifier').trim()
  if (alias !== '' && !ALIAS.test(alias)) {
    inputs.problem(
      'publish-alias',
      `\`publish-alias\` is ${inputs.show(alias)}, which is not the name of an alias. Allowed: 1 to 128 letters, digits, \`-\` and \`_\`, but not digits alone. All functions have the alias by this name.`,
    )
  }
  if (qualifier !== '' && !QUALIFIER.test(qualifier)) {
    inputs.problem(
      'qualifier',
      `\`qualifier\` is ${inputs.show(qualifier)}. Allowed: the number of a version, the name of an alias, or \`$LATEST\`.`,
    )
  }
  const publishes = mode === 'apply' || mode === 'plan'
  if (qualifier !== '' && mode !== 'verify' && (!publishes || qualifier !== alias)) {
    inputs.problem(
      'qualifier',
      `\`qualifier\` works only with \`mode: verify\`: \`${mode}\` writes \`$LATEST\`, and versions never change. To prove an alias after a write, set \`publish-alias\`; \`qualifier\` may then name the same alias.`,
    )
  }
  return {
    publishAlias: alias === '' ? undefined : alias,
    qualifier: mode === 'verify' && qualifier !== '' ? qualifier : undefined,
  }
}

/** A version is proven by an invocation before the alias leads to it. */
export function requireInvocation(
  inputs: InputReader,
  mode: Mode,
  publishAlias: string | undefined,
  { when }: Pick<SmokeTest, 'when'>,
): void {
  if (publishAlias === undefined || when !== 'never' || mode === 'verify') return
  inputs.problem(
    'publish-alias',
    '`publish-alias` does not work with `smoke-test: never`: each version is invoked before the alias leads to it. Set `smoke-test: always` or `changed`.',
  )
}
