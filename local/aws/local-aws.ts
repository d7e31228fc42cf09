/**
 * What a test, the demo and the benches hold of a running Local AWS: where it listens, how state is seeded
 * and looked at, what was called, and how calls are disturbed. Started by `startLocalAws` in `index.ts`.
 */
import type { FlushOutcome, TelemetryExporter } from '../rotel/telemetry'
import type { Handler } from './lambda/handler'

export interface LocalAws {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly url: string
  readonly account: string
  /** Default region of `env` and of every seed that names none. */
  readonly region: string
  /** AWS_ENDPOINT_URL, dummy credentials, AWS_REGION, AWS_EC2_METADATA_DISABLED: to lay over a child's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly lambda: LocalLambda
  readonly iam: LocalIam
  readonly logs: LocalLogs
  /** Secrets Manager. */
  readonly secrets: LocalSecrets
  /** Systems Manager's Parameter Store. */
  readonly parameters: LocalParameters
  readonly caller: LocalCaller
  readonly calls: CallLog
  readonly faults: Faults
  /** Awaited before a call is handled (and before faults). Returns how to stop listening. */
  onCall(listener: CallListener): () => void
  /** Awaited after the work of a call is done and before its answer leaves. Returns how to stop listening. */
  onWorkDone(listener: CallListener): () => void
  /** Ends hanging calls, closes all sockets, frees the port. */
  close(): Promise<void>
}

export interface LocalAwsOptions {
  /** 123456789012 unless given. */
  readonly account?: string
  /** `aws` unless given. */
  readonly partition?: 'aws' | 'aws-us-gov' | 'aws-cn'
  /** us-east-1 unless given. */
  readonly region?: string
  /** An assumed role `deploy` of the account unless given. */
  readonly caller?: CallerIdentity
  readonly clock?: Clock
  /** How long an UpdateFunctionConfiguration is InProgress; 150 ms unless given (AWS: 1 to 2 s). */
  readonly updateMs?: number
  /** How long after its writing FilterLogEvents finds an event; 0 unless given (AWS: 5 to 20 s). Streams show at once. */
  readonly logsIngestionMs?: number
  /** Real time added to every answer; 0 unless given. */
  readonly latencyMs?: number
  readonly quotas?: QuotaOptions
  /** How long after a write to IAM its simulator and the data plane decide by it; 0 unless given (AWS: seconds, at times minutes). */
  readonly iamPropagationMs?: number
  /** Versions 1..N of the public Rotel layers exist; 7 unless given. */
  readonly rotelVersions?: number
  /** Where Rotel's flushes go; a dead end that accepts everything unless given. */
  readonly telemetry?: TelemetryExporter
  /** TCP port on 127.0.0.1; a free one unless given. */
  readonly port?: number
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
}

/** AWS's numbers unless given: 100 GetFunction and 15 other control-plane calls a second, 1,000 concurrent invocations. */
export interface QuotaOptions {
  readonly getFunctionPerSecond?: number
  readonly controlPlanePerSecond?: number
  readonly concurrentInvocations?: number
  /** Multiplies both rates: a test with hundreds of functions need not take minutes. */
  readonly scale?: number
}

export interface CallerIdentity {
  readonly arn: string
  readonly userId: string
}

export interface LocalCaller {
  readonly identity: CallerIdentity
  become(identity: CallerIdentity): void
  /**
   * From now on the caller may not do it: answered 403 as AWS does. `action` like `lambda:UpdateFunctionConfiguration`,
   * `resource` an ARN; both may hold `*`.
   */
  deny(action: string, resource?: string): void
  /** Takes back all denials. */
  allowAll(): void
}

// ---------------------------------------------------------------- Lambda

