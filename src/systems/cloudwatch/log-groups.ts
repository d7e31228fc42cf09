/** What the pipeline reads from CloudWatch: log groups, their consumers, what was written to them, and how much. */

import type { Result } from '../../model/result'

export interface LogGroup {
  readonly name: string
  readonly region: string
}

export interface GroupFacts {
  /** `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY` and what AWS adds. */
  readonly logGroupClass: string
  /** `undefined`: data never expires. */
  readonly retentionDays: number | undefined
  readonly subscriptionFilters: readonly string[]
  readonly metricFilters: readonly string[]
}

export interface LogStream {
  readonly name: string
  /** ms since the epoch; not delayed, unlike the times of events. */
  readonly createdAt: number
}

export interface LogEvent {
  /** Name of its stream. */
  readonly stream: string
  /** ms since the epoch. */
  readonly at: number
  /** As it was written: production data. */
  readonly text: string
}

/** Which events of a group are asked for. */
export interface NewestEvents {
  /** ms since the epoch, both included. */
  readonly since: number
  readonly until: number
  /** All of them are in an event. */
  readonly texts: readonly string[]
}

export interface LogGroups {
  /** `undefined`: the group does not exist. */
  facts(group: LogGroup): Promise<Result<GroupFacts | undefined>>
  /** Streams created at or after `since` (ms since the epoch); empty where the group does not exist. */
  streamsSince(group: LogGroup, since: number): Promise<Result<readonly LogStream[]>>
  /**
   * How many events since then contain the text, over all pages (an empty page need not be the last). 0 where the group
   * does not exist.
   */
  eventsWith(group: LogGroup, since: number, text: string): Promise<Result<number>>
  /**
   * The newest of such events, fifty at most: what is of less interest than all else that is asked of CloudWatch Logs, so
   * that it waits behind it.
   * @param limit fires when nobody waits for the answer any more
   */
  newestEvents(
    group: LogGroup,
    wanted: NewestEvents,
    limit: AbortSignal,
  ): Promise<Result<readonly LogEvent[]>>
  /** Bytes that CloudWatch ingested for the group in the last 30 days (AWS/Logs IncomingBytes), uncompressed. */
  ingestedBytes(group: LogGroup): Promise<Result<number>>
}
