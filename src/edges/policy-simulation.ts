/** From the simulator's answers to a decision for each action on each resource. */

import type { EvaluationResult, Statement } from '@aws-sdk/client-iam'
import type { Decision, Simulated } from '../systems/iam/role-control'

/**
 * Asked about several resources, the simulator may name a template of them (`arn:aws:logs:${Region}…`) and tell the
 * truth of each one apart, in ResourceSpecificResults.
 * @returns `undefined` where an action on a resource was asked about and is not answered
 */
export function decisionsOf(
  results: readonly EvaluationResult[],
  actions: readonly string[],
  resources: readonly string[],
): readonly Simulated[] | undefined {
  const all: Simulated[] = []
  for (const action of actions) {
    const ofAction = results.filter(
      ({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase(),
    )
    for (const resource of resources) {
      const found = ofAction.map((result) => decisionOn(result, resource)).find(Boolean)
      if (found === undefined) return undefined
      all.push({ action, resource, ...found })
    }
  }
  return all
}

function decisionOn(
  result: EvaluationResult,
  resource: string,
): Omit<Simulated, 'action' | 'resource'> | undefined {
  const specific = result.ResourceSpecificResults ?? []
  const one = specific.find(({ EvalResourceName }) => EvalResourceName === resource)
  const allowedByOrganization = result.OrganizationsDecisionDetail?.AllowedByOrganizations
  if (one === undefined) {
    // What the organisation forbids, it forbids on all of them, and they are not told apart.
    const aboutAll = allowedByOrganization === false && result.EvalDecision !== 'allowed'
    const aboutThis = result.EvalResourceName === resource || aboutAll
    if (specific.length > 0 || !aboutThis) return undefined
  }
  const decision = asDecision(one ? one.EvalResourceDecision : result.EvalDecision)
  if (decision === undefined) return undefined
  const boundary =
    one?.PermissionsBoundaryDecisionDetail ?? result.PermissionsBoundaryDecisionDetail
  return {
    decision,
    by: policiesOf(one?.MatchedStatements ?? result.MatchedStatements),
    allowedByOrganization,
    allowedByBoundary: boundary?.AllowedByPermissionsBoundary,
  }
}

function asDecision(text: string | undefined): Decision | undefined {
  return text === 'allowed' || text === 'explicitDeny' || text === 'implicitDeny' ? text : undefined
}

/** Each once: several statements of a policy may match. */
function policiesOf(statements: readonly Statement[] | undefined): readonly string[] {
  const ids = (statements ?? []).flatMap(({ SourcePolicyId }) => SourcePolicyId ?? [])
  return [...new Set(ids)]
}
