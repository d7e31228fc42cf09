/** Systems Manager's Parameter Store: describing parameters, and reading up to ten values at once. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import {
  createJsonService,
  kmsKeyArn,
  stringsMember,
  type Authorise,
  type JsonOperation,
} from '../protocol/json-service'
import type { Service } from '../protocol/service'
import { isRecord, numberMember, stringMember } from '../protocol/text'
import { parameterArn, type Parameter, type ParameterStore } from './parameters'

const MOST_NAMES = 10
/** AWS looks at so many at a time and answers with those of them that the filter lets through, maybe none. */
const PAGE = 10
const LARGEST_PAGE = 50

export function createSsmService(account: Account, store: ParameterStore): Service {
  return createJsonService({
    name: 'ssm',
    target: 'AmazonSSM.',
    operations: parameterOperations(account, store),
    authorise: (action, resource) => account.caller.authorise(action, resource),
  })
}

/** By the name of the API; the Rotel model calls them with the rights of a function's role. */
export function parameterOperations(
  account: Account,
  store: ParameterStore,
): Readonly<Record<'DescribeParameters' | 'GetParameters', JsonOperation>> {
  return {
    DescribeParameters: ({ params, region, authorise }) => {
      authorise('ssm:DescribeParameters', `arn:${account.partition}:ssm:${region}:${account.id}:*`)
      const filters = nameFilters(params)
      const all = store.all(region)
      const start = Number(stringMember(params, 'NextToken') ?? '0')
      const end = start + (numberMember(params, 'MaxResults') ?? PAGE)
      if (end - start > LARGEST_PAGE) throw tooLarge('maxResults', LARGEST_PAGE)
      return {
        Parameters: all
          .slice(start, end)
          .filter(({ name }) => filters.every((names) => names.includes(name)))
          .map((parameter) => describeJson(account, parameter)),
        ...(end < all.length ? { NextToken: String(end) } : {}),
      }
    },
    GetParameters: ({ params, region, authorise }) => {
      const names = stringsMember(params, 'Names')
      if (names.length > MOST_NAMES) throw tooMany(names)
      const asked = names.map((name) => ({ name, ...found(store, region, name) }))
      for (const { name, parameter } of asked) {
        authorise('ssm:GetParameters', parameter?.arn ?? parameterArn(account, region, name))
      }
      const plain = params['WithDecryption'] === true
      return {
        Parameters: asked.flatMap(({ parameter, value, selector }) =>
          parameter === undefined || value === undefined
            ? []
            : [
                {
                  Name: parameter.name,
                  Type: parameter.type,
                  Value: plain
                    ? decrypted(account, parameter, value, region, authorise)
                    : shown(parameter, value),
                  Version: versionOf(parameter, selector),
                  ...(selector === undefined ? {} : { Selector: selector }),
                  LastModifiedDate: parameter.changedMs / 1000,
                  ARN: parameter.arn,
                  DataType: 'text',
                },
              ],
        ),
        InvalidParameters: asked.filter(({ value }) => value === undefined).map(({ name }) => name),
      }
    },
  }
}

interface Found {
  readonly parameter: Parameter | undefined
  readonly value: string | undefined
  /** `:3`, where the name carries a version. */
  readonly selector: string | undefined
}

/** A version may follow the name or the ARN; labels are not modelled, so any other one is not found. */
function found(store: ParameterStore, region: string, id: string): Found {
  const [, bare = id, selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(:[^:]+)?$/.exec(id) ?? []
  const parameter = store.find(region, bare)
  const value =
    parameter?.values[selector === undefined ? parameter.values.length - 1 : position(selector)]
  return { parameter, value, selector }
}

function position(selector: string): number {
  return Number(selector.slice(1)) - 1
}

function versionOf(parameter: Parameter, selector: string | undefined): number {
  return selector === undefined ? parameter.values.length : position(selector) + 1
}

function decrypted(
  account: Account,
  parameter: Parameter,
  value: string,
  region: string,
  authorise: Authorise,
): string {
  const { kmsKeyId } = parameter
  if (kmsKeyId === undefined || kmsKeyId.endsWith('alias/aws/ssm')) return value
  try {
    authorise('kms:Decrypt', kmsKeyArn(account, region, kmsKeyId))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError(
      'AccessDeniedException',
      400,
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    )
  }
  return value
}

/** Without decryption a SecureString is its ciphertext. */
function shown(parameter: Parameter, value: string): string {
  return parameter.type === 'SecureString'
    ? `AQICAH${Buffer.from(value).toString('base64').split('').reverse().join('')}`
    : value
}

function describeJson(account: Account, parameter: Parameter): unknown {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: parameter.type,
    ...(parameter.kmsKeyId === undefined ? {} : { KeyId: parameter.kmsKeyId }),
    LastModifiedDate: parameter.changedMs / 1000,
    LastModifiedUser: account.caller.identity.arn,
    Version: parameter.values.length,
    Tier: 'Standard',
    Policies: [],
    DataType: 'text',
  }
}

/** The names of each filter on `Name`; other keys and options are not modelled. */
function nameFilters(params: Readonly<Record<string, unknown>>): readonly (readonly string[])[] {
  const filters = params['ParameterFilters']
  if (!Array.isArray(filters)) return []
  return filters.map((filter: unknown) => {
    if (!isRecord(filter) || filter['Key'] !== 'Name') {
      throw new AwsError(
        'InvalidFilterKey',
        400,
        'Local AWS models filters with the key Name alone.',
      )
    }
    const option = stringMember(filter, 'Option') ?? 'Equals'
    if (option !== 'Equals') {
      throw new AwsError(
        'InvalidFilterOption',
        400,
        `The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Contains, Equals]`,
      )
    }
    return stringsMember(filter, 'Values')
  })
}

function tooLarge(member: string, limit: number): AwsError {
  return new AwsError(
    'ValidationException',
    400,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${limit}`,
  )
}

function tooMany(names: readonly string[]): AwsError {
  return new AwsError(
    'ValidationException',
    400,
    `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MOST_NAMES}`,
  )
}
