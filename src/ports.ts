/** What the pipeline needs of the outside, in its own words. The edges in edges/ fulfil these; tests may too. */

import type { OpenClickHouse } from './endpoint/clickhouse-endpoint'
import type { LogGroups } from './cloudwatch/log-groups'
import type { SendLogs } from './endpoint/endpoint'
import type { Verifier } from './inputs/inputs'
import type { FunctionArn, LambdaFunction, LogFormat, Variables } from './model/lambda-function'
import type { Result } from './model/result'
import type { RoleControl } from './role/role-control'
import type { RoleChange } from './role/role-edit'
import type { Release } from './rotel/releases'
import type { SecretStores } from './secrets/secret-stores'
import type { Journal } from './undo/journal'
import type { TelemetryStore } from './verify/telemetry-store'

/** Lambda's control plane: reads with retries, writes guarded by the revision they were computed from. */
export interface LambdaControl {
  /** All functions of a region, without what ListFunctions leaves out (state, reserved concurrency). */
  list(region: string): Promise<Result<readonly LambdaFunction[]>>
  get(region: string, nameOrArn: string): Promise<Result<LambdaFunction>>
  /**
   * The answer is the function as it is while the update is in progress.
   * @param atTurn asked when the quota has a place for the call; `false`: it is not made
   */
  update(
    arn: FunctionArn,
    update: ConfigurationUpdate,
    atTurn: () => boolean,
  ): Promise<Result<LambdaFunction>>
  /** Whether Lambda would let this caller attach the layer version. Asked once per layer and region. */
  layerReadable(region: string, layerArn: string): Promise<Result<true>>
  /** Whether a code signing configuration refuses unsigned layers. */
  enforcesCodeSigning(arn: FunctionArn): Promise<Result<boolean>>
  /**
   * The versions that traffic may reach by another way than the function's plain name. Mappings of event sources are read
   * once per region.
   */
  routedVersions(arn: FunctionArn): Promise<Result<readonly RoutedVersion[]>>
}

/** A version, or `$LATEST`, that something points to. */
export interface RoutedVersion {
  readonly version: string
  /** What does, such as `alias live`, `provisioned concurrency`, `event source <uuid>`. */
  readonly via: readonly string[]
  /** The version's own configuration; without state, tags and reserved concurrency. */
  readonly fn: LambdaFunction
}

/** What an update sends: members that are left out stay as they are, those given replace the whole list or map. */
export interface ConfigurationUpdate {
  readonly revisionId: string
  readonly layers?: readonly string[]
  readonly variables?: Variables
  readonly logFormat?: LogFormat
  /** The value that is there, sent again, changes nothing but makes Lambda start new environments. */
  readonly timeoutSeconds?: number
}

export interface InvocationRequest {
  readonly arn: FunctionArn
  /** Durable functions refuse to be invoked without one. */
  readonly qualifier: '$LATEST' | undefined
  readonly payload: string
  readonly timeoutSeconds: number
}

export interface Invocation {
  readonly requestId: string
  readonly executedVersion: string | undefined
  /** `X-Amz-Function-Error`; anything but `undefined` is a failure, with HTTP 200. */
  readonly functionError: string | undefined
  /** The platform's `errorType` of an error payload: the rest of the payload never leaves the edge. */
  readonly errorType: string | undefined
  /** With which the function’s process ended, where the platform tells. */
  readonly exitStatus: number | undefined
  /** The last 4 KB of the log, decoded; empty when Lambda sent none. */
  readonly tail: string
  /** When the answer came, in ms since the epoch. */
  readonly endedAt: number
}

/** An invocation that did not take place, or of which nothing is known. */
export type InvokeFault =
  /** 429: it has not run; worth waiting for. */
  | { readonly kind: 'throttled'; readonly reserved: boolean; readonly text: string }
  /** The function is not ready yet (idle VPC function, state Pending): it has not run. */
  | { readonly kind: 'not-ready'; readonly text: string }
  | { readonly kind: 'denied' | 'refused'; readonly text: string }
  /** No answer, or a 5xx: it may have run. */
  | { readonly kind: 'lost'; readonly text: string }
  | { readonly kind: 'aborted'; readonly text: string }

export interface LambdaInvoke {
  /** One synchronous invocation, never retried: an invocation is a side effect. */
  invoke(request: InvocationRequest, signal: AbortSignal): Promise<Result<Invocation, InvokeFault>>
}

export interface CallerIdentity {
  readonly account: string
  readonly partition: string
}

export interface Identity {
  whoAmI(): Promise<Result<CallerIdentity>>
}

export interface Releases {
  list(): Promise<Result<readonly Release[], string>>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
}

/** The Actions runner: its log, its files, its annotations. */
export interface Runner {
  info(line: string): void
  debug(line: string): void
  /** Prints a line that opens a foldable group, or closes the open one. */
  startGroup(title: string): void
  endGroup(): void
  annotate(annotation: Annotation): void
  /** Lines of somebody else's, printed so that the runner takes no command from them. */
  untrusted(lines: readonly string[]): void
  setOutput(name: string, value: string): void
  writeSummary(markdown: string): Promise<void>
}

/** Everything outside, as a run needs it. */
export interface Outside {
  readonly lambda: LambdaControl
  readonly invoke: LambdaInvoke
  readonly identity: Identity
  readonly releases: Releases
  readonly runner: Runner
  readonly clock: Clock
  readonly send: SendLogs
  /** With `exporter: clickhouse`: the endpoint is ClickHouse itself. */
  readonly openClickHouse: OpenClickHouse
  readonly secretStores: SecretStores
  readonly openStore: (verifier: Exclude<Verifier, { kind: 'none' }>) => Promise<TelemetryStore>
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  /** Kept on disk before the write to the role, for `mode: remove` on another day. */
  readonly recordForRestore: (change: RoleChange, fn: LambdaFunction) => void
  /** `undefined`: it cannot be read. */
  readonly readRestoreFile: (path: string) => string | undefined
  /** Called once, before the first write. */
  readonly openJournal: (account: string, partition: string) => Journal
}
