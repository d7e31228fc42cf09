/** The four modes of a run. */

/** What the step does. `plan` and `verify` never write. */
export const MODES = ['apply', 'plan', 'verify', 'remove'] as const

export type Mode = (typeof MODES)[number]
