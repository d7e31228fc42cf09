/** A function that is selected: as it was found, or why it was not. */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { PublishedVersion } from './region-functions'

/** Its published versions, where they could be read. */
export type Published =
  | { readonly kind: 'known'; readonly versions: readonly PublishedVersion[] }
  | { readonly kind: 'not-checked'; readonly why: string }
  /** `mode: remove` leaves them as they are. */
  | { readonly kind: 'not-asked' }

export type Target =
  | {
      readonly kind: 'found'
      readonly fn: LambdaFunction
      /** Named by the user, not matched by a pattern. */
      readonly named: boolean
      /** Read by GetFunction: ListFunctions leaves out the state and the reserved concurrency. */
      readonly complete: boolean
      readonly published: Published
    }
  | ({ readonly kind: 'missing'; readonly name: string; readonly region: string } & Refusal)
