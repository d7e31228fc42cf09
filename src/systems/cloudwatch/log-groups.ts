/** What the pipeline needs of CloudWatch: log groups, who reads them, what was written to them, and how much. */

import type { Result } from '../../model/result'

export interface LogGroup {
  readonly name: string
  readonly region: string
}

export interface GroupFacts {
  /** `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY` and what AWS adds. */
  readonly logGroupClass: string
  /** `undefined`: kept for ever. */
  readonly retentionDays: number | undefined
  readonly subscriptionFilters: readonly string[]
  readonly metricFilters: readonly string[]
}

interface LogStream {
  readonly name: string
  /** ms since the epoch; carries no caveat of lateness, unlike the times of events. */
  readonly createdAt: number
}

export interface LogGroups {
  /** `undefined`: there is no such group. */
  facts(group: LogGroup): Promise<Result<GroupFacts | undefined>>
  /** Streams created at or after `since` (ms since the epoch); empty where there is no such group. */
  streamsSince(group: LogGroup, since: number): Promise<Result<readonly LogStream[]>>
  /**
   * How many events since then hold the text, all pages followed (one can be empty while another waits). 0 where there is
   * no such group.
   */
  eventsWith(group: LogGroup, since: number, text: string): Promise<Result<number>>
  /** Bytes that CloudWatch took in for the group in the last 30 days (AWS/Logs IncomingBytes), uncompressed. */
  ingestedBytes(group: LogGroup): Promise<Result<number>>
}
