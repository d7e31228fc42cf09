/** Whether the next deployment of a template may overwrite the change of a function, and the lines that prevent it. */

import type { LambdaFunction } from '../lambda/lambda-function'
import type { Change } from '../lambda/change'
import { carriedBy } from './carried'
import { type Iac, ownerOf, type ToolOwner } from './owner'
import { type Snippet, snippetFor } from './snippet'

export interface Drift extends ToolOwner {
  readonly snippet: Snippet
}

/** `undefined`: no known tool owns the function, or it has nothing of ours. */
export function driftOf(
  fn: LambdaFunction,
  change: Change | undefined,
  iac: Iac,
): Drift | undefined {
  const owner = ownerOf(fn, iac)
  if (typeof owner === 'string') return undefined
  const carried = carriedBy(fn, change)
  return carried && { ...owner, snippet: snippetFor(owner.tool, carried) }
}

/** `the sam stack shop`, or the tool alone. */
export function ownerText({ tool, stack }: ToolOwner): string {
  return stack === undefined ? tool : `the ${tool} stack ${stack}`
}
