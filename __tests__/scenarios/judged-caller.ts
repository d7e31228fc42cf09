/** The calls that runs have made, held against the policies of their caller by a judge who shares no line with Local AWS. */

import {
  isWildcardOnlyAction,
  runSimulation,
  runUnsafeSimulation,
  type Simulation,
} from '@cloud-copilot/iam-simulate'
import type { LocalAws } from '../../local/aws/local-aws'
import type { Policy } from '../../scripts/printed-policies'

export type CallerRequest = ReturnType<LocalAws['caller']['requests']>[number]

const ACCOUNT = '123456789012'

/** As AWS makes it: policies of the account decide. */
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  },
}

/** Why the judge does not allow a request that Local AWS has allowed; `undefined`: it does. */
export async function refusalOfJudge(
  policies: readonly Policy[],
  request: CallerRequest,
): Promise<string | undefined> {
  const decision = await decisionOfJudge(policies, request)
  return decision === 'Allowed' ? undefined : `${told(request)}: ${decision}`
}

/** Why the judge does not refuse a request that Local AWS has refused, an error included; `undefined`: it does. */
export async function permitOfJudge(
  policies: readonly Policy[],
  request: CallerRequest,
): Promise<string | undefined> {
  const decision = await decisionOfJudge(policies, request)
  return REFUSALS.has(decision) ? undefined : `${told(request)}: ${decision}`
}

const REFUSALS: ReadonlySet<string> = new Set(['ImplicitlyDenied', 'ExplicitlyDenied'])

const told = ({ action, resource }: CallerRequest) => `${action} on ${resource}`

/** `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`, or what is wrong with request or policies. */
async function decisionOfJudge(
  policies: readonly Policy[],
  { action, resource, context }: CallerRequest,
): Promise<string> {
  const [service = '', name = ''] = action.split(':')
  const simulation: Simulation = {
    request: {
      principal: `arn:aws:iam::${ACCOUNT}:role/clickstack-lambda`,
      action,
      resource: {
        // An action without resource types needs `*` in the policy, whatever AWS's texts say of its resource.
        resource: (await isWildcardOnlyAction(service, name)) ? '*' : resource,
        accountId: ACCOUNT,
      },
      contextVariables: Object.fromEntries(
        Object.entries(context).map(([key, [only = '', ...more]]) => [
          key,
          more.length === 0 ? only : [only, ...more],
        ]),
      ),
    },
    identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(service === 'kms' && { resourcePolicy: KEY_POLICY }),
  }
  // This one knows actions, their resource types and condition keys, and checks the policies too.
  const result = await runSimulation(simulation, {})
  if (result.resultType !== 'error') return result.overallResult
  const { message, ...errors } = result.errors
  // `function:NAME:QUALIFIER` may be a version or an alias: for the policies it is the same.
  if (message === 'multiple.resource.types' && Object.keys(errors).length === 0) {
    return runUnsafeSimulation(simulation, {})
  }
  return JSON.stringify(result.errors)
}
