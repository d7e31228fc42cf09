/** Names of execution roles: IAM is asked by name, and simulated and reported by the whole ARN. */

import { type IamArn, parseIamArn } from './iam-arn'

export type RoleArn = IamArn

/** @returns `undefined` for a text that is not the ARN of a role of an account */
export function parseRoleArn(text: string): RoleArn | undefined {
  const role = parseIamArn('role', text)
  return role?.account === 'aws' ? undefined : role
}

/** AWS's own roles, of its services and of IAM Identity Center: only AWS can change them (`UnmodifiableEntity`). */
export function isProtected({ path }: RoleArn): boolean {
  return /^\/aws-(service-role|reserved)\//.test(path)
}