export interface LocalLambda {
  createFunction(seed: FunctionSeed): FunctionView
  /** State as it is now. `name` may be an ARN. Throws when there is none. */
  get(name: string, region?: string): FunctionView
  /** All functions of all regions. */
  list(): readonly FunctionView[]
  /** A change that nobody's call made: new RevisionId, and InProgress for a while if `updateMs` is given. */
  changeAsSomebodyElse(name: string, change: FunctionChange, region?: string): FunctionView
  /**
   * Makes a version of what reads show now and returns its number: the newest one's when nothing changed since. It
   * keeps its layers, variables, role and log group for ever.
   */
  publishVersion(name: string, region?: string): string
  /** A published version with the configuration that it keeps. Throws when there is none. */
  version(name: string, number: string, region?: string): FunctionView
  /** Makes or moves an alias. `additionalWeights`: share of its calls, 0 to 1, that another version gets. */
  setAlias(
    name: string,
    alias: string,
    version: string,
    additionalWeights?: Readonly<Record<string, number>>,
    region?: string,
  ): void
  /** On a version or alias; 1 unless a count is given, 0 takes it away. It is listed; no environment starts early. */
  setProvisionedConcurrency(name: string, qualifier: string, count?: number, region?: string): void
  /** A mapping from a queue to the function, or to its version or alias; returns its UUID. It polls nothing. */
  addEventSource(name: string, qualifier?: string, options?: EventSourceOptions): string
  deleteFunction(name: string, region?: string): void
  setHandler(name: string, handler: Handler, region?: string): void
  /** The next update is accepted and then ends `LastUpdateStatus: Failed`. */
  failNextUpdate(name: string, reason?: UpdateFailure, region?: string): void
  /**
   * Takes the environments down, busy ones when their invocation is over: the next invocation is a cold start. Rotel
   * is told, and flushes what still waits.
   */
  retireEnvironments(name: string, region?: string): void
  /** How Rotel's flushes end from now on. */
  setFlush(name: string, outcome: FlushOutcome, region?: string): void
  /** From now on no export of the function (of all there are, without a name) reaches anything: a VPC without a route. */
  blockEgress(name?: string, region?: string): void
  allowEgress(name?: string, region?: string): void
  /** Invocations by users of the function, one after the other: no call of the API, no quota. */
  traffic(name: string, options?: TrafficOptions): Promise<readonly InvocationRecord[]>
  /** One such invocation up to where its handler has begun: it holds its environment until it is let go on. */
  beginInvocation(name: string, options?: TrafficFacts): Promise<RunningInvocation>
  /** Every invocation that ran, oldest first, traffic included. */
  invocations(name?: string): readonly InvocationRecord[]
  readonly layers: LocalLayers
}

export interface EventSourceOptions {
  /** A queue of the function's own unless given. */
  readonly sourceArn?: string
  /** true unless given. */
  readonly enabled?: boolean
  readonly region?: string
}

export interface TrafficFacts {
  readonly region?: string
  /** Version or alias; $LATEST unless given. */
  readonly qualifier?: string
  readonly payload?: unknown
  /** In a new environment, though another one is idle. */
  readonly cold?: boolean
}

export interface TrafficOptions extends TrafficFacts {
  /** 1 unless given. */
  readonly count?: number
  /** Pause between two of them, by the server's clock; 0 unless given. */
  readonly everyMs?: number
}

export interface RunningInvocation {
  readonly requestId: string
  /** Name of its environment's log stream. */
  readonly environment: string
  /** The handler goes on: it logs now, Rotel flushes now. */
  finish(): Promise<InvocationRecord>
}

