/** What the runner can find out of ClickHouse as the endpoint of `exporter: clickhouse`. */

import type { ClickHouseExport } from '../rotel/export-settings'
import type { Result } from '../../model/result'
import type { Column } from './clickhouse-layout'
import type { StoreFault } from './telemetry-store'
import type { ControlRecord } from './endpoint'

export interface ClickHouseTarget extends Pick<
  ClickHouseExport,
  'database' | 'tablePrefix' | 'json' | 'user' | 'password'
> {
  readonly endpoint: string
}

/** The port, with the exporter's own user and password. Never throws for what the server does. */
export interface ClickHouseEndpoint {
  /** Whether a ClickHouse answers, without a credential. */
  ping(): Promise<Result<true, StoreFault>>
  /** `DESCRIBE TABLE`, which Rotel asks at its start too. A table or database that is not there is a fault, `missing`. */
  describe(table: string): Promise<Result<readonly Column[], StoreFault>>
  /** Writes one record into the logs table, as Rotel would. */
  insert(record: ControlRecord): Promise<Result<true, StoreFault>>
  close(): Promise<void>
}

export type OpenClickHouse = (target: ClickHouseTarget) => Promise<ClickHouseEndpoint>
