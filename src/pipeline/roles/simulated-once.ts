/** Several parts of the preflight ask IAM the same about a role. What decides later is asked again. */

import { once } from '../../model/once'
import type { RoleControl } from '../../systems/iam/role-control'

export function simulatedOnce(roles: RoleControl): RoleControl {
  const simulate = once(
    ([{ text }, actions, resources, context]: Parameters<RoleControl['simulate']>) =>
      JSON.stringify([text, actions, resources, [...(context ?? [])]]),
    (given) => roles.simulate(...given),
  )
  return { ...roles, simulate: (...given) => simulate(given) }
}
