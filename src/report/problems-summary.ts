/** The job summary of a run that ended before it began: what is wrong, all of it, and that nothing was changed. */

import type { Problem } from '../model/problem'
import { plain, prose, withoutReferences } from './markdown'

/** @param problems whose messages hold no secret */
export function renderProblems(problems: readonly Problem[]): string {
  const areInputs = problems.every(({ input }) => input !== undefined)
  const what = areInputs
    ? `fix ${problems.length === 1 ? 'this input' : `these ${String(problems.length)} inputs`}`
    : problems.length === 1
      ? 'correct this problem'
      : `correct these ${String(problems.length)} problems`
  return withoutReferences(
    [
      `## ❌ No changes were made: ${what}`,
      problems
        .map(({ input, message }, index) => {
          const whose = input === undefined ? '' : `**${plain(input)}**: `
          return `${String(index + 1)}. ${whose}${prose(message)}`
        })
        .join('\n'),
      'ClickStack for AWS Lambda · No function was changed or invoked.\n',
    ].join('\n\n'),
  )
}
