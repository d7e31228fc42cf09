/** Names of execution roles: IAM is asked by name, and simulated and reported by the whole ARN. */

import { isAccountId, isPartition, parseArn } from '../../model/arn'

export interface RoleArn {
  readonly text: string
  readonly partition: string
  readonly account: string
  /** `/` or `/some/path/`. */
  readonly path: string
  /** What stands behind the last slash. */
  readonly name: string
}

const RESOURCE = /^role(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,64})$/

/** @returns `undefined` for a text that is not the ARN of a role */
export function parseRoleArn(text: string): RoleArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'iam' || arn.region !== '') return undefined
  const { partition, account } = arn
  const [, path, name] = RESOURCE.exec(arn.resource) ?? []
  if (!isPartition(partition) || !isAccountId(account) || !path || !name) return undefined
  return { text, partition, account, path, name }
}

/** AWS's own roles: nobody but AWS changes them. */
export function isServiceLinked({ path }: RoleArn): boolean {
  return path.startsWith('/aws-service-role/')
}
