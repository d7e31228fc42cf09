/** What the preflight found of a function's CloudWatch Logs. */

import type { Withheld } from '../roles/restore-logs'
import type { DisablePlan } from './plan-disabling'

export interface LogsPlan {
  /** Why nobody gets its logs now; `undefined`: it is not dark. */
  readonly dark: string | undefined
  /** What earlier runs hold back. */
  readonly withheld: Withheld | undefined
  /** `undefined`: nothing is asked for. */
  readonly cut: DisablePlan | undefined
}

export const NO_LOGS_PLAN: LogsPlan = { dark: undefined, withheld: undefined, cut: undefined }
