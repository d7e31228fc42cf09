/** A function that is selected: as it was found, or why it was not. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'

export type Target =
  | {
      readonly kind: 'found'
      readonly fn: LambdaFunction
      /** Named by the user, not matched by a pattern. */
      readonly named: boolean
      /** Read by GetFunction: ListFunctions leaves out the state and the reserved concurrency. */
      readonly complete: boolean
    }
  | ({ readonly kind: 'missing'; readonly name: string; readonly region: string } & Refusal)
