/** ARNs of what IAM keeps under a path: roles and policies. They name no region, for IAM is one per partition. */

import { isAccountId, isPartition, parseArn } from '../../model/arn'

export interface IamArn {
  readonly text: string
  readonly partition: string
  /** Of the user's; `aws` for what AWS itself manages, and nobody else changes. */
  readonly account: string
  /** `/` or `/some/path/`. */
  readonly path: string
  /** What stands behind the last slash. */
  readonly name: string
}

const RESOURCE = /^([a-z]+)(\/(?:[!-~]+\/)?)([\w+=,.@-]+)$/

/** @returns `undefined` for a text that is not the ARN of a thing of this kind */
export function parseIamArn(kind: 'role' | 'policy', text: string): IamArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'iam' || arn.region !== '') return undefined
  const { partition, account } = arn
  const [, found, path, name] = RESOURCE.exec(arn.resource) ?? []
  if (found !== kind || !path || !name || name.length > LONGEST_NAME[kind]) return undefined
  if (!isPartition(partition) || !(isAccountId(account) || account === 'aws')) return undefined
  return { text, partition, account, path, name }
}

/** IAM quotas. */
const LONGEST_NAME = { role: 64, policy: 128 } as const
