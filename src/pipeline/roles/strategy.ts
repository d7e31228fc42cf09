/** The two ways to keep a function from writing to CloudWatch Logs. */

/** By a Deny (of an administrator’s policy, where its ARN is given), or by removing permissions from the role’s policies. */
export type DisableStrategy =
  { readonly kind: 'deny'; readonly policyArn: string | undefined } | { readonly kind: 'remove' }
