/** Whether the smoke test invokes a function, and what would detect that it does not work. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { payloadFor } from '../smoke-test/payload'
import type { AskedProof } from '../verify/settings'
import type { PreflightSettings } from './settings'

/** @param changes the function is to be written */
export function isInvoked(
  { mode, smokeTest }: PreflightSettings,
  fn: LambdaFunction,
  changes: boolean,
): boolean {
  const { when } = smokeTest
  if (when === 'never' || (when === 'changed' && !changes)) return false
  if (mode === 'remove' && !changes) return false
  return payloadFor(fn.arn.name, smokeTest).kind === 'json'
}

/** Whether a function that Rotel kills would be found out after it was written. */
export function isProvenLater(settings: PreflightSettings, fn: LambdaFunction): boolean {
  if (settings.mode === 'remove') return true
  if (isInvoked(settings, fn, true)) return true
  return proofAfterWrite(settings)?.onNoTraffic === 'fail'
}

/** What is to be proven of a function that is written, or would be; `undefined`: nothing. */
export function proofAfterWrite(settings: PreflightSettings): AskedProof | undefined {
  switch (settings.mode) {
    case 'remove':
      return undefined
    case 'plan':
      return settings.proof
    case 'apply':
    case 'verify':
      return settings.verifier.kind === 'none' ? undefined : settings.verifier
  }
}
