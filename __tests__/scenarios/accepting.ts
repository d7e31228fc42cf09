/** The risks that a scenario's run accepts, as users name them. */

export type Risk =
  | 'shared-role'
  | 'log-loss'
  | 'drift'
  | 'unsupported-runtime'
  | 'function-errors'
  | 'foreign-settings'

/** Inputs of a run that accepts these risks, and no other. */
export function accepting(...risks: readonly Risk[]): Readonly<Record<string, string>> {
  return { accept: risks.join('\n') }
}
