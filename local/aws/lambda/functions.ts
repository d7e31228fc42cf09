/** The functions of the account, in all regions: seeding, looking, and the passing of time over an update. */
import { createHash, randomUUID } from 'node:crypto'
import type { FlushOutcome } from '../../rotel/telemetry'
import { lambdaArn, type Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import {
  lastUpdateStatus,
  type Configuration,
  type FunctionState,
  type UpdateFailure,
  type Logging,
} from './function-state'
import type { Handler } from './handler'
import type { Architecture } from './runtimes'

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
  /** With JSON; INFO unless given. */
  readonly applicationLogLevel?: string
  readonly systemLogLevel?: string
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
  /** SnapStart is on for published versions, and taking a snapshot takes this long. */
  readonly snapshotMs?: number
}

/** Members left out stay as they are; `variables` and `layers` replace. */
export interface FunctionChange {
  readonly variables?: Readonly<Record<string, string>>
  readonly layers?: readonly string[]
  readonly description?: string
  /** Another deployment package. */
  readonly code?: string
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
  /** Then it ends `LastUpdateStatus: Failed`, and the old configuration runs on. */
  readonly updateFailure?: UpdateFailure
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

export interface FunctionStore {
  create(seed: FunctionSeed, defaults: SeedDefaults): FunctionState
  /** By plain name; settled to this moment. */
  find(name: string, region: string): FunctionState | undefined
  all(): readonly FunctionState[]
  remove(state: FunctionState): void
}

interface SeedDefaults {
  readonly role: string
  readonly updateMs: number
}

export function createFunctionStore(account: Account): FunctionStore {
  const functions = new Map<string, FunctionState>()
  const key = (name: string, region: string): string => `${region} ${name}`
  const settled = (state: FunctionState): FunctionState => {
    settle(state, account.clock.now())
    return state
  }
  return {
    create: (seed, defaults) => {
      const state = seededState(account, seed, defaults)
      if (functions.has(key(state.name, state.region))) {
        throw new Error(`function ${state.name} exists in ${state.region}`)
      }
      functions.set(key(state.name, state.region), state)
      return state
    },
    find: (name, region) => {
      const state = functions.get(key(name, region))
      return state === undefined ? undefined : settled(state)
    },
    all: () => [...functions.values()].map(settled),
    remove: (state) => {
      functions.delete(key(state.name, state.region))
    },
  }
}

/** Ends what is due: an update in progress, a Pending state. The RevisionId changes once more at the end of an update. */
function settle(state: FunctionState, nowMs: number): void {
  if (state.activeAtMs !== undefined && nowMs >= state.activeAtMs) {
    state.activeAtMs = undefined
    state.state = 'Active'
    state.revisionId = randomUUID()
  }
  if (state.update !== undefined && nowMs >= state.update.endsAtMs) {
    state.lastUpdateFailure = state.update.failure
    if (state.update.failure === undefined) state.running = state.latest
    state.update = undefined
    state.revisionId = randomUUID()
  }
}

/** Starts an accepted update: shown at once, run when it is over. */
export function beginUpdate(state: FunctionState, next: Configuration, nowMs: number): void {
  show(state, next, nowMs)
  state.update = { endsAtMs: nowMs + state.updateMs, failure: state.nextUpdateFailure }
  state.nextUpdateFailure = undefined
}

function show(state: FunctionState, next: Configuration, nowMs: number): void {
  state.latest = next
  state.revisionId = randomUUID()
  state.modifiedMs = nowMs
}

/** A change that no call of the client made. Tags and the like leave the environments as they are. */
export function changeDirectly(state: FunctionState, change: FunctionChange, nowMs: number): void {
  state.tags = change.tags ?? state.tags
  state.environmentUnreadable = change.environmentUnreadable ?? state.environmentUnreadable
  state.state = change.state ?? state.state
  if (change.reservedConcurrency !== undefined) {
    state.reservedConcurrency = change.reservedConcurrency ?? undefined
  }
  state.revisionId = randomUUID()
  if (!CONFIGURATION_MEMBERS.some((member) => change[member] !== undefined)) return
  const before = state.latest
  show(
    state,
    {
      ...before,
      variables: change.variables ?? before.variables,
      hasEnvironment: change.variables !== undefined || before.hasEnvironment,
      layers: change.layers ?? before.layers,
      description: change.description ?? before.description,
      runtime: change.runtime ?? before.runtime,
      timeoutSeconds: change.timeoutSeconds ?? before.timeoutSeconds,
      memoryMb: change.memoryMb ?? before.memoryMb,
      role: change.role ?? before.role,
      codeSha256: change.code === undefined ? before.codeSha256 : sha256(change.code),
      logging: changedLogging(before.logging, change),
    },
    nowMs,
  )
  state.update = { endsAtMs: nowMs + (change.updateMs ?? 0), failure: change.updateFailure }
  settle(state, nowMs)
}

function changedLogging(before: Logging, change: FunctionChange): Logging {
  const group = change.logGroup ?? before.group
  return change.logFormat === undefined ? { ...before, group } : logging(change.logFormat, group)
}

function seededLogging(seed: FunctionSeed): Logging {
  const ordinary = logging(seed.logFormat ?? 'Text', seed.logGroup ?? `/aws/lambda/${seed.name}`)
  if (ordinary.format !== 'JSON') return ordinary
  return {
    ...ordinary,
    applicationLevel: seed.applicationLogLevel ?? ordinary.applicationLevel,
    systemLevel: seed.systemLogLevel ?? ordinary.systemLevel,
  }
}

const CONFIGURATION_MEMBERS = [
  'code',
  'variables',
  'layers',
  'description',
  'runtime',
  'timeoutSeconds',
  'memoryMb',
  'logFormat',
  'logGroup',
  'role',
  'updateMs',
] as const

function seededState(account: Account, seed: FunctionSeed, defaults: SeedDefaults): FunctionState {
  const region = seed.region ?? account.region
  const now = account.clock.now()
  const packageType = seed.packageType ?? 'Zip'
  const configuration: Configuration = {
    runtime: packageType === 'Image' ? undefined : (seed.runtime ?? 'nodejs22.x'),
    handlerName: seed.handlerName ?? 'index.handler',
    description: seed.description ?? '',
    memoryMb: seed.memoryMb ?? 128,
    timeoutSeconds: seed.timeoutSeconds ?? 30,
    role: seed.role ?? defaults.role,
    variables: seed.variables ?? {},
    hasEnvironment: seed.variables !== undefined,
    kmsKeyArn: seed.kmsKeyArn,
    layers: seed.layers ?? [],
    logging: seededLogging(seed),
    tracingMode: 'PassThrough',
    codeSha256: sha256(`${region} ${seed.name}`),
  }
  return {
    name: seed.name,
    region,
    arn: lambdaArn(account, region, `function:${seed.name}`),
    architecture: seed.architecture ?? 'x86_64',
    packageType,
    kind: seed.kind ?? 'ordinary',
    files: seed.files ?? {},
    codeSigning: seed.codeSigning,
    updateMs: seed.updateMs ?? defaults.updateMs,
    snapshotMs: seed.snapshotMs,
    handler: seed.handler ?? {},
    latest: configuration,
    running: configuration,
    revisionId: randomUUID(),
    modifiedMs: now,
    state: seed.state ?? 'Active',
    activeAtMs: seed.pendingMs === undefined ? undefined : now + seed.pendingMs,
    update: undefined,
    lastUpdateFailure: undefined,
    nextUpdateFailure: undefined,
    environmentUnreadable: seed.environmentUnreadable === true,
    tags: seed.tags ?? {},
    tagsUnreadable: seed.tagsUnreadable === true,
    reservedConcurrency: seed.reservedConcurrency,
    versions: [],
    aliases: new Map(),
    eventSources: [],
    provisioned: new Map(),
    publishedFrom: undefined,
    vpc: seed.vpc === true,
    flush: seed.flush ?? 'complete',
    egressBlocked: seed.egressBlocked === true,
    writes: 0,
    invocations: 0,
    traffic: 0,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** JSON always has levels, Text never. */
export function logging(format: 'Text' | 'JSON', group: string): Logging {
  const level = format === 'JSON' ? 'INFO' : undefined
  return { format, group, applicationLevel: level, systemLevel: level }
}

export function viewOf(state: FunctionState): FunctionView {
  return {
    arn: state.arn,
    name: state.name,
    region: state.region,
    runtime: state.latest.runtime,
    architecture: state.architecture,
    description: state.latest.description,
    memoryMb: state.latest.memoryMb,
    timeoutSeconds: state.latest.timeoutSeconds,
    variables: state.latest.variables,
    layers: state.latest.layers,
    role: state.latest.role,
    logFormat: state.latest.logging.format,
    logGroup: state.latest.logging.group,
    tags: state.tags,
    revisionId: state.revisionId,
    state: state.state,
    lastUpdateStatus: lastUpdateStatus(state),
    reservedConcurrency: state.reservedConcurrency,
    versions: state.versions.map((version) => version.number),
    aliases: Object.fromEntries([...state.aliases].map(([name, alias]) => [name, alias.version])),
    writes: state.writes,
    invocations: state.invocations - state.traffic,
  }
}

// ---------------------------------------------------------------- references by name

/** What a `FunctionName` member points at. */
export interface FunctionReference {
  readonly name: string
  readonly qualifier: string | undefined
}

const FUNCTION_ARN =
  /^arn:([a-zA-Z0-9-]+):lambda:([a-z0-9-]+):(\d{12}):function:([a-zA-Z0-9-_.]+)(?::([a-zA-Z0-9-_$.]+))?$/
const PARTIAL_ARN = /^(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::([a-zA-Z0-9-_$.]+))?$/

/** Name, name:qualifier, partial or whole ARN. Throws as AWS does for another region or account. */
export function readReference(
  account: Account,
  text: string,
  region: string,
  action: string,
): FunctionReference {
  const arn = FUNCTION_ARN.exec(text)
  if (arn !== null) {
    const [, , arnRegion, owner, name, qualifier] = arn
    if (arnRegion !== region) {
      throw new AwsError(
        'ResourceNotFoundException',
        404,
        `Functions from '${arnRegion ?? ''}' are not reachable in this region ('${region}')`,
      )
    }
    if (owner !== account.id) throw foreignFunction(account, text, action)
    return { name: name ?? '', qualifier }
  }
  const partial = PARTIAL_ARN.exec(text)
  const [, owner, name, qualifier] = partial ?? []
  if (name === undefined) throw invalidName(text)
  if (owner !== undefined && owner !== account.id) throw foreignFunction(account, text, action)
  return { name, qualifier }
}

function foreignFunction(account: Account, resource: string, action: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    403,
    `User: ${account.caller.identity.arn} is not authorized to perform: lambda:${action} on resource: ${resource} because no resource-based policy allows the lambda:${action} action`,
  )
}

function invalidName(text: string): AwsError {
  return new AwsError(
    'ValidationException',
    400,
    `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
  )
}
