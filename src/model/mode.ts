/** The four modes of a run. */

/** What the step does. `plan` and `verify` never write. */
export type Mode = 'apply' | 'plan' | 'verify' | 'remove'
