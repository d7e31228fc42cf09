/**
 * Which versions a function has and who points to them is asked once, however many checks before the first write need it.
 */

import { once } from '../../model/once'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { routedVersions } from '../../systems/lambda/routed-versions'

/** What decides later, at a write, must be asked anew. */
export function rememberedRoutes(lambda: LambdaControl): LambdaControl {
  const routes = once(textOf, (arn) => lambda.routes(arn))
  const versionsOf = once(textOf, (arn) => lambda.versionsOf(arn))
  return {
    ...lambda,
    routes,
    versionsOf,
    routedVersions: (arn) =>
      routedVersions(arn, { routes, versionsOf, get: (...where) => lambda.get(...where) }),
  }
}

function textOf({ text }: FunctionArn): string {
  return text
}
