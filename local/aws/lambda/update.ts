/** UpdateFunctionConfiguration: what Lambda refuses, and what it changes. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import { isRecord, numberMember, stringMember } from '../protocol/text'
import type { Configuration, FunctionState, Logging } from './function-state'
import { beginUpdate, logging } from './functions'
import { parseLayerArn, type LayerRegistry } from './layers'

type Params = Readonly<Record<string, unknown>>

const BODY_LIMIT = 5120
const ENVIRONMENT_LIMIT = 4096
const LAYER_PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)'
const KEY_PATTERN = '[a-zA-Z]([a-zA-Z0-9_])+'

const RESERVED_KEYS: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
])

const MEMBERS: ReadonlySet<string> = new Set([
  'FunctionName',
  'RevisionId',
  'Description',
  'Handler',
  'Runtime',
  'MemorySize',
  'Timeout',
  'Role',
  'KMSKeyArn',
  'Environment',
  'Layers',
  'LoggingConfig',
  'TracingConfig',
])

/** Checks on the request alone, made before the function is looked up. */
export function checkUpdateRequest(params: Params, bodyBytes: number): void {
  if (bodyBytes > BODY_LIMIT) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      413,
      `Request must be smaller than ${BODY_LIMIT} bytes for the UpdateFunctionConfiguration operation`,
    )
  }
  const strange = Object.keys(params).filter((name) => !MEMBERS.has(name))
  if (strange.length > 0) {
    throw new AwsError(
      'LocalAwsNotModelled',
      501,
      `Local AWS does not model these members of UpdateFunctionConfiguration: ${strange.join(', ')}`,
    )
  }
  const layers = layersMember(params)
  if (layers?.some((arn) => !new RegExp(`^(${LAYER_PATTERN})$`).test(arn)) === true) {
    throw validation(
      `Value '[${layers.join(', ')}]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${LAYER_PATTERN}, Member must not be null]`,
    )
  }
  const keys = Object.keys(variablesMember(params) ?? {})
  if (keys.some((key) => !new RegExp(`^${KEY_PATTERN}$`).test(key))) {
    throw validation(
      `Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: ${KEY_PATTERN}]`,
    )
  }
}

/** Applies the update, or throws what Lambda answers. */
export function updateConfiguration(
  account: Account,
  layers: LayerRegistry,
  state: FunctionState,
  params: Params,
): void {
  refuseWhileChanging(state)
  refuseOldRevision(state.revisionId, params)
  const listed = layersMember(params)
  if (listed !== undefined) checkLayers(account, layers, state, listed)
  const variables = variablesMember(params)
  if (variables !== undefined) checkVariables(variables)
  const { kmsKeyArn } = state.latest
  if (variables !== undefined && kmsKeyArn !== undefined) {
    account.caller.authorise('kms:Encrypt', kmsKeyArn)
    account.caller.authorise('kms:CreateGrant', kmsKeyArn)
  }

  const before = state.latest
  const tracing = params['TracingConfig']
  const next: Configuration = {
    ...before,
    runtime: stringMember(params, 'Runtime') ?? before.runtime,
    handlerName: stringMember(params, 'Handler') ?? before.handlerName,
    description:
      typeof params['Description'] === 'string' ? params['Description'] : before.description,
    memoryMb: numberMember(params, 'MemorySize') ?? before.memoryMb,
    timeoutSeconds: numberMember(params, 'Timeout') ?? before.timeoutSeconds,
    role: stringMember(params, 'Role') ?? before.role,
    kmsKeyArn: stringMember(params, 'KMSKeyArn') ?? before.kmsKeyArn,
    variables: variables ?? before.variables,
    hasEnvironment: variables !== undefined || before.hasEnvironment,
    layers: listed ?? before.layers,
    logging: mergedLogging(before.logging, params['LoggingConfig']),
    tracingMode:
      (isRecord(tracing) ? stringMember(tracing, 'Mode') : undefined) ?? before.tracingMode,
  }
  beginUpdate(state, next, account.clock.now())
  state.writes += 1
}