export interface FunctionSeed {
  readonly name: string
  readonly region?: string
  /** nodejs22.x unless given; image functions have none. */
  readonly runtime?: string
  /** x86_64 unless given. */
  readonly architecture?: Architecture
  readonly packageType?: 'Zip' | 'Image'
  readonly description?: string
  /** index.handler unless given. */
  readonly handlerName?: string
  /** 128 unless given, as AWS's default. */
  readonly memoryMb?: number
  /** 30 unless given (AWS's default is 3, which a dead endpoint alone uses up). */
  readonly timeoutSeconds?: number
  readonly variables?: Readonly<Record<string, string>>
  /** The caller may not decrypt the variables: reads answer 200 with `Environment.Error`. */
  readonly environmentUnreadable?: boolean
  readonly kmsKeyArn?: string
  /** Layer version ARNs, taken as they are: not checked, so that stale ones can be seeded. */
  readonly layers?: readonly string[]
  /** ARN of the execution role. A role of the function's own with AWSLambdaBasicExecutionRole unless given. */
  readonly role?: string
  readonly tags?: Readonly<Record<string, string>>
  /** The caller may not list tags: GetFunction then carries TagsError. */
  readonly tagsUnreadable?: boolean
  readonly logFormat?: 'Text' | 'JSON'
  readonly logGroup?: string
  /** Active unless given. Pending has no LastUpdateStatus. */
  readonly state?: 'Active' | 'Pending' | 'Inactive' | 'Failed'
  /** Leaves Pending for Active after this time; stays for ever unless given. */
  readonly pendingMs?: number
  /** A code signing configuration with this policy is attached, and the code is signed. */
  readonly codeSigning?: 'Enforce' | 'Warn'
  /** What kind of function it is, beside an ordinary one. */
  readonly kind?: 'managed-instances' | 'durable' | 'tenant-isolated' | 'edge-replica'
  readonly reservedConcurrency?: number
  /** Over the server's `updateMs`. */
  readonly updateMs?: number
  /** `complete` unless given; later by `setFlush`. */
  readonly flush?: FlushOutcome
  /** Later by `blockEgress` and `allowEgress`. */
  readonly egressBlocked?: boolean
  /** Reads answer with a VpcConfig. */
  readonly vpc?: boolean
  /** Files of the deployment package that matter, e.g. a wrapper `/var/task/wrap` or `/var/task/rotel.env`, with content. */
  readonly files?: Readonly<Record<string, string>>
  readonly handler?: Handler
}

export type Architecture = 'x86_64' | 'arm64'

/** Members left out stay as they are; `variables` and `layers` replace. */
export interface FunctionChange {
  readonly variables?: Readonly<Record<string, string>>
  readonly layers?: readonly string[]
  readonly description?: string
  readonly runtime?: string
  readonly timeoutSeconds?: number
  readonly memoryMb?: number
  readonly logFormat?: 'Text' | 'JSON'
  readonly logGroup?: string
  readonly role?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly environmentUnreadable?: boolean
  readonly reservedConcurrency?: number | null
  readonly state?: 'Active' | 'Pending' | 'Inactive' | 'Failed'
  /** Shows InProgress for this long; 0 (done at once) unless given. */
  readonly updateMs?: number
}

export interface UpdateFailure {
  readonly code: string
  readonly reason: string
}

/** A snapshot: it does not change when the function does. */
export interface FunctionView {
  readonly arn: string
  readonly name: string
  readonly region: string
  readonly runtime: string | undefined
  readonly architecture: Architecture
  readonly description: string
  readonly memoryMb: number
  readonly timeoutSeconds: number
  /** The real variables, whoever may read them. */
  readonly variables: Readonly<Record<string, string>>
  readonly layers: readonly string[]
  readonly role: string
  readonly logFormat: 'Text' | 'JSON'
  readonly logGroup: string
  readonly tags: Readonly<Record<string, string>>
  readonly revisionId: string
  readonly state: string
  readonly lastUpdateStatus: string | undefined
  readonly reservedConcurrency: number | undefined
  /** Numbers of the published versions, oldest first. */
  readonly versions: readonly string[]
  readonly aliases: Readonly<Record<string, string>>
  /** Updates of the configuration that were accepted, seeds and changes by somebody else left out. */
  readonly writes: number
  /** By calls of the API: traffic left out. */
  readonly invocations: number
}

export interface InvocationRecord {
  readonly functionName: string
  readonly region: string
  readonly requestId: string
  readonly version: string
  readonly payload: unknown
  readonly cold: boolean
  /** Name of the environment's log stream. */
  readonly environment: string
  readonly functionError: string | undefined
  readonly errorType: string | undefined
  /** Modelled, extensions included. */
  readonly durationMs: number
  /** `traffic` by users of the function. */
  readonly by: 'call' | 'traffic'
  /** Of what the SDK sent, whether or not it got anywhere. */
  readonly traceId: string | undefined
  readonly atMs: number
}

