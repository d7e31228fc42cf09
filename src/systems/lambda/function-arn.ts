/** ARNs of Lambda functions. */

import type { FunctionArn } from './lambda-function'

const FUNCTION =
  /^arn:(aws[a-zA-Z-]*):lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9-_.]+)(:[^:]+)?$/

/** The unqualified ARN in its parts; `undefined` if the text is no function's ARN. */
export function parseFunctionArn(text: string): FunctionArn | undefined {
  const [, partition, region, account, name] = FUNCTION.exec(text) ?? []
  if (!partition || !region || !account || !name) return undefined
  return {
    text: `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    partition,
    region,
    account,
    name,
  }
}
