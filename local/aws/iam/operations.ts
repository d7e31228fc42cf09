/** IAM over AWS Query and XML: which operations there are, and what right each needs. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { Answer, ReadCall, Right, Service, WireRequest } from '../protocol/service'
import { stringMember } from '../protocol/text'
import { queryAnswer, queryError, queryParams } from '../protocol/wire'
import { policyOperations } from './policy-operations'
import type { Operations, Params } from './request'
import { roleOperations } from './role-operations'
import type { IamStore } from './roles'
import { simulationOperations } from './simulation-operations'

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'

export function createIamService(account: Account, store: IamStore): Service {
  const operations: Operations = {
    ...roleOperations(store),
    ...policyOperations(account, store),
    ...simulationOperations(store),
  }
  const right = (operation: string, params: Params): Right => ({
    action: `iam:${operation}`,
    ...resourceOf(account, store, operation, params),
  })
  const readCall = (request: WireRequest): ReadCall | undefined => {
    const params = queryParams(new URLSearchParams(request.body.toString('utf8')))
    const name = stringMember(params, 'Action') ?? ''
    const operation = operations[name]
    if (operation === undefined) return undefined
    return {
      operation: name,
      functionName: undefined,
      params,
      quota: 'none',
      rights: [right(name, params)],
      work: (): Answer => queryAnswer(name, NAMESPACE, operation(params), request.requestId),
    }
  }

  return {
    name: 'iam',
    read: readCall,
    writeError: (error, requestId) => queryError(NAMESPACE, error, requestId),
    throttled: () => new AwsError('Throttling', 400, 'Rate exceeded'),
    internalError: () =>
      new AwsError('ServiceFailure', 500, 'An internal failure has occurred. Try again later.'),
  }
}

/**
 * Rights are for the whole ARN, with the path; refusals say `role NAME` and `policy ARN`, but for the simulator and for
 * what does not exist yet.
 */
function resourceOf(
  account: Account,
  store: IamStore,
  operation: string,
  params: Params,
): Omit<Right, 'action'> {
  const own = `arn:${account.partition}:iam::${account.id}`
  const path = stringMember(params, 'Path') ?? '/'
  const roleName = stringMember(params, 'RoleName')
  const policyArn = stringMember(params, 'PolicyArn')
  if (operation === 'CreateRole') return { resource: `${own}:role${path}${roleName ?? ''}` }
  if (operation === 'CreatePolicy') {
    const name = stringMember(params, 'PolicyName') ?? ''
    return { resource: `${own}:policy${path}${name}`, shown: `policy ${name}` }
  }
  if (operation === 'SimulatePrincipalPolicy') {
    return { resource: stringMember(params, 'PolicySourceArn') ?? '*' }
  }
  if (roleName !== undefined) {
    const arn = store.find(roleName)?.arn ?? `${own}:role/${roleName}`
    const context = policyArn === undefined ? {} : { 'iam:PolicyARN': [policyArn] }
    return { resource: arn, shown: `role ${roleName}`, context }
  }
  if (policyArn !== undefined) return { resource: policyArn, shown: `policy ${policyArn}` }
  return { resource: '*' }
}
