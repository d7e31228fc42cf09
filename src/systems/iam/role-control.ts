/** What the pipeline needs of IAM: an execution role, its policies of all kinds, and what IAM would decide. */

import type { Result } from '../../model/result'
import type { RoleArn } from './role-arn'

export interface AttachedPolicy {
  readonly arn: string
  readonly name: string
}

/** A role as it was read, with the texts of its inline policies. */
export interface ExecutionRole {
  readonly arn: RoleArn
  /** Who may assume it: `lambda.amazonaws.com`, other services, account ARNs, `*`. */
  readonly trusted: readonly string[]
  /** Documents (JSON, decoded) by policy name. */
  readonly inline: ReadonlyMap<string, string>
  readonly attached: readonly AttachedPolicy[]
}

/** A managed policy with the document that is in force. */
export interface ManagedPolicy {
  readonly arn: string
  readonly defaultVersion: string
  /** All versions, the default one included; IAM keeps five at most. */
  readonly versions: readonly string[]
  /** Users, groups and roles that have it attached. */
  readonly attachments: number
  /** Users and roles that have it as their boundary. */
  readonly boundaries: number
  /** JSON, decoded. */
  readonly document: string
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** What IAM would decide for one action on one resource. */
export interface Simulated {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
  /** `SourcePolicyId`s of the statements that decided: `role_<role>_<policy>` for inline ones, the name for managed ones. */
  readonly by: readonly string[]
  /** `false`: an organisation's policy forbids it, whatever the role's policies allow. */
  readonly allowedByOrganization: boolean | undefined
  /** `false`: the boundary of the role does not allow it. */
  readonly allowedByBoundary: boolean | undefined
}

/** Whether no policy that could be put on the role, or taken off it, would allow it: somebody else forbids it. */
export function isForbidden({ allowedByOrganization, allowedByBoundary }: Simulated): boolean {
  return allowedByOrganization === false || allowedByBoundary === false
}

/**
 * Reads are retried; so are writes, which are all repeatable: an item that is there already, or gone already, counts as
 * done. IAM has no revisions, and what was written is seen late: whoever reads back must wait.
 */
export interface RoleControl {
  /** Names of the inline policies: one call a page, for looking after what is ours. */
  inlineNames(role: RoleArn): Promise<Result<readonly string[]>>
  /** `undefined`: a policy of this name does not exist. */
  inline(role: RoleArn, policy: string): Promise<Result<string | undefined>>
  read(role: RoleArn): Promise<Result<ExecutionRole>>
  /** Who may assume it, see `ExecutionRole`: one call. */
  trusted(role: RoleArn): Promise<Result<readonly string[]>>
  managed(arn: string): Promise<Result<ManagedPolicy>>
  /** Whether there is such a managed policy, for who need not know what it says: one call. */
  exists(policyArn: string): Promise<Result<true>>
  version(arn: string, version: string): Promise<Result<string>>
  putInline(role: RoleArn, policy: string, document: string): Promise<Result<true>>
  deleteInline(role: RoleArn, policy: string): Promise<Result<true>>
  attach(role: RoleArn, policyArn: string): Promise<Result<true>>
  detach(role: RoleArn, policyArn: string): Promise<Result<true>>
  /** The new version is the default one from then on. @returns its id */
  createVersion(policyArn: string, document: string): Promise<Result<string>>
  setDefaultVersion(policyArn: string, version: string): Promise<Result<true>>
  deleteVersion(policyArn: string, version: string): Promise<Result<true>>
  /**
   * Every action on every resource. Resources must be named: the default `*` misjudges scoped policies.
   * @param context values of condition keys; a condition on a key that is not among them counts as not met
   */
  simulate(
    role: RoleArn,
    actions: readonly string[],
    resources: readonly string[],
    context?: ReadonlyMap<string, string>,
  ): Promise<Result<readonly Simulated[]>>
}
