/** Which payload a function is invoked with. */

import type { Payload, SmokeTest } from './settings'
import { matchesPattern } from '../select/pattern'

/** An exact name goes before a pattern, then the first match counts, then the payload for all. */
export function payloadFor(functionName: string, smokeTest: SmokeTest): Payload {
  const exact = smokeTest.payloads.find(({ pattern }) => pattern === functionName)
  const matching = smokeTest.payloads.find(({ pattern }) => matchesPattern(pattern, functionName))
  return (exact ?? matching)?.payload ?? smokeTest.payload
}
