/** Who may make this step write: not code that somebody outside of the repository proposes. */

import type { Problem } from '../model/problem'
import type { Mode } from '../model/mode'

/** What started the workflow, as the runner tells. */
export interface Trigger {
  readonly event: string
  /** The head of a pull request is in another repository, or that could not be determined. */
  readonly fromFork: boolean
}

/** `apply` and `remove` hold credentials that can change functions; a pull request of a stranger must not steer them. */
export function triggerProblem(mode: Mode, { event, fromFork }: Trigger): Problem | undefined {
  if (mode === 'plan' || mode === 'verify') return undefined
  const foreign = event === 'pull_request_target' || (event.startsWith('pull_request') && fromFork)
  if (!foreign) return undefined
  const what =
    event === 'pull_request_target' ? 'pull_request_target' : 'a pull request from a fork'
  return {
    input: 'mode',
    message: `\`${mode}\` does not run for ${what}, because it would write with code or inputs from outside; use \`plan\` there`,
  }
}
