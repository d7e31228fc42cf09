/** What a step says of what it could not look at (promise P3). */

import type { StepResult } from '../../local/runner/step'

export const UNCHECKED =
  /not checked|not known|was not confirmed|could not be read|invocation afterwards failed/i

export function saysUnchecked({ summary }: StepResult): boolean {
  return UNCHECKED.test(summary)
}

/** Calls that ask; writes are held against what they have changed. */
const ASKS =
  /^(lambda (Get|List|Invoke)|iam (Get|List|Simulate)|logs |monitoring |ssm |secretsmanager |tagging |ClickHouse |HyperDX |GitHub )/

/** Calls whose answer a successful step can do without, for it asks for the same in another way. */
const ASKED_OTHERWISE: readonly RegExp[] = [
  // Versions and aliases by name, then.
  /^lambda ListFunctions$/,
  // Whose a token is: without an answer GITHUB_TOKEN's own author is looked for.
  /^GitHub POST \/graphql$/,
  // Which server it is: the UI's path to the same API is tried next.
  /^HyperDX \/api\/v2$/,
]

export function isAskedOtherwise(title: string): boolean {
  return ASKED_OTHERWISE.some((call) => call.test(title))
}

/**
 * Whether a step succeeds, and says nothing of a question that was never answered.
 * @param title of the call
 */
export function isConcealed(title: string, result: StepResult): boolean {
  if (result.exitCode !== 0 || !ASKS.test(title)) return false
  if (isAskedOtherwise(title)) return false
  if (title.startsWith('GitHub ') && title.endsWith('/comments')) {
    return !result.annotations.some(({ message }) => /was not written as a comment/.test(message))
  }
  return !saysUnchecked(result)
}
