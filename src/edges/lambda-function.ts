/** From Lambda's description of a function to ours: the one place that knows the shape of the SDK's answer. */

import type { FunctionConfiguration, GetFunctionCommandOutput, Layer } from '@aws-sdk/client-lambda'
import { parseFunctionArn } from '../systems/lambda/function-arn'
import type {
  AttachedLayer,
  Environment,
  FunctionKind,
  LambdaFunction,
} from '../systems/lambda/lambda-function'
import { rememberVariables } from './known-values'

/** @returns `undefined` for an answer without what every function has */
export function fromConfiguration(
  configuration: FunctionConfiguration,
  reservedConcurrency: LambdaFunction['reservedConcurrency'],
  tags: LambdaFunction['tags'] = 'unknown',
): LambdaFunction | undefined {
  const arn = parseFunctionArn(configuration.FunctionArn ?? '')
  const { RevisionId: revisionId } = configuration
  const layers = (configuration.Layers ?? []).flatMap(layerOf)
  const environment = environmentOf(configuration)
  const isWhole = layers.length === (configuration.Layers ?? []).length
  if (arn === undefined || revisionId === undefined || !isWhole) return undefined
  if (environment.readable) rememberVariables(arn.name, environment.variables)
  return {
    arn,
    version: configuration.Version ?? '$LATEST',
    packageType: configuration.PackageType === 'Image' ? 'Image' : 'Zip',
    runtime: configuration.Runtime,
    handler: configuration.Handler,
    architecture: configuration.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    timeoutSeconds: configuration.Timeout ?? 3,
    memoryMb: configuration.MemorySize ?? 128,
    layers,
    environment,
    revisionId,
    codeSha256: configuration.CodeSha256,
    lastModified: timeOf(configuration.LastModified),
    inVpc: (configuration.VpcConfig?.SubnetIds ?? []).length > 0,
    state: configuration.State,
    lastUpdateStatus: configuration.LastUpdateStatus,
    lastUpdateReason: configuration.LastUpdateStatusReason,
    logFormat: configuration.LoggingConfig?.LogFormat === 'JSON' ? 'JSON' : 'Text',
    applicationLogLevel: configuration.LoggingConfig?.ApplicationLogLevel,
    systemLogLevel: configuration.LoggingConfig?.SystemLogLevel,
    // Functions that were last updated before LoggingConfig existed have none.
    logGroup: configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${arn.name}`,
    roleArn: configuration.Role,
    tags,
    signed: configuration.SigningProfileVersionArn !== undefined,
    kind: kindOf(configuration),
    snapStart: configuration.SnapStart?.ApplyOn === 'PublishedVersions',
    reservedConcurrency,
  }
}

function layerOf({ Arn, SigningProfileVersionArn }: Layer): AttachedLayer[] {
  return Arn === undefined ? [] : [{ arn: Arn, signed: SigningProfileVersionArn !== undefined }]
}

/** Without the right to list tags the answer bears an error in their place; without tags it bears neither. */
export function tagsOf({ Tags, TagsError }: GetFunctionCommandOutput): LambdaFunction['tags'] {
  return TagsError ? 'denied' : new Map(Object.entries(Tags ?? {}))
}

/** Lambda writes `2026-11-22T16:41:34.000+0000`. */
function timeOf(lastModified: string | undefined): number | undefined {
  const time = Date.parse(lastModified?.replace(/\+0000$/, 'Z') ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** A function without variables has no `Environment`, or an empty one; `Error` means that they are hidden, not absent. */
function environmentOf({ Environment }: FunctionConfiguration): Environment {
  if (Environment?.Error) {
    return { readable: false, errorCode: Environment.Error.ErrorCode ?? 'unknown error' }
  }
  return { readable: true, variables: new Map(Object.entries(Environment?.Variables ?? {})) }
}

function kindOf(configuration: FunctionConfiguration): FunctionKind {
  if (configuration.CapacityProviderConfig) return 'managed-instances'
  if (configuration.MasterArn) return 'edge-replica'
  if (configuration.DurableConfig) return 'durable'
  return configuration.TenancyConfig?.TenantIsolationMode === 'PER_TENANT'
    ? 'tenant-isolated'
    : 'ordinary'
}
