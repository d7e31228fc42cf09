/** Values out of what an edge or a parser answers, for tests that expect one. */

import type { Result } from '../../src/model/result'
import { parseRoleArn, type RoleArn } from '../../src/systems/iam/role-arn'

export function roleArn(text: string): RoleArn {
  const role = parseRoleArn(text)
  if (role === undefined) throw new Error(`${text} is no role's ARN`)
  return role
}

/** The value; fails the test with the fault otherwise. */
export async function valueOf<T>(answer: Promise<Result<T>>): Promise<T> {
  const result = await answer
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.text}`)
  return result.value
}
