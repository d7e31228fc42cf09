/** An update that Lambda accepted and did not put into effect: the function shows the new configuration and runs the old. */

import { denialReason } from '../../model/denial'
import { shortened, withoutEchoes, withoutValues } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import { secretParts } from '../../systems/rotel/settings'

/** @param sent what this run has sent, by name: Lambda may quote it */
export function failedUpdate(fn: LambdaFunction, sent: Variables): Refusal {
  const words = withoutEchoes(fn.lastUpdateReason ?? 'Lambda gave no reason')
  return {
    reason: denialReason(words) ?? 'update-failed',
    detail: shortened(withoutValues(words, valuesOf(fn, sent))),
  }
}

/** Whole, and in the parts that Rotel knows: what is quoted may be a single header. */
export function valuesOf({ environment }: LambdaFunction, sent: Variables): Iterable<string> {
  const present = environment.readable ? environment.variables : new Map<string, string>()
  return [present, sent].flatMap((variables) => [...variables.values(), ...secretParts(variables)])
}
