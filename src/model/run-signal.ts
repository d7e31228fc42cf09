/** When a run ends early: the runner cancelled it, it is out of time, or AWS does not accept its credentials any more. */

import type { Refusal } from './refusal'

export interface RunSignal {
  /** Fires when nothing more is begun; ends invocations and waits. What was written is still rolled back then. */
  readonly signal: AbortSignal
  /** Fires when the rollback has to end too, and the post step has to go on with it. */
  readonly rollbackSignal: AbortSignal
  /**
   * Why the run may not start anything more; `undefined` while it continues. `stopped`: AWS does not accept its credentials
   * any more.
   */
  readonly halted: () => Refusal | undefined
  /** About the time that the run has: told before anything is done. */
  readonly warnings?: readonly string[]
}

/** What the signals of a run bear as their reason. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

/** Why the run ended: what its signal bears. */
export function whyEnded({ reason }: AbortSignal): Refusal {
  return reason instanceof RunEnded
    ? reason.refusal
    : { reason: 'cancelled', detail: 'the run was cancelled' }
}
