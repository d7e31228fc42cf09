/** Looking functions up by their tags. */

import type { Result } from '../../model/result'

/** What a function's tags must hold. */
export interface TagFilter {
  readonly key: string
  /** Any of these; none: the key alone is asked for. */
  readonly values: readonly string[]
}

export interface TaggedFunction {
  /** Unqualified. The function may have been deleted since. */
  readonly arn: string
  readonly tags: ReadonlyMap<string, string>
}

export interface TaggedFunctions {
  /** @param filters a function must match all of them; at least one */
  find(region: string, filters: readonly TagFilter[]): Promise<Result<readonly TaggedFunction[]>>
}
