/** Names of execution roles: IAM is asked by name, and simulated and reported by the whole ARN. */

export interface RoleArn {
  readonly text: string
  readonly partition: string
  readonly account: string
  /** `/` or `/some/path/`. */
  readonly path: string
  /** What stands behind the last slash. */
  readonly name: string
}

/** @returns `undefined` for anything that is no role's ARN */
export function parseRoleArn(text: string): RoleArn | undefined {
  const found = /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,64})$/.exec(
    text,
  )
  const [, partition, account, path, name] = found ?? []
  if (!partition || !account || !path || !name) return undefined
  return { text, partition, account, path, name }
}

/** AWS's own roles: nobody but AWS changes them. */
export function isServiceLinked({ path }: RoleArn): boolean {
  return path.startsWith('/aws-service-role/')
}
