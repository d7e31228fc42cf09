/** When a run ends early: the runner cancelled it, or it is out of time. */

import type { Refusal } from './refusal'

export interface RunSignal {
  /** Fires at the end of the run; ends invocations and waits. */
  readonly signal: AbortSignal
  /** Why the run may not start anything more; `undefined` while it continues. */
  readonly halted: () => Refusal | undefined
}
