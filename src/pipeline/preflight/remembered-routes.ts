/** Who points to the versions of a function is asked once in a preflight, however many of its checks need it. */

import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'

/** What decides later, at a write, must be asked anew. */
export function rememberedRoutes(lambda: LambdaControl): LambdaControl {
  return {
    ...lambda,
    routes: oncePerFunction((arn) => lambda.routes(arn)),
    routedVersions: oncePerFunction((arn) => lambda.routedVersions(arn)),
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
