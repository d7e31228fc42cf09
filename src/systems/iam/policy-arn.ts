/** ARNs of managed policies: whose they are, and how they are called. */

import { type IamArn, parseIamArn } from './iam-arn'

/** @returns `undefined` for a text that is not the ARN of a managed policy */
export function parsePolicyArn(text: string): IamArn | undefined {
  return parseIamArn('policy', text)
}

export function isManagedByAws({ account }: IamArn): boolean {
  return account === 'aws'
}

/** AWSLambdaBasicExecutionRole: it allows the three log writes, and nothing else. */
export function isBasicExecution(policy: IamArn): boolean {
  const { path, name } = policy
  return (
    isManagedByAws(policy) && path === '/service-role/' && name === 'AWSLambdaBasicExecutionRole'
  )
}
