/** Who else lives on an execution role: what is cut there is cut for them too. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { ExecutionRole } from '../../systems/iam/role-control'

export interface Sharing {
  /** Other functions with the role, `name (region)`, in the regions that were looked at. */
  readonly functions: readonly string[]
  /** Those of them that write to the same log group. */
  readonly sameGroup: readonly string[]
  /** Who may assume the role beside Lambda. */
  readonly principals: readonly string[]
}

const LAMBDA = /^(edge)?lambda\.amazonaws\.com(\.cn)?$/

/** @param others functions of all regions that were looked at, the function itself among them or not */
export function sharingOf(
  fn: LambdaFunction,
  role: ExecutionRole,
  others: readonly LambdaFunction[],
): Sharing {
  const sharers = others.filter(
    (other) => other.roleArn === role.arn.text && other.arn.text !== fn.arn.text,
  )
  const nameOf = ({ arn }: LambdaFunction) => `${arn.name} (${arn.region})`
  return {
    functions: sharers.map(nameOf),
    sameGroup: sharers
      .filter((other) => other.logGroup === fn.logGroup && other.arn.region === fn.arn.region)
      .map(nameOf),
    principals: role.trusted.filter((principal) => !LAMBDA.test(principal)),
  }
}

/** At most so many names, then a count: a role may be that of hundreds. */
export function someOf(names: readonly string[], most = 5): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${String(rest)} more` : names.join(', ')
}
