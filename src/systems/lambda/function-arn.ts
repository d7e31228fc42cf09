/** ARNs of Lambda functions. */

import { arnText, isAccountId, isPartition, isRegionName, parseArn } from '../../model/arn'
import type { FunctionArn } from './lambda-function'

/** An ARN as users write it and routes name it: with the version or alias behind the name, if there is one. */
export interface QualifiedArn {
  readonly arn: FunctionArn
  readonly qualifier: string | undefined
}

const RESOURCE = /^function:([A-Za-z0-9-_.]+)(?::([^:]+))?$/

/** @returns `undefined` if the text is not the ARN of a function, of a version or of an alias */
export function parseQualifiedArn(text: string): QualifiedArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'lambda') return undefined
  const { partition, region, account } = arn
  const [, name, qualifier] = RESOURCE.exec(arn.resource) ?? []
  if (!isPartition(partition) || !isRegionName(region) || !isAccountId(account) || !name) {
    return undefined
  }
  const unqualified = arnText({ ...arn, resource: `function:${name}` })
  return { arn: { text: unqualified, partition, region, account, name }, qualifier }
}

/** The unqualified ARN in its parts; `undefined` if the text is not the ARN of a function. */
export function parseFunctionArn(text: string): FunctionArn | undefined {
  return parseQualifiedArn(text)?.arn
}
