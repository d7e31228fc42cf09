/** Versions that something leads to, each with its own configuration. */

import { type Result, succeeded } from '../../model/result'
import type { LambdaControl, ListedVersion, RoutedVersion } from './lambda-control'
import type { FunctionArn } from './lambda-function'

/**
 * Where everything leads to `$LATEST`, no list of versions is asked for.
 * @param since see `LambdaControl`
 */
export async function routedVersions(
  arn: FunctionArn,
  lambda: Pick<LambdaControl, 'routes' | 'versionsOf' | 'get'>,
  since?: number,
): Promise<Result<readonly RoutedVersion[]>> {
  const routes = await lambda.routes(arn, since)
  if (!routes.ok) return routes
  if (routes.value.size === 0) return succeeded([])
  const isLatestOnly = [...routes.value.keys()].every((version) => version === '$LATEST')
  const versions = isLatestOnly ? await latestOf(arn, lambda) : await lambda.versionsOf(arn)
  if (!versions.ok) return versions
  return succeeded(
    [...routes.value].flatMap(([version, via]) => {
      const listed = versions.value.find((one) => one.version === version)
      // Deleted since: nothing runs there.
      return listed ? [{ version, via, fn: listed.fn }] : []
    }),
  )
}

async function latestOf(
  arn: FunctionArn,
  lambda: Pick<LambdaControl, 'get'>,
): Promise<Result<readonly ListedVersion[]>> {
  const read = await lambda.get(arn.region, arn.text)
  return read.ok ? succeeded([{ version: '$LATEST', fn: read.value }]) : read
}
