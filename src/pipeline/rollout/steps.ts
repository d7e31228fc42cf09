/**
 * The life of a function as a list of reversible steps. A run walks it forward (life.ts); a failure, `mode: remove` and
 * the post step walk the same steps back, last one first (walk-back.ts), by what each has put into the journal.
 */

export const STEPS = [
  // Its role may read the secrets before Rotel needs them. Back: withdrawn when nobody with the role needs it any more.
  'grant-secrets',
  // Layers, variables, log format. Back: item by item, where it is still as this run wrote it.
  'configure',
  // An update by somebody else is over: until then, invocations run the configuration before it.
  'settle',
  // An invocation changes nothing.
  'smoke-test',
  'prove',
  // What was proven becomes a version, is proven as such, and the alias leads to it. Back: the alias moves back.
  'publish-alias',
  // Edits of roles, made once for all functions that they reach. Back: restored, and seen to be effective.
  'disable-logs',
] as const

export type StepName = (typeof STEPS)[number]