export interface LocalLayers {
  /** Adds a layer version and returns its ARN. */
  publish(layer: LayerSeed): string
  /** Adds a version of the public Rotel layers in all their regions and both architectures; returns nothing to attach. */
  publishRotel(version: number): void
  /** Functions that carry it keep it, but sending it again fails. */
  delete(arn: string): void
  /** `arn:aws:lambda:REGION:418653438961:layer:rotel-extension-amd64:VERSION`. */
  rotelArn(options?: {
    readonly region?: string
    readonly architecture?: Architecture
    readonly version?: number
    readonly alpha?: boolean
  }): string
}

export interface LayerSeed {
  readonly name: string
  readonly region?: string
  /** The server's account unless given. */
  readonly account?: string
  /** The next free number unless given. */
  readonly version?: number
  /** Own layers are always readable. A foreign one is private unless `everyone` is said. */
  readonly readableBy?: 'everyone' | 'owner'
  readonly architectures?: readonly Architecture[]
  readonly signed?: boolean
  /** Paths that the layer brings, e.g. `/opt/otel-handler`. */
  readonly files?: readonly string[]
  /** Its files are wrappers that start this language's runtime with the OpenTelemetry SDK. */
  readonly instruments?: 'nodejs' | 'python' | 'java' | 'ruby'
  /** External extensions that the layer brings. `rotel`: a copy of the Rotel layer for one architecture. */
  readonly extension?:
    | { readonly kind: 'rotel'; readonly architecture: Architecture }
    | { readonly kind: 'other'; readonly name: string; readonly ports?: readonly number[] }
}

// ---------------------------------------------------------------- IAM, Logs

/** Views show what was written last, whoever sees it already. */
export interface LocalIam {
  createRole(seed: RoleSeed): RoleView
  get(name: string): RoleView
  /** A customer-managed policy; returns its ARN. */
  createPolicy(
    name: string,
    document: PolicyDocument | string,
    options?: {
      /** `/` unless given. */
      readonly path?: string
      /** Further versions, v2 and so on; the first document stays the default one. */
      readonly versions?: readonly (PolicyDocument | string)[]
    },
  ): string
  /** Of a customer-managed or AWS-managed policy. */
  policy(arn: string): PolicyView
  /** ARNs of the AWS-managed policies whose documents are here. */
  awsManagedPolicies(): readonly string[]
  /** A user (unless `group` is said) has it, too. */
  attachToSomebodyElse(
    arn: string,
    entity?: { readonly kind: 'user' | 'group'; readonly name: string },
  ): void
  /** What nobody's call wrote; it propagates like any other write. */
  changeRoleAsSomebodyElse(name: string, change: RoleChange): RoleView
  /** A service control policy denies it to the whole account. `action` may hold `*`. */
  organizationDenies(action: string): void
  /**
   * A resource policy (of CloudWatch Logs, say) lets the role do it: the data plane counts it, the simulator does not.
   * `action` and `resource` may hold `*`.
   */
  grantByResource(roleArn: string, action: string, resource: string): void
  /** For writes from now on. A number is for simulator and data plane; members left out stay as they are. */
  setPropagation(delays: number | IamPropagation): void
  /** All that was written so far is seen by everybody now. */
  settle(): void
  /** How many managed policies a role may have; 10 until then, as AWS has it by default. */
  setPoliciesPerRole(quota: number): void
  /** What the role may do, as the reader sees it: the data plane unless given. A role that does not exist may do nothing. */
  decide(roleArn: string, action: string, resource: string, reader?: IamReader): IamDecision
}

export type IamDecision = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** Who sees what was written: at once, by Get and List calls, by the policy simulator, by the services. */
export type IamReader = 'written' | 'read' | 'simulator' | 'dataPlane'

/** Milliseconds by the server's clock; Infinity: never, until `settle`. */
export interface IamPropagation {
  readonly readMs?: number
  readonly simulatorMs?: number
  readonly dataPlaneMs?: number
}