/** Lambda allows no second change while the first is under way. */
export function refuseWhileChanging(state: FunctionState): void {
  if (state.state === 'Pending') {
    throw conflict(
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    )
  }
  if (state.update !== undefined) {
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${state.arn}`,
    )
  }
}

/** Any string is taken as a RevisionId; only the newest one is right. */
export function refuseOldRevision(current: string, params: Params): void {
  const sent = stringMember(params, 'RevisionId')
  if (sent !== undefined && sent !== current) {
    throw new AwsError(
      'PreconditionFailedException',
      412,
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    )
  }
}

function checkLayers(
  account: Account,
  registry: LayerRegistry,
  state: FunctionState,
  arns: readonly string[],
): void {
  if (state.packageType === 'Image' && arns.length > 0) {
    throw invalid('Lambda layers are not supported for functions created with container images.')
  }
  if (arns.length > 5) throw invalid('Cannot reference more than 5 layers.')
  const seen = new Map<string, string>()
  for (const arn of arns) {
    const layer = arn.slice(0, arn.lastIndexOf(':'))
    const other = seen.get(layer)
    if (other !== undefined) {
      throw invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      )
    }
    seen.set(layer, arn)
  }
  for (const arn of arns) {
    const parsed = parseLayerArn(arn)
    if (parsed?.region !== state.region) {
      throw invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${state.region}.`,
      )
    }
    if (parsed.account === account.id && registry.find(arn) === undefined) {
      throw invalid(`Layer version ${arn} does not exist.`)
    }
    const version = registry.readable(arn)
    account.caller.authorise('lambda:GetLayerVersion', arn)
    if (state.codeSigning === 'Enforce' && !version.signed) {
      throw new AwsError(
        'InvalidParameterValueException',
        400,
        `Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for ${arn}.`,
        { members: { Type: 'User' } },
      )
    }
  }
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const because =
    'Lambda was unable to configure your environment variables because the environment variables you have provided'
  const reserved = Object.keys(variables).filter((key) => RESERVED_KEYS.has(key))
  if (reserved.length > 0) {
    throw invalid(
      `${because} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  }
  const measured = JSON.stringify(variables)
  if (Buffer.byteLength(measured, 'utf8') > ENVIRONMENT_LIMIT) {
    throw invalid(`${because} exceeded the 4KB limit. String measured: ${measured}`)
  }
}

/** Absent: kept. Sub-members merge; JSON fills the levels with INFO, Text drops them. */
function mergedLogging(before: Logging, member: unknown): Logging {
  if (!isRecord(member)) return before
  const format = stringMember(member, 'LogFormat') ?? before.format
  const group = stringMember(member, 'LogGroup') ?? before.group
  const application = stringMember(member, 'ApplicationLogLevel')
  const system = stringMember(member, 'SystemLogLevel')
  if (format !== 'JSON') {
    if (application !== undefined || system !== undefined) {
      throw invalid('To configure ApplicationLogLevel and SystemLogLevel, set LogFormat to JSON.')
    }
    return logging('Text', group)
  }
  const filled = logging('JSON', group)
  return {
    ...filled,
    applicationLevel: application ?? before.applicationLevel ?? filled.applicationLevel,
    systemLevel: system ?? before.systemLevel ?? filled.systemLevel,
  }
}

function layersMember(params: Params): readonly string[] | undefined {
  const value = params['Layers']
  return Array.isArray(value) ? value.map(String) : undefined
}

/** `Environment: {}` without `Variables` keeps what is there. */
function variablesMember(params: Params): Readonly<Record<string, string>> | undefined {
  const environment = params['Environment']
  const variables = isRecord(environment) ? environment['Variables'] : undefined
  if (!isRecord(variables)) return undefined
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]))
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', 400, message)
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', 400, `1 validation error detected: ${message}`)
}

export function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', 409, message)
}
