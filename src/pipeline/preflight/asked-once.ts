/**
 * Several parts of the preflight ask AWS the same about a function or a role. Each question is asked once: its answers
 * are of one moment. What decides later is asked again.
 */

import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'

export function routesOnce(lambda: LambdaControl): LambdaControl {
  const routed = once(
    ({ text }: FunctionArn) => text,
    (arn) => lambda.routedVersions(arn),
  )
  return { ...lambda, routedVersions: routed }
}

export function simulatedOnce(roles: RoleControl): RoleControl {
  const simulate = once(
    ([{ text }, actions, resources, context]: Parameters<RoleControl['simulate']>) =>
      JSON.stringify([text, actions, resources, [...(context ?? [])]]),
    (given) => roles.simulate(...given),
  )
  return { ...roles, simulate: (...given) => simulate(given) }
}

function once<Given, Answer>(
  keyOf: (given: Given) => string,
  ask: (given: Given) => Promise<Answer>,
): (given: Given) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return (given) => {
    const key = keyOf(given)
    const answer = asked.get(key) ?? ask(given)
    asked.set(key, answer)
    return answer
  }
}
