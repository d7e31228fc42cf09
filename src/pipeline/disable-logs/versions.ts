/** Published versions that traffic reaches: they share role and log group with `$LATEST`. */

import { faultRefusal, type Refusal } from '../../model/refusal'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { goesThrough } from '../../systems/lambda/routes'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'

/**
 * All versions share log group and role: one without Rotel would log nowhere.
 * @param moving an alias that leads to another version before logs are disabled
 */
export async function versionRefusal(
  fn: LambdaFunction,
  lambda: Pick<LambdaControl, 'routedVersions'>,
  moving?: string,
): Promise<Refusal | undefined> {
  const routed = await lambda.routedVersions(fn.arn)
  if (!routed.ok) {
    const prefix = 'which versions are in use was not checked: '
    // The remedy of the one names the permissions.
    const reason = routed.fault.kind === 'denied' ? 'version-not-instrumented' : 'read-failed'
    return faultRefusal(routed.fault, reason, prefix)
  }
  const without = routed.value.filter(
    ({ version, via, fn: published }) =>
      version !== '$LATEST' &&
      !hasWorkingRotel(published) &&
      !(moving !== undefined && via.every((way) => goesThrough(way, moving))),
  )
  if (without.length === 0) return undefined
  return {
    reason: 'version-not-instrumented',
    detail: without
      .map(({ version, via }) => `version ${version} (${via.join(', ')}) does not carry Rotel`)
      .join('; '),
  }
}
