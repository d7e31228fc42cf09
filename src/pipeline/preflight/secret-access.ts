/** The right to read secrets, as `grant-secret-access` gives it to an execution role. */

export interface SecretAccess {
  /** The policy (JSON). */
  readonly document: string
  /** The role is not known to have the right. */
  readonly isMissing: boolean
}
