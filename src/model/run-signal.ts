/** When a run has to come to its end early: cancelled by the runner, or out of time. */

import type { Refusal } from './refusal'

export interface RunSignal {
  /** Fires at the end of the run; ends invocations and waits. */
  readonly signal: AbortSignal
  /** Why nothing more may be begun; `undefined` while the run goes on. */
  readonly halted: () => Refusal | undefined
}
