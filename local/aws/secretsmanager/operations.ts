/** Secrets Manager: describing secrets, and reading their values one by one or up to 20 at once. */
import { accessDenied, type Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import {
  createJsonService,
  kmsKeyArn,
  stringsMember,
  type Authorise,
  type JsonOperation,
} from '../protocol/json-service'
import type { Service } from '../protocol/service'
import { stringMember } from '../protocol/text'
import type { Secret, SecretStore, SecretVersion } from './secrets'

const CURRENT = 'AWSCURRENT'
const LONGEST_LIST = 20

export function createSecretsManagerService(account: Account, store: SecretStore): Service {
  return createJsonService({
    name: 'secretsmanager',
    target: 'secretsmanager.',
    messageMember: 'Message',
    operations: secretOperations(account, store),
    authorise: (action, resource) => account.caller.authorise(action, resource),
  })
}

/** By the name of the API; the Rotel model calls them with the rights of a function's role. */
export function secretOperations(
  account: Account,
  store: SecretStore,
): Readonly<Record<'DescribeSecret' | 'GetSecretValue' | 'BatchGetSecretValue', JsonOperation>> {
  /** Rights come first: who may not look does not learn whether there is such a secret. */
  const secretOf = (id: string, region: string, action: string, authorise: Authorise): Secret => {
    const secret = store.find(region, id)
    const arn = secret?.arn ?? resourceOf(account, region, id)
    authorise(`secretsmanager:${action}`, arn)
    refuseForeign(account, arn, action)
    if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.")
    return secret
  }

  const valueOf = (id: string, region: string, authorise: Authorise, stage: string): unknown => {
    const secret = secretOf(id, region, 'GetSecretValue', authorise)
    if (secret.deletedMs !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        400,
        "You can't perform this operation on the secret because it was marked for deletion.",
      )
    }
    const version = secret.versions.find(({ stages }) => stages.includes(stage))
    if (version === undefined) {
      throw notFound(
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      )
    }
    decrypt(account, secret, region, authorise)
    return valueJson(secret, version)
  }

  return {
    DescribeSecret: ({ params, region, authorise }) =>
      describeJson(secretOf(secretId(params), region, 'DescribeSecret', authorise)),
    GetSecretValue: ({ params, region, authorise }) =>
      valueOf(secretId(params), region, authorise, stringMember(params, 'VersionStage') ?? CURRENT),
    BatchGetSecretValue: ({ params, region, authorise }) => {
      const ids = stringsMember(params, 'SecretIdList')
      // It has no resource type: only a policy on `*` allows it.
      authorise('secretsmanager:BatchGetSecretValue', '*')
      if (ids.length === 0 || ids.length > LONGEST_LIST) {
        throw new AwsError(
          'InvalidParameterException',
          400,
          'You must provide between 1 and 20 secrets in SecretIdList.',
        )
      }
      const values: unknown[] = []
      const errors: unknown[] = []
      for (const id of ids) {
        try {
          values.push(valueOf(id, region, authorise, CURRENT))
        } catch (error) {
          if (!(error instanceof AwsError)) throw error
          errors.push({ SecretId: id, ErrorCode: error.name, Message: error.message })
        }
      }
      return { SecretValues: values, Errors: errors }
    },
  }
}

function secretId(params: Readonly<Record<string, unknown>>): string {
  const id = stringMember(params, 'SecretId')
  if (id === undefined) {
    throw new AwsError(
      'ValidationException',
      400,
      "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
    )
  }
  return id
}

/** Of a secret that is not there IAM sees what the caller wrote. */
function resourceOf(account: Account, region: string, id: string): string {
  return id.startsWith('arn:')
    ? id
    : `arn:${account.partition}:secretsmanager:${region}:${account.id}:secret:${id}`
}

/** Another account's secret needs a resource policy, which is not modelled. */
function refuseForeign(account: Account, arn: string, action: string): void {
  if (arn.split(':')[4] === account.id) return
  throw accessDenied(account.caller.identity.arn, `secretsmanager:${action}`, arn, 'resource-based')
}

/** The key of the service lets everybody of the account through; one's own asks for `kms:Decrypt`. */
function decrypt(account: Account, secret: Secret, region: string, authorise: Authorise): void {
  const { kmsKeyId } = secret
  if (kmsKeyId === undefined || kmsKeyId.endsWith('alias/aws/secretsmanager')) return
  try {
    authorise('kms:Decrypt', kmsKeyArn(account, region, kmsKeyId))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('AccessDeniedException', 400, 'Access to KMS is not allowed')
  }
}

/** What has never been set is absent; a secret without a value has no VersionIdsToStages. */
function describeJson(secret: Secret): unknown {
  const stages = Object.fromEntries(secret.versions.map((version) => [version.id, version.stages]))
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
    LastChangedDate: (secret.versions.at(-1)?.createdMs ?? secret.createdMs) / 1000,
    ...(secret.deletedMs === undefined ? {} : { DeletedDate: secret.deletedMs / 1000 }),
    CreatedDate: secret.createdMs / 1000,
    ...(secret.versions.length === 0 ? {} : { VersionIdsToStages: stages }),
  }
}

function valueJson(secret: Secret, version: SecretVersion): unknown {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: version.stages,
    CreatedDate: version.createdMs / 1000,
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 400, message)
}
