/** Which functions a run is about, as the inputs select them. */

import type { Architecture } from '../../systems/lambda/lambda-function'
import type { TagFilter } from './tagged-functions'

/** One line of `functions`. `text` is the line as the user wrote it (without the `!`), for messages. */
export type Selector =
  | { readonly kind: 'name'; readonly text: string; readonly name: string }
  | {
      readonly kind: 'arn'
      readonly text: string
      readonly partition: string
      readonly region: string
      readonly account: string
      readonly name: string
    }
  | { readonly kind: 'pattern'; readonly text: string; readonly pattern: string }
  | { readonly kind: 'exclude'; readonly text: string; readonly pattern: string }

/** Share `index` of `of`, from 1. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/** A function must be selected by all that is given: `functions`, `function-tags` and `stack`. */
export interface Targets {
  /** At least one that is not an exclude, unless tags or stacks select. */
  readonly selectors: readonly Selector[]
  readonly tags: readonly TagFilter[]
  /** Names of CloudFormation stacks; none: any, or no stack. */
  readonly stacks: readonly string[]
  /** Where names and patterns are looked up; at least one. ARNs carry their own region. */
  readonly regions: readonly string[]
  /** `auto`, or what every function must have. */
  readonly architecture: 'auto' | Architecture
  /** The version or alias that is read instead of `$LATEST`; `undefined`: `$LATEST`. */
  readonly qualifier: string | undefined
  /** More functions than this is an input error. */
  readonly maxFunctions: number
  /** `undefined`: all that is selected. */
  readonly shard: Shard | undefined
}

/** Those of the inputs, in which names, patterns and tags are looked up, and those of ARNs, which carry their own. */
export function regionsOf({ regions, selectors }: Targets): readonly string[] {
  const ofArns = selectors.flatMap((one) => (one.kind === 'arn' ? [one.region] : []))
  return [...new Set([...regions, ...ofArns])]
}
