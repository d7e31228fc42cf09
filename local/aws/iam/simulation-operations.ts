/**
 * The policy simulator. It looks at identity policies, a boundary and whether the organisation denies, with no context
 * but what is sent; resource policies it does not see (User Guide, "IAM policy testing with the IAM policy simulator").
 */
import { isRecord, stringMember } from '../protocol/text'
import type { XmlValue } from '../protocol/wire'
import { evaluate, withinBoundary, type Evaluation, type SourcedPolicy } from './evaluation'
import type { ContextKeys } from './policy-patterns'
import {
  constraintError,
  invalidInput,
  noSuchEntity,
  pageOf,
  validationError,
  type Operations,
  type Params,
} from './request'
import type { IamStore, Role } from './roles'

interface Simulation {
  readonly identity: readonly SourcedPolicy[]
  readonly boundary: readonly SourcedPolicy[] | undefined
  readonly organization: (action: string) => boolean
}

export function simulationOperations(store: IamStore): Operations {
  return {
    SimulatePrincipalPolicy: (params) => {
      const role = principalOf(store, params)
      for (const member of ['ResourcePolicy', 'CallerArn']) {
        if (stringMember(params, member) !== undefined) {
          throw invalidInput('Invalid caller - Caller must be an IAM user in this context.')
        }
      }
      const { identity, boundary } = store.policiesOf(role, 'simulator')
      return simulate(params, {
        identity: [...identity, ...sentPolicies(params, 'PolicyInputList', 'IAM Policy')],
        // One that is sent stands for the one that is attached.
        boundary: sentBoundary(params) ?? boundary,
        organization: (action) => store.allowedByOrganization(action),
      })
    },
    SimulateCustomPolicy: (params) => {
      const identity = sentPolicies(params, 'PolicyInputList', 'IAM Policy')
      if (identity.length === 0) {
        throw constraintError('policyInputList', 'Member must not be null')
      }
      return simulate(params, {
        identity,
        boundary: sentBoundary(params),
        organization: (action) => store.allowedByOrganization(action),
      })
    },
  }
}

