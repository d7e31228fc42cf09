/** Published versions that traffic reaches: they share role and log group with `$LATEST`. */

import { faultRefusal, type Refusal } from '../../model/refusal'
import type { LambdaControl, RoutedVersion } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { goesThrough } from '../../systems/lambda/routes'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'

/** Those without Rotel, or why they are not known. */
export async function versionsWithoutRotel(
  fn: LambdaFunction,
  lambda: Pick<LambdaControl, 'routedVersions'>,
): Promise<readonly RoutedVersion[] | Refusal> {
  const routed = await lambda.routedVersions(fn.arn)
  if (!routed.ok) {
    const prefix = 'which versions are in use was not checked: '
    // The remedy of the one names the permissions.
    const reason = routed.fault.kind === 'denied' ? 'version-not-instrumented' : 'read-failed'
    return faultRefusal(routed.fault, reason, prefix)
  }
  return routed.value.filter(
    ({ version, fn: published }) => version !== '$LATEST' && !hasWorkingRotel(published),
  )
}

/**
 * All versions share log group and role: one without Rotel would log nowhere.
 * @param moving an alias that leads to another version before logs are disabled
 */
export function refusalOfVersions(
  without: readonly RoutedVersion[],
  moving?: string,
): Refusal | undefined {
  const staying = without.filter(
    ({ via }) => moving === undefined || !via.every((way) => goesThrough(way, moving)),
  )
  if (staying.length === 0) return undefined
  return {
    reason: 'version-not-instrumented',
    detail: staying
      .map(({ version, via }) => `version ${version} (${via.join(', ')}) does not carry Rotel`)
      .join('; '),
  }
}

/** Both, where no alias is to be moved any more. */
export async function versionRefusal(
  fn: LambdaFunction,
  lambda: Pick<LambdaControl, 'routedVersions'>,
): Promise<Refusal | undefined> {
  const without = await versionsWithoutRotel(fn, lambda)
  return 'reason' in without ? without : refusalOfVersions(without)
}
