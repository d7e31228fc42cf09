/** ARNs of managed policies: whose they are, and how they are called. */

import { isAccountId, isPartition, parseArn } from '../../model/arn'

export interface PolicyArn {
  readonly text: string
  readonly partition: string
  /** Of the user's; `aws` for a policy that AWS itself manages, and nobody else changes. */
  readonly account: string
  /** `/` or `/some/path/`. */
  readonly path: string
  /** What stands behind the last slash. */
  readonly name: string
}

const RESOURCE = /^policy(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,128})$/

/** @returns `undefined` for a text that is not the ARN of a managed policy */
export function parsePolicyArn(text: string): PolicyArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'iam' || arn.region !== '') return undefined
  const { partition, account } = arn
  const [, path, name] = RESOURCE.exec(arn.resource) ?? []
  if (!isPartition(partition) || !(isAccountId(account) || account === 'aws')) return undefined
  return path && name ? { text, partition, account, path, name } : undefined
}

export function isManagedByAws({ account }: PolicyArn): boolean {
  return account === 'aws'
}

/** AWSLambdaBasicExecutionRole: it allows the three log writes, and nothing else. */
export function isBasicExecution(policy: PolicyArn): boolean {
  const { path, name } = policy
  return (
    isManagedByAws(policy) && path === '/service-role/' && name === 'AWSLambdaBasicExecutionRole'
  )
}
