/** The two ways to keep a function from writing to CloudWatch Logs. */

/** How CloudWatch Logs are cut: by a Deny (of an administrator's policy, where its ARN is given), or by taking rights out. */
export type DisableStrategy =
  { readonly kind: 'deny'; readonly policyArn: string | undefined } | { readonly kind: 'remove' }
