/** Who the caller is: the account and partition of the credentials. */

import type { Result } from '../../model/result'

export interface CallerIdentity {
  readonly account: string
  readonly partition: string
}

export interface Identity {
  whoAmI(): Promise<Result<CallerIdentity>>
}
