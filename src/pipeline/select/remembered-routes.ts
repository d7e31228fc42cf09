/**
 * Which versions a function has and who points to them is asked once, however many checks before the first write need it.
 */

import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { routedVersions } from '../../systems/lambda/routed-versions'

/** What decides later, at a write, must be asked anew. */
export function rememberedRoutes(lambda: LambdaControl): LambdaControl {
  const routes = oncePerFunction((arn) => lambda.routes(arn))
  const versionsOf = oncePerFunction((arn) => lambda.versionsOf(arn))
  return {
    ...lambda,
    routes,
    versionsOf,
    routedVersions: (arn) =>
      routedVersions(arn, { routes, versionsOf, get: (...where) => lambda.get(...where) }),
  }
}

function oncePerFunction<Answer>(
  ask: (arn: FunctionArn) => Promise<Answer>,
): (arn: FunctionArn) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (arn) => {
    const answer = asked.get(arn.text) ?? ask(arn)
    asked.set(arn.text, answer)
    return answer
  }
}
