/** The risks that a scenario's run takes, named as users name them. The one place that knows by which inputs. */

export type Risk =
  | 'shared-role'
  | 'log-loss'
  | 'drift'
  | 'unsupported-runtime'
  | 'function-errors'
  | 'foreign-settings'

const INPUT_OF: Readonly<Record<Risk, string>> = {
  'shared-role': 'allow-shared-role',
  'log-loss': 'accept-log-loss',
  drift: 'accept-drift',
  'unsupported-runtime': 'allow-unsupported-runtime',
  'function-errors': 'accept-function-errors',
  'foreign-settings': 'adopt',
}

/** Inputs of a run that accepts these risks, and no other. */
export function accepting(...risks: readonly Risk[]): Readonly<Record<string, string>> {
  return Object.fromEntries(risks.map((risk) => [INPUT_OF[risk], 'true']))
}
