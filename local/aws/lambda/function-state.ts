/** What Local AWS knows of a function. Configurations are immutable: environments are told apart by them. */
import type { FlushOutcome } from '../../rotel/telemetry'
import type { Handler } from './handler'
import type { Architecture } from './runtimes'

export interface UpdateFailure {
  readonly code: string
  readonly reason: string
}

export interface Logging {
  readonly format: 'Text' | 'JSON'
  readonly group: string
  /** With JSON only. */
  readonly applicationLevel: string | undefined
  readonly systemLevel: string | undefined
}

export interface Configuration {
  readonly runtime: string | undefined
  readonly handlerName: string
  readonly description: string
  readonly memoryMb: number
  readonly timeoutSeconds: number
  readonly role: string
  readonly variables: Readonly<Record<string, string>>
  /** Variables were set once: without any left, reads then show an empty map, where others show none. */
  readonly hasEnvironment: boolean
  readonly kmsKeyArn: string | undefined
  readonly layers: readonly string[]
  readonly logging: Logging
  readonly tracingMode: string
  /** Changes with the code only; a version is made when this or the configuration changed. */
  readonly codeSha256: string
}

export interface PublishedVersion {
  readonly number: string
  readonly description: string
  readonly configuration: Configuration
  readonly revisionId: string
  readonly modifiedMs: number
  /** With SnapStart: when its snapshot is there, and Pending becomes Active. */
  readonly activeAtMs: number | undefined
}

export interface Alias {
  readonly name: string
  version: string
  description: string
  weights: Readonly<Record<string, number>>
  revisionId: string
}

/** An event source mapping. */
export interface EventSource {
  readonly id: string
  /** Undefined on the function itself. */
  readonly qualifier: string | undefined
  readonly sourceArn: string
  readonly enabled: boolean
  readonly modifiedMs: number
}

export interface ProvisionedConcurrency {
  readonly count: number
  readonly modifiedMs: number
  /** When its environments are there: IN_PROGRESS until then. */
  readonly readyAtMs: number
}

type FunctionKind =
  'ordinary' | 'managed-instances' | 'durable' | 'tenant-isolated' | 'edge-replica'

export interface FunctionState {
  readonly name: string
  readonly region: string
  readonly arn: string
  readonly architecture: Architecture
  readonly packageType: 'Zip' | 'Image'
  readonly kind: FunctionKind
  readonly files: Readonly<Record<string, string>>
  readonly codeSigning: 'Enforce' | 'Warn' | undefined
  readonly updateMs: number
  /** SnapStart is on for published versions; taking a snapshot takes this long. */
  readonly snapshotMs: number | undefined
  handler: Handler
  /** What reads show: the newest accepted configuration. */
  latest: Configuration
  /** What invocations of $LATEST run: the old one while an update is in progress or after it failed. */
  running: Configuration
  revisionId: string
  modifiedMs: number
  state: string
  /** When Pending becomes Active. */
  activeAtMs: number | undefined
  update: { readonly endsAtMs: number; readonly failure: UpdateFailure | undefined } | undefined
  lastUpdateFailure: UpdateFailure | undefined
  nextUpdateFailure: UpdateFailure | undefined
  environmentUnreadable: boolean
  tags: Readonly<Record<string, string>>
  tagsUnreadable: boolean
  reservedConcurrency: number | undefined
  versions: readonly PublishedVersion[]
  readonly aliases: Map<string, Alias>
  readonly eventSources: EventSource[]
  /** By version number or alias. */
  readonly provisioned: Map<string, ProvisionedConcurrency>
  /** The configuration that the newest version was made of. */
  publishedFrom: Configuration | undefined
  readonly vpc: boolean
  flush: FlushOutcome
  egressBlocked: boolean
  writes: number
  /** All that ran, traffic included. */
  invocations: number
  /** Those that no call of the API began. */
  traffic: number
}

export function lastUpdateStatus(state: FunctionState): string | undefined {
  if (state.state === 'Pending') return undefined
  if (state.update !== undefined) return 'InProgress'
  return state.lastUpdateFailure === undefined ? 'Successful' : 'Failed'
}
