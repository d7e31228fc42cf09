/**
 * The part of ClickStack's collector behind its receivers: transform, batch, insert. As with the real one, an export
 * is answered before anything is inserted, so a fault here is never seen by who exported.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Telemetry } from '../otlp/telemetry'
import { batched } from './batch-writer'
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
  /** Ends all waits; what was not stored by then is lost, as when a collector is killed. */
  discard(): Promise<void>
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
  const insertErrors: Error[] = []
  const pending = new Set<Promise<void>>()
  let discarded = new AbortController()
  const write = batched((table, rows) => insertRows(engine, { database, table, rows }))

  async function store(telemetry: Telemetry, logs = logsTable): Promise<void> {
    await Promise.all(
      tableRows(transformed(telemetry), layout)
        .filter(({ rows }) => rows.length > 0)
        .map(({ table, rows }) => write(table === logsTable ? logs : table, rows)),
    )
  }

  async function deliver(telemetry: Telemetry): Promise<void> {
    const { delayMs, failInserts, logsTable: logs } = behaviour
    const { signal } = discarded
    try {
      if (delayMs > 0) await sleep(delayMs, undefined, { signal })
      if (failInserts) throw new Error('ClickHouse refused the insert')
      await store(telemetry, logs)
    } catch (error) {
      if (signal.aborted) return
      insertErrors.push(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return {
    behaviour,
    insertErrors,
    accept(telemetry) {
      if (behaviour.drop || telemetry.batches.length === 0) return
      const delivered = deliver(telemetry).finally(() => pending.delete(delivered))
      pending.add(delivered)
    },
    store: (telemetry) => store(telemetry),
    async settled() {
      await Promise.all(pending)
    },
    async discard() {
      discarded.abort()
      await Promise.all(pending)
      discarded = new AbortController()
    },
  }
}

function transformed(telemetry: Telemetry): Telemetry {
  if (telemetry.signal !== 'logs') return telemetry
  return {
    ...telemetry,
    batches: telemetry.batches.map((batch) => ({
      ...batch,
      records: batch.records.map(transformLog),
    })),
  }
}
