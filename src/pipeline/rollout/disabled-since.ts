/** Before a rollback takes Rotel off a function: whether another run has disabled its CloudWatch Logs since (promise P8). */

import type { Clock } from '../../model/clock'
import { withChange } from '../../systems/lambda/change'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { type Inverse, planUndo } from '../configure/inverse'
import { type Darkness, oursInDark } from '../roles/darkness'
import type { Restoration } from '../roles/restore-logs'

interface DisabledSinceContext {
  readonly lambda: Pick<LambdaControl, 'get'>
  readonly clock: Clock
  /** Of the journal's fingerprints. */
  readonly salt: string
  /** What IAM withholds from the function now, whatever Rotel does on it. */
  readonly withheld: (fn: LambdaFunction) => Promise<Darkness>
}

/**
 * @returns what is to be restored before Rotel leaves; `undefined`: nothing, Rotel stays, or it is not known. Whoever
 * disables logs right after this look finds Rotel gone at the end, and restores them.
 */
export async function disabledSince(
  arn: FunctionArn,
  inverse: Inverse,
  { lambda, clock, salt, withheld }: DisabledSinceContext,
): Promise<Restoration | undefined> {
  const now = await lambda.get(arn.region, arn.text)
  if (!now.ok || !hasWorkingRotel(now.value)) return undefined
  const undo = planUndo(now.value, inverse, salt)
  if (undo === 'unreadable' || hasWorkingRotel(withChange(now.value, undo.change))) return undefined
  const answered = new AbortController()
  const found = await Promise.race([
    withheld(now.value),
    clock.sleep(LOOK_LIMIT_MS, answered.signal).then(() => undefined),
  ])
  answered.abort()
  return found?.kind === 'dark' ? oursInDark(found) : undefined
}

/** A rollback does not wait for an IAM that throttles: its time is needed for what is known. */
const LOOK_LIMIT_MS = 20_000
