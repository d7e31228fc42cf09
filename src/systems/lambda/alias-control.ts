/** Published versions and aliases of a function, as the pipeline needs them: reads, and writes guarded by a revision. */

import type { Result } from '../../model/result'
import type { FunctionArn, LambdaFunction } from './lambda-function'

export interface Alias {
  readonly name: string
  /** `$LATEST` or the number of a version. */
  readonly version: string
  /** A share of its calls goes to another version: a canary deployment is in progress. */
  readonly isWeighted: boolean
  /** Of the alias; a function's own is another one. */
  readonly revisionId: string
}

/** Environments that are kept ready for an alias or version. */
export type Provisioning =
  | { readonly kind: 'none' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'failed'; readonly why: string }

export interface AliasControl {
  /** A fault of kind `not-found`: the function has no such alias. */
  alias(arn: FunctionArn, name: string): Promise<Result<Alias>>
  provisioning(arn: FunctionArn, qualifier: string): Promise<Result<Provisioning>>
  /**
   * Makes a version of `$LATEST`. Where nothing has changed since the last one, that one is the answer.
   * @param latest what was proven: it is refused where the function is another one by now
   * @param atTurn asked when the quota has a place for the call; `false`: it is not made
   */
  publish(
    latest: LambdaFunction,
    atTurn: () => boolean | Promise<boolean>,
  ): Promise<Result<LambdaFunction>>
  /** @param alias as it was read: it is refused where somebody has changed it since */
  move(
    arn: FunctionArn,
    alias: Alias,
    version: string,
    atTurn: () => boolean | Promise<boolean>,
  ): Promise<Result<Alias>>
}
