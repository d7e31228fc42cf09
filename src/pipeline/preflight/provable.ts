/**
 * Whether the proof that is asked for can be made of a function: its log levels may hide what the proof looks for. Told
 * before anything is written, where the function would otherwise be rolled back however well it works.
 */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { hidesStartLines } from '../../systems/rotel/log-filter'
import { isInvoked } from './invocations'
import type { PreflightSettings } from './settings'

/** Why the proof of a function that is going to be changed cannot be made; `undefined`: nothing is known against it. */
export function unprovable(settings: PreflightSettings, fn: LambdaFunction): Refusal | undefined {
  if (settings.mode !== 'apply' || settings.verifier.kind === 'none') return undefined
  const invoked = isInvoked(settings, fn, true)
  const { level } = settings.verifier
  if (level === 'invocation' && invoked) return hiddenRequestIds(fn)
  // Without Rotel before, any row after the change is of a new environment.
  if (level === 'function' && !carriesRotel(fn)) return undefined
  const variables = fn.environment.readable ? fn.environment.variables : new Map<string, string>()
  if (!hidesStartLines(variables)) return undefined
  return {
    reason: 'start-lines-hidden',
    detail:
      'RUST_LOG on the function hides the lines that Rotel logs when it starts, by which a new execution environment is recognised',
  }
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
