/** The four modes of a run. */

/** What the step is to do. `plan` and `verify` never write. */
export type Mode = 'apply' | 'plan' | 'verify' | 'remove'
