/**
 * ARNs in their parts (IAM User Guide, Amazon Resource Names): `arn:partition:service:region:account:resource`. What a
 * resource of one kind looks like, the systems know.
 */

export interface Arn {
  readonly partition: string
  readonly service: string
  /** Empty for what lies in no region, such as roles and policies. */
  readonly region: string
  /** Empty for what belongs to no account; `aws` for policies of AWS’s own. */
  readonly account: string
  /** All that follows, with its colons and slashes: never empty. */
  readonly resource: string
}

/** @returns `undefined` for a text that is not divided as ARNs are; the contents of the parts are not checked */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...rest] = text.split(':')
  const resource = rest.join(':')
  if (prefix !== 'arn' || !partition || !service || resource === '') return undefined
  if (region === undefined || account === undefined) return undefined
  return { partition, service, region, account, resource }
}

export function arnText({ partition, service, region, account, resource }: Arn): string {
  return ['arn', partition, service, region, account, resource].join(':')
}

/** `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `aws-iso`, and what may come. */
export function isPartition(text: string): boolean {
  return /^aws(-[a-z]+)*$/.test(text)
}

/** The form of a region's name, such as `us-gov-west-1`, and not whether there is one of that name. */
export function isRegionName(text: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text)
}

/** An account’s id: twelve digits. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text)
}
