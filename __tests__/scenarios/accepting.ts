/** Risks that a run is told to accept, as inputs. */

type Risk =
  | 'shared-role'
  | 'log-loss'
  | 'drift'
  | 'unsupported-runtime'
  | 'function-errors'
  | 'foreign-settings'
  | 'unproven-aliases'

/** The input that stands for each risk; `undefined`: nothing refuses it, so there is nothing to accept. */
const INPUTS: Readonly<Record<Risk, string | undefined>> = {
  'shared-role': 'allow-shared-role',
  'log-loss': 'accept-log-loss',
  drift: 'accept-drift',
  'unsupported-runtime': 'allow-unsupported-runtime',
  'function-errors': 'accept-function-errors',
  'foreign-settings': 'adopt',
  'unproven-aliases': undefined,
}

/** Inputs by which a run accepts the risks. */
export function accepting(...risks: readonly Risk[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    risks.flatMap((risk) => {
      const input = INPUTS[risk]
      return input === undefined ? [] : [[input, 'true']]
    }),
  )
}
