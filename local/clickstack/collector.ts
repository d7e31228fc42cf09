/**
 * The part of ClickStack's collector behind its receivers: transform, batch, insert. As with the real one, an export
 * is answered before anything is inserted, so a fault here is never seen by who exported.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord, Telemetry } from '../otlp/telemetry'
import type { Engine } from './engine'
import { tableRows } from './rows'
import { logsTable, type Layout } from './schema'
import { insertRows } from './tables'
import { transformLog } from './transform'

/** May be changed at any time; it counts for what is accepted from then on. */
export interface CollectorBehaviour {
  /** The batch processor's wait. The real default is 5,000 ms, the local one 0. */
  delayMs: number
  /** Accepts everything and stores nothing. */
  drop: boolean
  /** ClickHouse refuses the inserts, until the exporter gives up. */
  failInserts: boolean
  /** Logs go to another table of the same database. */
  logsTable: string
}

export interface Collector {
  readonly behaviour: CollectorBehaviour
  /** Why inserts failed, in order. */
  readonly insertErrors: Error[]
  accept(telemetry: Telemetry): void
  /** At once, and without regard to the behaviour. Rejects when ClickHouse refuses. */
  store(telemetry: Telemetry): Promise<void>
  /** Resolves when all that was accepted so far is stored or lost. */
  settled(): Promise<void>
  /** Ends the waits; what was not inserted by then is lost, as with a collector that is killed. */
  close(): Promise<void>
}

export function startCollector(
  engine: Engine,
  { database, layout }: { database: string; layout: Layout },
): Collector {
  const behaviour: CollectorBehaviour = {
    delayMs: 0,
    drop: false,
    failInserts: false,
    logsTable,
  }
  const pending = new Set<Promise<void>>()
  const insertErrors: Error[] = []
  const closing = new AbortController()

  async function store(telemetry: Telemetry, logs = logsTable): Promise<void> {
    for (const { table, rows } of tableRows(transformed(telemetry), layout)) {
      const target = table === logsTable ? logs : table
      await insertRows(engine, { database, table: target, rows })
    }
  }

  async function deliver(telemetry: Telemetry, now: CollectorBehaviour): Promise<void> {
    if (now.delayMs > 0) await sleep(now.delayMs, undefined, { signal: closing.signal })
    if (now.failInserts) throw new Error('ClickHouse refused the insert')
    await store(telemetry, now.logsTable)
  }

  return {
    behaviour,
    insertErrors,
    accept(telemetry) {
      if (behaviour.drop || telemetry.batches.length === 0) return
      const stored = deliver(telemetry, { ...behaviour })
        .catch((error: unknown) => {
          insertErrors.push(error instanceof Error ? error : new Error(String(error)))
        })
        .finally(() => pending.delete(stored))
      pending.add(stored)
    },
    store: (telemetry) => store(telemetry),
    async settled() {
      await Promise.all(pending)
    },
    async close() {
      closing.abort()
      await Promise.all(pending)
    },
  }
}

function transformed(telemetry: Telemetry): Telemetry {
  if (telemetry.signal !== 'logs') return telemetry
  return {
    ...telemetry,
    batches: telemetry.batches.map((batch) => ({
      ...batch,
      records: batch.records.map(transformLog).map(withMappedSeverity),
    })),
  }
}

/** OTLP's numbers end at 24, the column's at 255; anything else would fail the whole batch. */
function withMappedSeverity(record: LogRecord): LogRecord {
  const severityNumber = Math.min(Math.max(record.severityNumber ?? 0, 0), 24)
  return { ...record, severityNumber }
}
