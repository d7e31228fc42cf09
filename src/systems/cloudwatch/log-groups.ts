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
  /** Bytes that CloudWatch ingested for the group in the last 30 days (AWS/Logs IncomingBytes), uncompressed. */
  ingestedBytes(group: LogGroup): Promise<Result<number>>
}
