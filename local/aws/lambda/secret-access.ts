/** The secret stores as a function's extensions reach them: with the rights of its execution role. */
import { accessDenied, type Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { IamStore } from '../iam/roles'
import type { Authorise, JsonOperation } from '../protocol/json-service'
import { secretOperations } from '../secretsmanager/operations'
import type { SecretStore } from '../secretsmanager/secrets'
import { parameterOperations } from '../ssm/operations'
import type { ParameterStore } from '../ssm/parameters'
import type { SecretStores, StoreAnswer } from '../../rotel/secret-lookup'

export interface SecretParts {
  readonly account: Account
  readonly iam: IamStore
  readonly secrets: SecretStore
  readonly parameters: ParameterStore
}

/** Whose rights count: the role, in a session that has the function's name. */
export interface Principal {
  readonly roleArn: string
  readonly functionName: string
  /** A VPC without a route to the stores. */
  readonly cutOff: boolean
}

export function secretStoresOf(parts: SecretParts, principal: Principal): SecretStores {
  const authorise = roleRights(parts, principal)
  const call = (
    operation: JsonOperation,
    region: string,
    params: Readonly<Record<string, unknown>>,
  ): StoreAnswer => {
    if (principal.cutOff) return { kind: 'unreachable' }
    try {
      return { kind: 'ok', body: operation({ params, region, authorise }) }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      return {
        kind: 'refused',
        status: 400,
        body: JSON.stringify({ __type: error.name, Message: error.message }),
      }
    }
  }
  const secrets = secretOperations(parts.account, parts.secrets)
  const parameters = parameterOperations(parts.account, parts.parameters)
  return {
    batchGetSecretValue: (region, ids) =>
      call(secrets.BatchGetSecretValue, region, { SecretIdList: ids }),
    getParameters: (region, names) =>
      call(parameters.GetParameters, region, { Names: names, WithDecryption: true }),
  }
}

function roleRights({ account, iam }: SecretParts, principal: Principal): Authorise {
  const roleName = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1)
  const session = `arn:${account.partition}:sts::${account.id}:assumed-role/${roleName}/${principal.functionName}`
  return (action, resource) => {
    const decision = iam.decide(principal.roleArn, action, resource)
    if (decision === 'allowed') return
    const denied = accessDenied(session, action, resource, 'identity-based')
    if (decision === 'implicitDeny') throw denied
    throw new AwsError(
      denied.name,
      denied.status,
      `User: ${session} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in an identity-based policy`,
    )
  }
}
