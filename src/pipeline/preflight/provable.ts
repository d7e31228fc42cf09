/**
 * Whether the proof that is asked for can be made of a function: its log levels may hide what the proof looks for. Told
 * before anything is written, where the function would otherwise be rolled back however well it works.
 */

import type { Refusal } from '../../model/refusal'
import { applyVariables, type Change } from '../../systems/lambda/change'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { hidesStartLines } from '../../systems/rotel/log-filter'
import { isInvoked, proofAfterWrite } from './invocations'
import { START_LINES_HIDDEN } from '../verify/diagnosis'
import { needsInvocation, onlyRequestId } from '../verify/request-id-only'
import type { PreflightSettings } from './settings'

/** Why the proof of a function that is going to be changed cannot be made; `undefined`: nothing is known against it. */
export function unprovable(
  settings: PreflightSettings,
  fn: LambdaFunction,
  { variables: changes }: Change,
): Refusal | undefined {
  const proof = settings.mode === 'verify' ? undefined : proofAfterWrite(settings)
  if (proof === undefined) return undefined
  const { level, onNoTraffic } = proof
  const invoked = isInvoked(settings, fn, true)
  if (!invoked && onNoTraffic === 'keep') return undefined
  const before = fn.environment.readable ? fn.environment.variables : new Map<string, string>()
  const after = applyVariables(before, changes)
  const because = onlyRequestId(level, after, fn.arn.account)
  if (because !== undefined) return invoked ? hiddenRequestIds(fn) : needsInvocation(because)
  // Without Rotel before, no older environment can send what the invocation prints, nor any row after the change.
  if (!carriesRotel(fn) && (invoked || level === 'function')) return undefined
  return hidesStartLines(after) ? START_LINES_HIDDEN : undefined
}

/** In text format a line bears the ID whatever its level; in JSON format the runtime drops lines below the level. */
function hiddenRequestIds({
  applicationLogLevel: level = '',
}: LambdaFunction): Refusal | undefined {
  if (!/^(WARN|ERROR|FATAL)$/.test(level)) return undefined
  return {
    reason: 'request-ids-hidden',
    detail: `the function’s ApplicationLogLevel is ${level}, so an invocation without problems logs no line with its request ID`,
  }
}
