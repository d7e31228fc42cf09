/** What a test holds of the roles and policies of Local AWS: seeding and looking, without a call over the wire. */
import type { Decision } from './evaluation'
import type { IamPropagation, IamReader } from './propagation'

/** Views show what was written last, whoever sees it already. */
export interface LocalIam {
  createRole(seed: RoleSeed): RoleView
  get(name: string): RoleView
  /** A customer-managed policy; returns its ARN. */
  createPolicy(
    name: string,
    document: PolicyDocument | string,
    options?: {
      /** `/` unless given. */
      readonly path?: string
      /** Further versions, v2 and so on; the first document stays the default one. */
      readonly versions?: readonly (PolicyDocument | string)[]
    },
  ): string
  /** Of a customer-managed or AWS-managed policy. */
  policy(arn: string): PolicyView
  /** ARNs of the AWS-managed policies whose documents are here. */
  awsManagedPolicies(): readonly string[]
  /** A user (unless `group` is said) has it, too. */
  attachToSomebodyElse(
    arn: string,
    entity?: { readonly kind: 'user' | 'group'; readonly name: string },
  ): void
  /** What nobody's call wrote; it propagates like any other write. */
  changeRoleAsSomebodyElse(name: string, change: RoleChange): RoleView
  /** A service control policy denies it to the whole account. `action` may hold `*`. */
  organizationDenies(action: string): void
  /**
   * A resource policy (of CloudWatch Logs, say) lets the role do it: the data plane counts it, the simulator does not.
   * `action` and `resource` may hold `*`.
   */
  grantByResource(roleArn: string, action: string, resource: string): void
  /** For writes from now on. A number is for simulator and data plane; members left out stay as they are. */
  setPropagation(delays: number | IamPropagation): void
  /** All that was written so far is seen by everybody now. */
  settle(): void
  /** How many managed policies a role may have; 10 until then, as AWS has it by default. */
  setPoliciesPerRole(quota: number): void
  /** What the role may do, as the reader sees it: the data plane unless given. A role that does not exist may do nothing. */
  decide(roleArn: string, action: string, resource: string, reader?: IamReader): Decision
}

export interface RoleSeed {
  readonly name: string
  /** `/` unless given. */
  readonly path?: string
  /** Services and principals (ARNs, account ids, `*`) that may assume it; lambda.amazonaws.com unless given. */
  readonly trusts?: readonly string[]
  /** Inline policies by name; a text is stored as it is, and no document is checked. */
  readonly inline?: Readonly<Record<string, PolicyDocument | string>>
  /** ARNs of managed policies that exist; none unless given. */
  readonly attached?: readonly string[]
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string
}

export type PolicyDocument = Readonly<Record<string, unknown>>

/** Members left out stay as they are. */
interface RoleChange {
  readonly putInline?: Readonly<Record<string, PolicyDocument | string>>
  readonly deleteInline?: readonly string[]
  readonly attach?: readonly string[]
  readonly detach?: readonly string[]
  /** `null` takes it off. */
  readonly boundary?: string | null
}

export interface RoleView {
  readonly name: string
  readonly path: string
  readonly arn: string
  /** Texts as they were put, by policy name. */
  readonly inline: Readonly<Record<string, string>>
  readonly attached: readonly string[]
  readonly boundary: string | undefined
}

interface PolicyView {
  readonly arn: string
  readonly name: string
  readonly defaultVersion: string
  /** Texts by version id, oldest first. AWS-managed policies have only their default version here. */
  readonly versions: Readonly<Record<string, string>>
  /** The text of the default version. */
  readonly document: string
  /** Names of the roles that have it attached. */
  readonly roles: readonly string[]
  /** Users, groups and roles that have it attached. */
  readonly attachments: number
  /** Roles that it bounds. */
  readonly boundaries: number
}
