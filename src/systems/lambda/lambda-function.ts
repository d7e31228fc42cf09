/** A Lambda function as the plan needs to know it: the chosen facts of the configuration of one version. */

export const ARCHITECTURES = ['x86_64', 'arm64'] as const

export type Architecture = (typeof ARCHITECTURES)[number]

export interface FunctionArn {
  /** The whole unqualified ARN. */
  readonly text: string
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
}

/** By name. A map, because `constructor` is a lawful name for a variable. */
export type Variables = ReadonlyMap<string, string>

/**
 * The variables, or the fact that the caller may not decrypt them. Lambda then answers 200 with
 * `Environment.Error` and no variables; writing `Environment` would erase them all.
 */
export type Environment =
  | { readonly readable: true; readonly variables: Variables }
  | { readonly readable: false; readonly errorCode: string }

export interface AttachedLayer {
  /** ARN with version. */
  readonly arn: string
  /** The layer version is signed (AWS Signer): the one trace of code signing that the configuration carries. */
  readonly signed: boolean
}

/** `JSON` makes Lambda turn each line into an object, of which Rotel keeps time, level, request id and message. */
export type LogFormat = 'Text' | 'JSON'

export interface LambdaFunction {
  readonly arn: FunctionArn
  /** `$LATEST`, or the number of the published version that it is. */
  readonly version: string
  readonly packageType: 'Zip' | 'Image'
  /** Absent for image functions. */
  readonly runtime: string | undefined
  /** Absent for image functions. */
  readonly handler: string | undefined
  readonly architecture: Architecture
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly layers: readonly AttachedLayer[]
  readonly environment: Environment
  readonly revisionId: string
  /** Of the deployment package, in base64. */
  readonly codeSha256: string | undefined
  /** When code or configuration was last changed, by Lambda's clock, in ms since the epoch. */
  readonly lastModified: number | undefined
  /** Its updates take minutes now and then. */
  readonly inVpc: boolean
  /** `Active`, `Pending`, `Inactive`, `Failed` and what Lambda adds; ListFunctions leaves it out. */
  readonly state: string | undefined
  /** `Successful`, `InProgress`, `Failed`; ListFunctions and functions in state Pending have none. */
  readonly lastUpdateStatus: string | undefined
  readonly lastUpdateReason: string | undefined
  readonly logFormat: LogFormat
  /** Least level of the lines that Lambda keeps (`ApplicationLogLevel`, `SystemLogLevel`); `undefined` in text format. */
  readonly applicationLogLevel: string | undefined
  readonly systemLogLevel: string | undefined
  /** Name of the group that Lambda writes the function's logs to: its own choice, or `/aws/lambda/<name>`. */
  readonly logGroup: string
  /** Of the execution role, with its path; a version may have an older one. */
  readonly roleArn: string | undefined
  /** `unknown`: ListFunctions and the answers to updates do not tell; `denied`: GetFunction, to a caller that may not list tags. */
  readonly tags: ReadonlyMap<string, string> | 'unknown' | 'denied'
  /** The function's code is signed: a code signing configuration may refuse unsigned layers. */
  readonly signed: boolean
  readonly kind: FunctionKind
  /** SnapStart is on: its published versions start from a snapshot, and `$LATEST` does not. */
  readonly snapStart: boolean
  /** `undefined`: none reserved; `unknown`: ListFunctions does not tell. */
  readonly reservedConcurrency: number | undefined | 'unknown'
}

/** Kinds that need their own treatment (reference: Lambda API, CapacityProviderConfig, DurableConfig, TenancyConfig, MasterArn). */
export type FunctionKind =
  'ordinary' | 'managed-instances' | 'durable' | 'tenant-isolated' | 'edge-replica'
