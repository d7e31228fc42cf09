/** The account that Local AWS stands for, who calls it, and what the caller may do. */
import type { Clock } from './clock'
import { AwsError } from '../protocol/errors'
import { matchesGlob } from '../protocol/text'

/** Who calls, as GetCallerIdentity answers it. */
export interface CallerIdentity {
  readonly arn: string
  readonly userId: string
}

/** What a test holds of the caller. */
export interface LocalCaller {
  readonly identity: CallerIdentity
  become(identity: CallerIdentity): void
  /**
   * From now on the caller may not do it: answered 403 as AWS does. `action` like `lambda:UpdateFunctionConfiguration`,
   * `resource` an ARN; both may hold `*`.
   */
  deny(action: string, resource?: string): void
  /** From now on the caller may do what these policies (JSON, parsed) allow, and nothing else. */
  allowOnly(policies: readonly unknown[]): void
  /** Takes back all denials and policies. */
  allowAll(): void
  /** Actions that were allowed since the start or the last call of it, each once, sorted. */
  used(): readonly string[]
  /** What was allowed since the start or the last call of `used`, as IAM was asked about it, each once. */
  requests(): readonly CallerRequest[]
  /** What the policies of the last `allowOnly` have refused, each once. */
  refused(): readonly CallerRequest[]
}

/** What IAM decides about. */
interface CallerRequest {
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
}

/** Values of a request's condition keys. */
type RequestContext = Readonly<Record<string, readonly string[]>>

/** What policies decide about a request. */
type DecidedBy = (
  policies: readonly unknown[],
  action: string,
  resource: string,
  context: RequestContext,
) => 'allowed' | 'explicitDeny' | 'implicitDeny'

/** What all services share: whose account it is, who calls, what time it is. */
export interface Account {
  readonly id: string
  readonly partition: string
  readonly region: string
  readonly clock: Clock
  readonly caller: CallerPermissions
}

export interface CallerPermissions extends LocalCaller {
  /** Throws the 403 of a call that the caller may not make. `shown`: what its text says instead of the resource. */
  authorise(action: string, resource: string, shown?: string, context?: RequestContext): void
  /** Where a service answers, and leaves something out. */
  may(action: string, resource: string): boolean
}

/** The caller may do everything that has not been denied, or what its policies allow. */
export function createCaller(identity: CallerIdentity, decidedBy: DecidedBy): CallerPermissions {
  let current = identity
  let denials: { action: string; resource: string }[] = []
  let policies: readonly unknown[] | undefined
  let used = new Map<string, CallerRequest>()
  let refused = new Map<string, CallerRequest>()
  const decide = (action: string, resource: string, context: RequestContext) =>
    policies === undefined ? 'allowed' : decidedBy(policies, action, resource, context)
  const may = (action: string, resource: string, context: RequestContext = {}): boolean => {
    const denied = denials.some(
      (denial) => matchesGlob(denial.action, action) && matchesGlob(denial.resource, resource),
    )
    if (denied) return false
    const request = { action, resource, context }
    const isAllowed = decide(action, resource, context) === 'allowed'
    const decided = isAllowed ? used : refused
    decided.set(JSON.stringify(request), request)
    return isAllowed
  }
  return {
    get identity() {
      return current
    },
    become: (next) => {
      current = next
    },
    deny: (action, resource = '*') => {
      denials.push({ action, resource })
    },
    allowOnly: (documents) => {
      policies = documents
      refused = new Map()
    },
    allowAll: () => {
      denials = []
      policies = undefined
    },
    used: () => {
      const actions = new Set([...used.values()].map(({ action }) => action))
      used = new Map()
      return [...actions].sort()
    },
    requests: () => [...used.values()],
    refused: () => [...refused.values()],
    may: (action, resource) => may(action, resource),
    authorise: (action, resource, shown = resource, context = {}) => {
      if (!may(action, resource, context)) {
        const isExplicit = decide(action, resource, context) === 'explicitDeny'
        throw accessDenied(current.arn, action, shown, isExplicit ? 'explicit' : 'identity-based')
      }
    },
  }
}

/** AWS's text since 2022 names the kind of policy that lacks the statement, or that denies it. */
export function accessDenied(
  caller: string,
  action: string,
  resource: string,
  missing: 'identity-based' | 'resource-based' | 'explicit',
): AwsError {
  const why =
    missing === 'explicit'
      ? 'with an explicit deny in an identity-based policy'
      : `because no ${missing} policy allows the ${action} action`
  return new AwsError(
    // IAM's code has no "Exception".
    action.startsWith('iam:') ? 'AccessDenied' : 'AccessDeniedException',
    403,
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  )
}

export function lambdaArn(account: Account, region: string, rest: string): string {
  return `arn:${account.partition}:lambda:${region}:${account.id}:${rest}`
}
