/** What the proof needs of ClickStack, whether it is asked through ClickHouse or through HyperDX. */

import type { Result } from '../../model/result'
import type { LambdaTime, RunnerTime } from '../../model/time'
import type { AccountInRows } from '../rotel/account'
import type { Column } from './clickhouse-layout'

/** A function whose telemetry is looked for. Times are Lambda's, as those of the rows. */
export interface Sought {
  /** Tells the sought apart; the function's ARN. */
  readonly key: string
  readonly functionName: string
  readonly region: string
  readonly account: string
  /** What its rows tell of its account. */
  readonly accountInRows: AccountInRows
  /** `faas.version` of the rows that count; rows of other versions never do. */
  readonly version: string
  /** The `service.name` under which its rows are expected. */
  readonly serviceName: string
  /** Rows from then on are fresh. */
  readonly since: LambdaTime
  /** Rows from then on are reported too, as older ones: at most 24 h back. */
  readonly lookBackTo: LambdaTime
  /** Rows from then on may have the request IDs, which are unique; `since` unless given. */
  readonly idsSince?: LambdaTime
  /** Of this run's invocations. */
  readonly requestIds: readonly string[]
  /** Whatever else is found proves nothing: spans count by the request ID alone, too. */
  readonly byRequestIdOnly: boolean
  /** Lines that this run's invocation printed, as its tail shows them. */
  readonly ownLines: readonly string[]
}

/** The guide's five attributes and the account, of one of the rows; empty where the row has none. */
export interface AttributeSample {
  readonly 'service.name': string
  readonly 'faas.name': string
  readonly 'faas.invocation_id': string
  readonly 'cloud.provider': string
  readonly 'cloud.platform': string
  readonly 'cloud.account.id': string
}

/** What the store holds of one sought function: of its name, region, version and account only. */
export interface LogEvidence {
  readonly key: string
  /** Rows since `since`. */
  readonly freshRows: number
  /** The extension's own start lines among them: each is an environment that started after the change. */
  readonly freshStarts: number
  /** Which of the sought request IDs occur in `faas.invocation_id` or in a body. */
  readonly requestIds: readonly string[]
  /** Which of the sought own lines are the body of a fresh row. */
  readonly ownLines: readonly string[]
  /** Time of the newest row since `lookBackTo`; `undefined` if there is none. */
  readonly newest: LambdaTime | undefined
  readonly sample: AttributeSample | undefined
}

export interface TraceEvidence {
  readonly key: string
  readonly spans: number
  /** A trace of the invocation, for a link. */
  readonly traceId: string | undefined
  /** Log rows that carry the id of one of these traces: logs that an SDK sent. `undefined`: the question failed. */
  readonly correlatedLogs: number | undefined
  /** Metric points of the function since `since`: shown, never gated. `undefined`: the store cannot tell, or the question failed. */
  readonly metricPoints: number | undefined
}

/** Where rows of a function are found that are not where they are expected, for the diagnosis. */
export interface Astray {
  readonly key: string
  readonly serviceNames: readonly string[]
  readonly rows: number
}

export type StoreFaultKind =
  /** Nothing answered, after retries, or what answered could not query its ClickHouse: it may be asleep, or starting. */
  | 'unreachable'
  | 'unauthenticated'
  | 'denied'
  /** Database, table or source is not there. */
  | 'missing'
  /** A table is there, in none of the known layouts. */
  | 'unknown-layout'
  /** It answered, and not as such a server does. */
  | 'refused'

export interface StoreFault {
  readonly kind: StoreFaultKind
  /** In plain words, without secrets. */
  readonly text: string
  /** Of what is `unreachable`: waiting does not help, as where the host does not exist. */
  readonly lasts?: true
}

/** Whether the same question may be answered a little later. */
export function mayPass({ kind, lasts }: StoreFault): boolean {
  return kind === 'unreachable' && lasts !== true
}

/** Where people look at what was proven. */
export interface Pages {
  /** Of HyperDX's user interface, which is not always the address of its API. */
  readonly url: string
  /** Id or name of the log source; `undefined`: the page takes the one that was used last. */
  readonly logSource: string | undefined
}

interface StoreDescription {
  /** `ClickHouse 26.7, otel_logs in database default, Map columns`. */
  readonly inWords: string
}

export interface TelemetryStore {
  readonly kind: 'clickhouse' | 'hyperdx'
  /** Most functions that one question may name. */
  readonly batchSize: number
  /** Finds tables and layout out. Asked once, before anything else. */
  prepare(): Promise<Result<StoreDescription, StoreFault>>
  /** One query for up to `batchSize` functions; those without rows are left out. */
  findLogs(sought: readonly Sought[]): Promise<Result<readonly LogEvidence[], StoreFault>>
  findTraces(sought: readonly Sought[]): Promise<Result<readonly TraceEvidence[], StoreFault>>
  /** Rows by `faas.name` alone, under whatever service name and version. */
  findAstray(sought: readonly Sought[]): Promise<Result<readonly Astray[], StoreFault>>
  /**
   * Whether the control record with this id is there; it has the time of this machine. A store of several places keeps to
   * the one that has it.
   */
  findControlRecord(id: string, since: RunnerTime): Promise<Result<boolean, StoreFault>>
  /** The columns of tables of any database that this server shows; absent where the store cannot tell. */
  columnsOf?(
    database: string,
    tables: readonly string[],
  ): Promise<Result<readonly Column[], StoreFault>>
  /** HyperDX's pages for the rows that this store reads; `undefined`: not known. Absent where there is no HyperDX. */
  pages?(): Promise<Pages | undefined>
  close(): Promise<void>
}
