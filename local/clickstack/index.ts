/**
 * A ClickStack on the loopback: OTLP receivers with the ingestion-key check, the collector's transform, a real
 * ClickHouse with ClickStack's tables and its HTTP interface, and HyperDX's external API. For tests and the demo.
 */

import type { Telemetry } from '../otlp/telemetry'
import { selfSignedCertificate } from './certificate'
import { startClickHouseHttp, type ClickHouseHttp } from './clickhouse-http'
import { clickStackUsers, type ClickHouseUser } from './clickhouse-users'
import { startCollector, type Collector, type CollectorBehaviour } from './collector'
import { quotedName, startEngine, type Engine } from './engine'
import { createFaults, type Faults } from './faults'
import { CLOSED_PORT } from './http-server'
import { startHyperDx, type HyperDx } from './hyperdx'
import { defaultSources, type HyperDxSource } from './hyperdx-sources'
import type { IngestionKey } from './ingestion-key'
import type { RateLimit } from './rate-limit'
import { startGrpcReceiver } from './receive-grpc'
import { startHttpReceiver } from './receive-http'
import type { ReceivedExport, Receiver } from './receiver'
import type { Row } from './rows'
import { createLogsTable, createSchema, type Layout } from './schema'
import { insertRows, selectRows } from './tables'

export interface ClickStackOptions {
  /** Default `map`, today's. */
  readonly layout?: Layout
  /** Default `default`, ClickStack's. */
  readonly database?: string
  /** Default: the raw key `local-ingestion-key`. */
  readonly ingestionKey?: IngestionKey
  /** As long as no team is registered the collector has no OTLP receiver: connections are refused. */
  readonly noTeam?: boolean
  /** The receivers speak TLS, with a self-signed certificate. */
  readonly tls?: boolean
  /** How the collector behaves from the start; later by `collector.behaviour`. */
  readonly collector?: Partial<CollectorBehaviour>
  /** Besides the users that ClickStack has. The same name replaces. */
  readonly users?: readonly ClickHouseUser[]
  /** Default `local-access-key`. */
  readonly accessKey?: string
  /** Default HyperDX's, 100 requests a minute. */
  readonly rateLimit?: RateLimit
  /**
   * As the managed service, ClickHouse Observability: OTLP over HTTP only, with `Bearer`, and no API of HyperDX. The key's
   * scheme is still `ingestionKey`'s where that is given.
   */
  readonly managed?: boolean
  /** HyperDX without sign-in, which accepts no key. */
  readonly noSignIn?: boolean
  /** What HyperDX says is the address of its UI. Default: the UI's. */
  readonly frontendUrl?: string
  /** Default those of a new team. */
  readonly sources?: readonly HyperDxSource[]
  /**
   * By how many ms the clocks of ClickHouse and HyperDX are ahead of the real time (below zero: behind). A function where
   * their time runs faster.
   */
  readonly clockAheadMs?: number | (() => number)
}

export interface LocalClickStack {
  readonly layout: Layout
  readonly database: string
  readonly ingestionKey: IngestionKey
  readonly accessKey: string
  /** The `authorization` header that the receivers want; undefined where they want none. */
  readonly authorization: string | undefined
  /** `http://127.0.0.1:…` or, with TLS, `https://127.0.0.1:…`; 4317 in the field. */
  readonly grpcEndpoint: string
  /** 4318 in the field. */
  readonly httpEndpoint: string
  /** The receivers' certificate, in PEM. */
  readonly certificate: string | undefined
  /** 8123 in the field. */
  readonly clickHouseUrl: string
  /** 8000 in the field: append `/api/v2`. */
  readonly hyperDxApiUrl: string
  /** 8080 in the field, the UI: append `/api/api/v2`. */
  readonly hyperDxUrl: string

  /** Every export that reached a receiver, in order. */
  readonly received: ReceivedExport[]
  /** Of the receivers, by path. */
  readonly receiverFaults: Faults
  readonly collector: Pick<Collector, 'behaviour' | 'insertErrors'>
  readonly clickHouse: Pick<ClickHouseHttp, 'queries' | 'faults'>
  readonly hyperDx: Pick<HyperDx, 'requests' | 'asked' | 'sources' | 'faults'>