export interface RoleSeed {
  readonly name: string
  /** `/` unless given. */
  readonly path?: string
  /** Services and principals (ARNs, account ids, `*`) that may assume it; lambda.amazonaws.com unless given. */
  readonly trusts?: readonly string[]
  /** Inline policies by name; a text is stored as it is, and no document is checked. */
  readonly inline?: Readonly<Record<string, PolicyDocument | string>>
  /** ARNs of managed policies that exist; none unless given. */
  readonly attached?: readonly string[]
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string
}

export type PolicyDocument = Readonly<Record<string, unknown>>

/** Members left out stay as they are. */
export interface RoleChange {
  readonly putInline?: Readonly<Record<string, PolicyDocument | string>>
  readonly deleteInline?: readonly string[]
  readonly attach?: readonly string[]
  readonly detach?: readonly string[]
  /** `null` takes it off. */
  readonly boundary?: string | null
}

export interface RoleView {
  readonly name: string
  readonly path: string
  readonly arn: string
  /** Texts as they were put, by policy name. */
  readonly inline: Readonly<Record<string, string>>
  readonly attached: readonly string[]
  readonly boundary: string | undefined
}

export interface PolicyView {
  readonly arn: string
  readonly name: string
  readonly defaultVersion: string
  /** Texts by version id, oldest first. AWS-managed policies have only their default version here. */
  readonly versions: Readonly<Record<string, string>>
  /** The text of the default version. */
  readonly document: string
  /** Names of the roles that have it attached. */
  readonly roles: readonly string[]
  /** Users, groups and roles that have it attached. */
  readonly attachments: number
  /** Roles that it bounds. */
  readonly boundaries: number
}

export interface LocalLogs {
  /** What was written to all streams of a group, ingested or not, in the order of writing; empty without a group. */
  events(group: string, region?: string): readonly LogEventView[]
  streams(group: string, region?: string): readonly string[]
  /** A group that exists before anything is written. Throws when it exists. */
  createGroup(seed: LogGroupSeed): void
  /** For events written from now on: how long until FilterLogEvents finds them. */
  setIngestion(ms: number): void
  /** How far lastEventTimestamp and lastIngestionTime of DescribeLogStreams are behind; 0 unless set (AWS: up to hours). */
  setStreamTimesLag(ms: number): void
  /** FilterLogEvents answers so many empty pages, each with a nextToken, before the first real one; 0 unless set. */
  setEmptyPages(count: number): void
  /**
   * AWS/Logs IncomingBytes of a group, the same on every day up to now. Without it the metric counts what was
   * written since the start.
   */
  setIncomingBytes(group: string, bytesPerDay: number, region?: string): void
}

export type LogClass = 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY'

export interface LogGroupSeed {
  readonly name: string
  readonly region?: string
  /** STANDARD unless given. The others know neither filters nor FilterLogEvents; DELIVERY keeps for two days. */
  readonly class?: LogClass
  /** Kept for ever unless given. */
  readonly retentionDays?: number
  /** At most two, as on AWS. */
  readonly subscriptionFilters?: readonly SubscriptionFilterSeed[]
  readonly metricFilters?: readonly MetricFilterSeed[]
  /** Of older events; what is written from now on comes on top. */
  readonly storedBytes?: number
}

export interface SubscriptionFilterSeed {
  readonly name: string
  /** Everything unless given. */
  readonly pattern?: string
  readonly destinationArn: string
  readonly roleArn?: string
}

export interface MetricFilterSeed {
  readonly name: string
  readonly pattern?: string
  readonly metricName: string
  readonly metricNamespace: string
  /** `1` unless given. */
  readonly metricValue?: string
}

export interface LogEventView {
  readonly stream: string
  readonly timestamp: number
  readonly message: string
}

// ---------------------------------------------------------------- Secrets Manager, Parameter Store

