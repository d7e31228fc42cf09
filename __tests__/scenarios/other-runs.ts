/** Other runs of this action, on runners of their own, while a step is at work on the same function and role. */

import type { StepResult } from '../../local/runner/step'
import type { Inputs } from './disturbed-step'
import type { Outsider } from './outsiders'

/** How another run has ended. */
export interface OtherRun {
  readonly main: StepResult
  readonly post: StepResult
}

const PLAIN = { functions: 'orders' }

const RUNS: readonly (readonly [string, (given: Inputs) => Inputs])[] = [
  ['runs the same step', (inputs) => inputs],
  [
    'configures it, without more',
    ({ endpoint = '' }) => ({ ...PLAIN, ...(endpoint !== '' && { endpoint }) }),
  ],
  ['runs `mode: remove`', () => ({ ...PLAIN, mode: 'remove' })],
]

/** Each of them while a call of the step waits for it, and beside the step. */
export const OTHER_RUNS: readonly Outsider[] = RUNS.flatMap(([title, run]) =>
  [false, true].map((isBeside) => ({
    title: isBeside ? `${title} at the same time` : title,
    run,
    isBeside,
    act: async ({ anotherJob }, given) => {
      const main = await anotherJob.main(run(given))
      return { main, post: await anotherJob.post(main.state) }
    },
  })),
)