  /** Telemetry as if it had come in at some time before: through the collector's transform, past its receivers. */
  seed(telemetry: Telemetry): Promise<void>
  /** Rows as they are, by column names; columns that the layout does not have are left out. */
  insertRows(table: string, rows: readonly Row[]): Promise<void>
  /** Reads past the HTTP interface: not in the query log, not subject to faults. */
  rows(
    sql: string,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>[]>
  count(table: string, condition?: string): Promise<number>
  /** Any other statement. */
  run(sql: string): Promise<void>
  /** A second logs table of the same layout, for `collector.behaviour.logsTable`. */
  createLogsTable(table: string): Promise<void>
  /** Resolves when all that was accepted so far is stored or lost. */
  settled(): Promise<void>
  /** Back to the start: empty tables and logs, no faults, the behaviour of the options. */
  clear(): Promise<void>
  close(): Promise<void>
}

export async function startClickStack(options: ClickStackOptions = {}): Promise<LocalClickStack> {
  const engine = await startEngine()
  try {
    return await startAround(engine, options)
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function startAround(engine: Engine, options: ClickStackOptions): Promise<LocalClickStack> {
  const { layout = 'map', database = 'default', accessKey = 'local-access-key' } = options
  const { clockAheadMs: ahead = 0 } = options
  const clockAheadMs = typeof ahead === 'number' ? () => ahead : ahead
  const { rateLimit = { requests: 100, windowMs: 60_000 } } = options
  const { managed = false } = options
  const ingestionKey = options.ingestionKey ?? {
    scheme: managed ? 'bearer' : 'raw',
    key: 'local-ingestion-key',
  }
  const sources = options.sources ?? defaultSources(database, layout)
  const given = options.users ?? []
  const users = [
    ...given,
    ...clickStackUsers.filter(({ name }) => !given.some((user) => user.name === name)),
  ]

  await engine.query({ sql: createSchema(database, layout).join(';\n') })
  const collector = startCollector(engine, { database, layout })
  const initial = { ...collector.behaviour, ...options.collector }
  Object.assign(collector.behaviour, initial)

  const received: ReceivedExport[] = []
  const receiverFaults = createFaults()
  const tls = options.tls ? await selfSignedCertificate() : undefined
  const receiverOptions = {
    key: ingestionKey,
    collector,
    received,
    faults: receiverFaults,
    ...(tls ? { tls } : {}),
  }
  const [grpc, http] = options.noTeam
    ? await Promise.all([absentReceiver(), absentReceiver()])
    : await Promise.all([
        managed ? absentReceiver() : startGrpcReceiver(receiverOptions),
        startHttpReceiver(receiverOptions),
      ])
  const clickHouse = await startClickHouseHttp({
    engine,
    users,
    database: 'default',
    clockAheadMs,
  })
  const hyperDx = await startHyperDx({
    engine,
    accessKey,
    sources,
    rateLimit,
    clockAheadMs,
    edition: managed ? 'managed' : options.noSignIn ? 'local' : 'signed-in',
    frontendUrl: options.frontendUrl,
  })
  const scheme = tls ? 'https' : 'http'

  return {
    layout,
    database,
    ingestionKey,
    accessKey,
    authorization: authorizationOf(ingestionKey),
    grpcEndpoint: `${scheme}://127.0.0.1:${grpc.port}`,
    httpEndpoint: `${scheme}://127.0.0.1:${http.port}`,
    certificate: tls?.cert,
    clickHouseUrl: `http://127.0.0.1:${clickHouse.port}`,
    hyperDxApiUrl: `http://127.0.0.1:${hyperDx.apiPort}`,
    hyperDxUrl: `http://127.0.0.1:${hyperDx.uiPort}`,
    received,
    receiverFaults,
    collector,
    clickHouse,
    hyperDx,

    async seed(telemetry) {
      await collector.store(telemetry)
    },
    async insertRows(table, rows) {
      await insertRows(engine, { database, table, rows })
    },
    rows(sql, parameters = {}) {
      return selectRows(engine, { sql, database, parameters })
    },
    async count(table, condition = '1') {
      const sql = `SELECT count() AS rows FROM ${quotedName(table)} WHERE ${condition}`
      const [row] = await selectRows(engine, { sql, database })
      return Number(row?.rows)
    },
    async run(sql) {
      await engine.query({ sql, database })
    },
    async createLogsTable(table) {
      await engine.query({ sql: createLogsTable(database, layout, table) })
    },
    settled() {
      return collector.settled()
    },
    async clear() {
      await collector.discard()
      await engine.query({ sql: `TRUNCATE ALL TABLES FROM ${quotedName(database)}` })
      Object.assign(collector.behaviour, initial)
      const { queries } = clickHouse
      const { requests, asked } = hyperDx
      for (const log of [received, collector.insertErrors, queries, requests, asked]) log.length = 0
      for (const { faults } of [{ faults: receiverFaults }, clickHouse, hyperDx]) faults.clear()
      hyperDx.sources.splice(0, Infinity, ...sources)
    },
    async close() {
      await Promise.all([grpc.close(), http.close(), clickHouse.close(), hyperDx.close()])
      await collector.discard()
      await engine.close()
    },
  }
}

function absentReceiver(): Promise<Receiver> {
  return Promise.resolve({ port: CLOSED_PORT, close: () => Promise.resolve() })
}

function authorizationOf(key: IngestionKey): string | undefined {
  if (key.scheme === 'none') return
  return key.scheme === 'bearer' ? `Bearer ${key.key}` : key.key
}
