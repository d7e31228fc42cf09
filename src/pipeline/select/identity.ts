/** Who the caller is: the account and partition of the credentials. */

import type { Result } from '../../model/result'

export interface CallerIdentity {
  readonly account: string
  readonly partition: string
}

export interface Identity {
  /** @param limit fires when the answer is not worth more time */
  whoAmI(limit?: AbortSignal): Promise<Result<CallerIdentity>>
}
