/** What the preflight found of a function's CloudWatch Logs. */

import type { Darkness } from '../roles/darkness'
import type { Restoration } from '../roles/restore-logs'
import type { DisablePlan } from './plan'

export interface LogsPlan {
  /** Whether nobody gets its logs now. In `apply` the answer may come while functions are written (promise P8). */
  readonly darkness: () => Promise<Darkness>
  /** `undefined`: nothing is to be disabled. */
  readonly disabling: DisablePlan | undefined
  /** What is restored before Rotel leaves for good; `undefined`: nothing. */
  readonly restoration: Restoration | undefined
}

export const NO_LOGS_PLAN: LogsPlan = {
  darkness: () => Promise.resolve({ kind: 'lit' }),
  disabling: undefined,
  restoration: undefined,
}
