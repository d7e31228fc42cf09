/** The configuration of a function or version as Lambda writes it in answers. */
import { randomUUID } from 'node:crypto'
import type { Account } from '../account/account'
import type { Configuration, FunctionState, PublishedVersion } from './function-state'
import type { LayerRegistry } from './layers'

type Json = Readonly<Record<string, unknown>>

export function configurationOf(
  account: Account,
  layers: LayerRegistry,
  state: FunctionState,
  version?: PublishedVersion,
): Json {
  const configuration = version?.configuration ?? state.latest
  const image = state.packageType === 'Image'
  return {
    FunctionName: state.name,
    FunctionArn: version === undefined ? state.arn : `${state.arn}:${version.number}`,
    ...(image ? {} : { Runtime: configuration.runtime, Handler: configuration.handlerName }),
    Role: configuration.role,
    CodeSize: 262,
    Description: version?.description ?? configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    LastModified: timestamp(version?.modifiedMs ?? state.modifiedMs),
    CodeSha256: configuration.codeSha256,
    Version: version?.number ?? '$LATEST',
    TracingConfig: { Mode: configuration.tracingMode },
    RevisionId: version?.revisionId ?? state.revisionId,
    ...environmentOf(account, state, configuration),
    ...(configuration.kmsKeyArn === undefined ? {} : { KMSKeyArn: configuration.kmsKeyArn }),
    ...(configuration.layers.length === 0
      ? {}
      : { Layers: configuration.layers.map((arn) => layerOf(account, layers, arn)) }),
    PackageType: state.packageType,
    Architectures: [state.architecture],
    EphemeralStorage: { Size: 512 },
    SnapStart: snapStart(account, state, version),
    ...(image ? {} : { RuntimeVersionConfig: runtimeVersion(account, state) }),
    LoggingConfig: {
      LogFormat: configuration.logging.format,
      ...(configuration.logging.applicationLevel === undefined
        ? {}
        : { ApplicationLogLevel: configuration.logging.applicationLevel }),
      ...(configuration.logging.systemLevel === undefined
        ? {}
        : { SystemLogLevel: configuration.logging.systemLevel }),
      LogGroup: configuration.logging.group,
    },
    ...(state.vpc ? { VpcConfig: VPC } : {}),
    ...kindMembers(account, state),
    ...(state.codeSigning === undefined
      ? {}
      : {
          SigningProfileVersionArn: `arn:${account.partition}:signer:${state.region}:${account.id}:/signing-profiles/profile/abcdefghij`,
          SigningJobArn: `arn:${account.partition}:signer:${state.region}:${account.id}:/signing-jobs/${randomUUID()}`,
        }),
    ...(version === undefined ? statusMembers(state) : publishedStatus(account, version)),
  }
}

/** Off for `$LATEST`, which has no snapshot (Lambda API, SnapStartResponse). */
function snapStart(
  { clock }: Account,
  { snapshotMs }: FunctionState,
  version: PublishedVersion | undefined,
): Json {
  if (snapshotMs === undefined) return { ApplyOn: 'None', OptimizationStatus: 'Off' }
  const isOn = version !== undefined && clock.now() >= (version.activeAtMs ?? 0)
  return { ApplyOn: 'PublishedVersions', OptimizationStatus: isOn ? 'On' : 'Off' }
}

const VPC: Json = {
  SubnetIds: ['subnet-0a1b2c3d4e5f60718'],
  SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
  VpcId: 'vpc-0a1b2c3d4e5f60718',
  Ipv6AllowedForDualStack: false,
}

/** ListFunctions leaves the status members out. */
export function listedConfiguration(configuration: Json): Json {
  const status = /^(State|StateReason|StateReasonCode|LastUpdateStatus.*)$/
  return Object.fromEntries(Object.entries(configuration).filter(([name]) => !status.test(name)))
}

function environmentOf(
  account: Account,
  state: FunctionState,
  { variables, hasEnvironment }: Configuration,
): Json {
  const isEmpty = Object.keys(variables).length === 0
  if (isEmpty) return hasEnvironment ? { Environment: { Variables: {} } } : {}
  if (!state.environmentUnreadable && mayDecrypt(account, state)) {
    return { Environment: { Variables: variables } }
  }
  return {
    Environment: {
      Error: {
        ErrorCode: 'AccessDeniedException',
        Message: `Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: User: ${account.caller.identity.arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
      },
    },
  }
}

/** With a key of the customer's, the caller decrypts the variables, and Lambda for it. */
function mayDecrypt({ caller }: Account, { latest }: FunctionState): boolean {
  return latest.kmsKeyArn === undefined || caller.may('kms:Decrypt', latest.kmsKeyArn)
}

function layerOf(account: Account, layers: LayerRegistry, arn: string): Json {
  const signed = layers.content(arn)?.signed === true
  return {
    Arn: arn,
    CodeSize: 8_388_608,
    ...(signed
      ? {
          SigningProfileVersionArn: `arn:${account.partition}:signer:${account.region}:${account.id}:/signing-profiles/profile/abcdefghij`,
        }
      : {}),
  }
}

function runtimeVersion(account: Account, state: FunctionState): Json {
  return {
    RuntimeVersionArn: `arn:${account.partition}:lambda:${state.region}::runtime:8eeff65f6809a3ce81507fe733fe09b835899b99481ba22fd75b5a7338290ec1`,
  }
}

function kindMembers(account: Account, state: FunctionState): Json {
  switch (state.kind) {
    case 'ordinary':
      return {}
    case 'managed-instances':
      return {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: {
            CapacityProviderArn: `arn:${account.partition}:lambda:${state.region}:${account.id}:capacity-provider:default`,
          },
        },
      }
    case 'durable':
      return { DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 14 } }
    case 'tenant-isolated':
      return { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }
    case 'edge-replica':
      return {
        MasterArn: `arn:${account.partition}:lambda:us-east-1:${account.id}:function:${state.name}:1`,
      }
  }
}

function statusMembers(state: FunctionState): Json {
  if (state.state === 'Pending') {
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    }
  }
  const own: Json =
    state.state === 'Inactive'
      ? { State: 'Inactive', StateReason: 'The function is idle.', StateReasonCode: 'Idle' }
      : state.state === 'Failed'
        ? { State: 'Failed', StateReason: 'The function failed.', StateReasonCode: 'InternalError' }
        : { State: state.state }
  if (state.update !== undefined) {
    return {
      ...own,
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    }
  }
  return state.lastUpdateFailure === undefined
    ? { ...own, LastUpdateStatus: 'Successful' }
    : {
        ...own,
        LastUpdateStatus: 'Failed',
        LastUpdateStatusReason: state.lastUpdateFailure.reason,
        LastUpdateStatusReasonCode: state.lastUpdateFailure.code,
      }
}

/** Without SnapStart it is there at once. */
function publishedStatus({ clock }: Account, { activeAtMs }: PublishedVersion): Json {
  return activeAtMs !== undefined && clock.now() < activeAtMs
    ? {
        State: 'Pending',
        StateReason: 'The function is being created.',
        StateReasonCode: 'Creating',
      }
    : { State: 'Active', LastUpdateStatus: 'Successful' }
}

/** Lambda's form: `2026-11-22T10:00:00.000+0000`. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000')
}