/** Only roles are modelled: users and groups do not exist. */
function principalOf(store: IamStore, params: Params): Role {
  const arn = stringMember(params, 'PolicySourceArn') ?? ''
  if (arn.length < 20) {
    throw constraintError('policySourceArn', 'Member must have length greater than or equal to 20')
  }
  const [, kind, name] =
    /^arn:[a-z-]+:iam::\d{12}:(role|user|group)\/(?:[^:]*\/)?([\w+=,.@-]+)$/.exec(arn) ?? []
  if (kind === undefined || name === undefined) {
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  }
  const role = kind === 'role' ? store.find(name) : undefined
  if (role?.arn !== arn) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`)
  return role
}

function simulate(params: Params, simulation: Simulation): XmlValue {
  const actions = actionsOf(params)
  const resources = resourcesOf(params)
  const context = contextOf(params)
  const results = actions.map((action) => resultOf(simulation, action, resources, context))
  const page = pageOf(results, params)
  return { EvaluationResults: page.items, ...page.more }
}

/**
 * One result for each action. With several resources its name is a template and its decision the strictest of them: what
 * counts is in ResourceSpecificResults, which AWS sends for a single resource, too, but not where the organisation denies.
 */
function resultOf(
  { identity, boundary, organization }: Simulation,
  action: string,
  resources: readonly string[],
  context: ContextKeys,
): XmlValue {
  const allowed = organization(action)
  const each = resources.map((resource) => {
    const request = { action, resource, context }
    const bounds = boundary === undefined ? undefined : evaluate(boundary, request)
    const within = withinBoundary(evaluate(identity, request), bounds)
    const found: Evaluation =
      allowed || within.decision !== 'allowed'
        ? within
        : { decision: 'implicitDeny', matched: [], missing: [] }
    return { resource, found, bounds }
  })
  const [first] = each
  const single = each.length === 1 ? first : undefined
  const decisions = each.map(({ found }) => found.decision)
  const strictest = (['explicitDeny', 'implicitDeny'] as const).find((decision) =>
    decisions.includes(decision),
  )
  return {
    EvalActionName: action,
    EvalResourceName: single?.resource ?? templateOf(action),
    EvalDecision: strictest ?? 'allowed',
    MatchedStatements: single === undefined ? [] : statementsXml(single.found),
    MissingContextValues: single?.found.missing ?? [],
    OrganizationsDecisionDetail: { AllowedByOrganizations: allowed },
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: each.every(
              ({ bounds }) => bounds?.decision === 'allowed',
            ),
          },
        }),
    ...(allowed
      ? {
          EvalDecisionDetails: {},
          ResourceSpecificResults: each.map(({ resource, found, bounds }) => ({
            EvalResourceName: resource,
            EvalResourceDecision: found.decision,
            MatchedStatements: statementsXml(found),
            MissingContextValues: found.missing,
            EvalDecisionDetails: {},
            ...(bounds === undefined
              ? {}
              : {
                  PermissionsBoundaryDecisionDetail: {
                    AllowedByPermissionsBoundary: bounds.decision === 'allowed',
                  },
                }),
          })),
        }
      : {}),
  }
}

function statementsXml({ matched }: Evaluation): XmlValue {
  return matched.map(({ id, type }) => ({ SourcePolicyId: id, SourcePolicyType: type }))
}

function templateOf(action: string): string {
  const service = action.split(':')[0] ?? ''
  return service === 'logs'
    ? 'arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}'
    : `arn:\${Partition}:${service}:\${Region}:\${Account}:\${Resource}`
}

/** The text of the refusal of wildcards is not recorded. */
function actionsOf(params: Params): readonly string[] {
  const actions = listMember(params, 'ActionNames')
  if (actions.length === 0) throw constraintError('actionNames', 'Member must not be null')
  if (actions.some((action) => action.length < 3 || action.length > 128)) {
    throw constraintError(
      'actionNames',
      'Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 3]',
    )
  }
  const unreadable = actions.find((action) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action))
  if (unreadable !== undefined) throw invalidInput(`Invalid action: ${unreadable}`)
  return actions
}

/** The text of the refusal is not recorded. */
function resourcesOf(params: Params): readonly string[] {
  const resources = listMember(params, 'ResourceArns')
  const unreadable = resources.find(
    (resource) => resource !== '*' && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(resource),
  )
  if (unreadable !== undefined) throw invalidInput(`Invalid resource ARN: ${unreadable}`)
  return resources.length === 0 ? ['*'] : resources
}

function contextOf(params: Params): ContextKeys {
  const context = new Map<string, readonly string[]>()
  for (const [member, key] of Object.entries(params)) {
    const entry = /^(ContextEntries\.member\.\d+)\.ContextKeyName$/.exec(member)?.[1]
    if (entry === undefined || typeof key !== 'string') continue
    context.set(key.toLowerCase(), listMember(params, `${entry}.ContextKeyValues`))
  }
  return context
}

function sentBoundary(params: Params): readonly SourcedPolicy[] | undefined {
  const member = 'PermissionsBoundaryPolicyInputList'
  const sent = sentPolicies(params, member, 'Permissions Boundary Policy')
  return sent.length === 0 ? undefined : sent
}

function sentPolicies(
  params: Params,
  member: string,
  type: SourcedPolicy['type'],
): readonly SourcedPolicy[] {
  return listMember(params, member).map((text, index) => {
    let document: unknown
    try {
      document = JSON.parse(text)
    } catch {
      throw validationError(`Syntax errors in policy ${member}.${index + 1}.`)
    }
    if (!isRecord(document) || document['Statement'] === undefined) {
      throw invalidInput(`Syntax errors in policy ${member}.${index + 1}.`)
    }
    return { id: `${member}.${index + 1}`, type, document }
  })
}

function listMember(params: Params, member: string): readonly string[] {
  const value = params[member]
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  return items.filter((item) => typeof item === 'string')
}