export interface LocalSecrets {
  /** Returns its ARN, with the six characters at its end. */
  create(seed: SecretSeed): string
  /** A new version that is AWSCURRENT. `id` is an ARN or a name. */
  put(id: string, value: string): void
  scheduleDeletion(id: string): void
  /** Gone at once, as after the waiting time. */
  delete(id: string): void
}

export interface SecretSeed {
  readonly name: string
  readonly region?: string
  /** A secret may be there before it has a value. */
  readonly value?: string
  /** ARN, id or `alias/NAME` of a key of one's own; aws/secretsmanager unless given. */
  readonly kmsKeyId?: string
  readonly scheduledForDeletion?: boolean
  /** The value is AWSPENDING only, as in a rotation that did not end. */
  readonly withoutCurrent?: boolean
  /** The six characters of the ARN; random unless given. */
  readonly suffix?: string
}

export interface LocalParameters {
  /** Returns its ARN. */
  create(seed: ParameterSeed): string
  /** The next version. `id` is an ARN or a name. */
  put(id: string, value: string): void
  delete(id: string): void
}

export interface ParameterSeed {
  /** `/path/name` or `name`. */
  readonly name: string
  readonly region?: string
  /** SecureString unless given. */
  readonly type?: 'String' | 'StringList' | 'SecureString'
  readonly value: string
  /** Of a SecureString: ARN, id or `alias/NAME` of a key of one's own; `alias/aws/ssm` unless given. */
  readonly kmsKeyId?: string
}

// ---------------------------------------------------------------- Calls, faults, hooks

export type ServiceName =
  'lambda' | 'sts' | 'iam' | 'logs' | 'ssm' | 'secretsmanager' | 'monitoring'

/** A call as its listener sees it, before it is handled. */
export interface CallEvent {
  /** From 1, in order of arrival. */
  readonly index: number
  readonly service: ServiceName
  /** The API's name, e.g. `UpdateFunctionConfiguration`. */
  readonly operation: string
  readonly region: string
  /** Plain name, also where an ARN was sent. */
  readonly functionName: string | undefined
  /** Request members by their API names: those of path, query and body together. */
  readonly params: Readonly<Record<string, unknown>>
}

export interface CallRecord extends CallEvent {
  readonly startedMs: number
  /** HTTP status of the answer; undefined while it runs, and when none was sent. */
  readonly status: number | undefined
  readonly errorName: string | undefined
  readonly outcome: 'running' | 'answered' | 'no-answer'
  /** Whether the work was done: true also for a lost answer. */
  readonly worked: boolean
}

export type CallListener = (call: CallEvent) => void | Promise<void>

export interface CallLog {
  /** All calls since the start or the last `clear`, in order of arrival. */
  all(): readonly CallRecord[]
  of(operation: string, functionName?: string): readonly CallRecord[]
  count(operation?: string, functionName?: string): number
  clear(): void
}

export interface Faults {
  /** Rules are tried in the order they were added; the first that matches and is not used up acts. */
  add(rule: FaultRule): FaultHandle
  clear(): void
}

export interface FaultHandle {
  /** How often it struck. */
  readonly hits: number
  remove(): void
}

export interface FaultRule {
  readonly service?: ServiceName
  readonly operation?: string
  readonly functionName?: string
  readonly region?: string
  /** This many matching calls pass before it strikes; 0 unless given. */
  readonly skip?: number
  /** It strikes this often; 1 unless given, Infinity for always. */
  readonly count?: number
  readonly fault: Fault
}

export type Fault =
  | { readonly kind: 'throttle'; readonly retryAfterSeconds?: number }
  /** 500 ServiceException, or a bare 502, 503, 504. */
  | { readonly kind: 'server-error'; readonly status?: 500 | 502 | 503 | 504 }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'reset' }
  /** Nothing is done and no answer ever comes; the connection stays open. */
  | { readonly kind: 'hang' }
  /** The work is done, then the connection is reset. */
  | { readonly kind: 'lost-answer' }
  /** The work is done at once, the answer comes later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Any error that the service may answer; nothing is done. */
  | {
      readonly kind: 'error'
      readonly name: string
      readonly status: number
      readonly message: string
    }
