/** How long a run may take, and what limits it. */

export interface RunTime {
  /** For all of it, the rollback included. */
  readonly limitMs: number
  /** Until then something may be begun; the rest is for the rollback. */
  readonly forwardMs: number
  /** Why nothing more is begun after `forwardMs`, and why nothing more is done after `limitMs`. */
  readonly forwardEnd: string
  readonly end: string
}
