/** Which risks a scenario accepts, in the words of `accept`; here is the one place where they become inputs. */

export type Risk =
  | 'shared-role'
  | 'log-loss'
  | 'drift'
  | 'unsupported-runtime'
  | 'function-errors'
  | 'foreign-settings'
  | 'unproven-aliases'

const INPUTS: Readonly<Record<Risk, Readonly<Record<string, string>>>> = {
  'shared-role': { 'allow-shared-role': 'true' },
  'log-loss': { 'accept-log-loss': 'true' },
  drift: { 'accept-drift': 'true' },
  'unsupported-runtime': { 'allow-unsupported-runtime': 'true' },
  'function-errors': { 'accept-function-errors': 'true' },
  'foreign-settings': { adopt: 'true' },
  // Has no input yet.
  'unproven-aliases': {},
}

/** The inputs of a step that accepts these risks. */
export function accepting(...risks: readonly Risk[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...risks.map((risk) => INPUTS[risk])) as Readonly<Record<string, string>>
}
