/**
 * ClickHouse's HTTP interface (8123) before the engine: as much of it as the official client, a plain `fetch` and
 * Rotel's ClickHouse exporter use. What is right and wrong about a query the engine itself says.
 */

import { Busboy } from '@fastify/busboy'
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { authenticatedUser, type ClickHouseUser } from './clickhouse-users'
import type { Engine, EngineQuery } from './engine'
import { decompressBlocks } from './compressed-blocks'
import { ClickHouseException, exceptionOf, httpStatusOf } from './exception'
import { createFaults, playFault, type Faults } from './faults'
import { bodyOf, listenOnLoopback, type RunningServer } from './http-server'
import { splitInsert } from './insert-query'

/** One query as it came in. */
interface LoggedQuery {
  readonly sql: string
  readonly parameters: Readonly<Record<string, string>>
  /** Settings sent with the query: a read-only user may send none. */
  readonly settings: Readonly<Record<string, string>>
  readonly database: string
  readonly user: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Absent when it went well. */
  readonly exception?: ClickHouseException
}

export interface ClickHouseHttp extends RunningServer {
  /** All queries since the start, in order, refused ones included. */
  readonly queries: LoggedQuery[]
  readonly faults: Faults
}

interface Options {
  readonly engine: Engine
  readonly users: readonly ClickHouseUser[]
  /** For requests that name none. */
  readonly database: string
  /** By how many ms the server's clock is ahead of the real time. */
  readonly clockAheadMs: () => number
}

export async function startClickHouseHttp(options: Options): Promise<ClickHouseHttp> {
  const queries: LoggedQuery[] = []
  const faults = createFaults()
  const server = createServer((request, response) => {
    respond(options, { queries, faults }, request, response).catch(() => response.destroy())
  })
  return { ...(await listenOnLoopback(server)), queries, faults }
}

async function respond(
  { engine, users, database, clockAheadMs }: Options,
  { queries, faults }: Pick<ClickHouseHttp, 'queries' | 'faults'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://clickhouse')
  const incoming = await incomingQuery(request, url)
  if (await playFault(faults.next(incoming.sql || url.pathname), response)) return
  if (
    url.pathname === '/ping' ||
    (url.pathname === '/' && request.method === 'GET' && !incoming.sql)
  ) {
    response.end('Ok.\n')
    return
  }
  // Every POST is a query, and every GET with parameters, whatever its path (src/Server/HTTPHandlerFactory.h).
  if (request.method !== 'POST' && (request.method !== 'GET' || url.search === '')) {
    response.writeHead(404, { 'content-type': 'text/plain' })
    response.end(`There is no handle ${url.pathname}\n`)
    return
  }

  const logged = {
    sql: incoming.sql,
    parameters: incoming.parameters,
    settings: incoming.settings,
    database:
      incoming.form.get('database') ?? text(request.headers['x-clickhouse-database']) ?? database,
    user: incoming.form.get('user') ?? text(request.headers['x-clickhouse-user']) ?? 'default',
    at: Date.now(),
    headers: request.headers,
  }
  const queryId = url.searchParams.get('query_id') ?? randomUUID()
  const common = {
    'x-clickhouse-server-display-name': 'local',
    'x-clickhouse-query-id': queryId,
    'x-clickhouse-timezone': 'UTC',
    date: new Date(Date.now() + clockAheadMs()).toUTCString(),
  }
  try {
    const user = authenticatedUser(users, request.headers, incoming.form)
    const { bytes, format, rowsRead } = await execute(engine, user, {
      incoming: { ...incoming, sql: byClock(incoming.sql, clockAheadMs()) },
      database: logged.database,
      format: formatOf(incoming, request),
      // A GET must not change anything (src/Server/HTTPHandler.cpp).
      readonly: user.readonly === 1 ? 1 : request.method === 'GET' ? 2 : (user.readonly ?? 0),
    })
    queries.push({ ...logged, user: user.name })
    const compressed = wantsGzip(request, incoming.settings)
    response.writeHead(200, {
      ...common,
      'content-type': contentTypeOf(format),
      'x-clickhouse-format': format,
      'x-clickhouse-summary': JSON.stringify({ read_rows: String(rowsRead), written_rows: '0' }),
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    })
    response.end(compressed ? gzipSync(bytes) : bytes)
  } catch (error) {
    const exception = error instanceof ClickHouseException ? error : exceptionOf(String(error))
    queries.push({ ...logged, exception })
    response.writeHead(httpStatusOf(exception), {
      ...common,
      'content-type': 'text/plain; charset=UTF-8',
      'x-clickhouse-exception-code': String(exception.code),
    })
    response.end(exception.text(engine.version))
  }
}

/** The engine runs in this process and has its clock: a server whose clock differs tells another time. */
function byClock(sql: string, aheadMs: number): string {
  if (aheadMs === 0) return sql
  return sql.replace(
    /\bnow(?:64)?\([0-9]?\)/g,
    (now) => `(${now} + toIntervalMillisecond(${String(aheadMs)}))`,
  )
}

interface IncomingQuery {
  /** Without an INSERT's data. */
  readonly sql: string
  readonly insert: ReturnType<typeof splitInsert>
  readonly parameters: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
  /** URL parameters and form fields together. */
  readonly form: URLSearchParams
  /** The body said that it is compressed, and cannot be decompressed. */
  readonly damage?: ClickHouseException
}

async function incomingQuery(request: IncomingMessage, url: URL): Promise<IncomingQuery> {
  const raw = await bodyOf(request)
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
  const blocks = url.searchParams.get('decompress') === '1' ? decompressed(plain) : { body: plain }
  const body = 'body' in blocks ? blocks.body : Buffer.alloc(0)
  const type = request.headers['content-type'] ?? ''
  const multipart = type.startsWith('multipart/form-data')
  const form = new URLSearchParams(url.searchParams)
  if (multipart) {
    for (const [name, value] of await fieldsOf(type, body)) form.append(name, value)
  }
  const named = form.get('query') ?? undefined
  const data = multipart ? Buffer.alloc(0) : body
  const insert = splitInsert(named, data)
  const whole = [named, String(data)].filter((part) => part !== undefined && part !== '').join('\n')
  return {
    ...('damage' in blocks ? blocks : {}),
    sql: insert ? insert.sql.replace(" FROM INFILE '{payload}'", '') : whole,
    insert,
    form,
    parameters: Object.fromEntries(
      [...form]
        .filter(([name]) => name.startsWith('param_'))
        .map(([name, value]) => [name.slice('param_'.length), value]),
    ),
    settings: Object.fromEntries(
      [...form].filter(([name]) => !reserved.has(name) && !name.startsWith('param_')),
    ),
  }
}

function decompressed(
  body: Buffer,
): { readonly body: Buffer } | { readonly damage: ClickHouseException } {
  try {
    return { body: decompressBlocks(body) }
  } catch (error) {
    if (error instanceof ClickHouseException) return { damage: error }
    throw error
  }
}

/** Of the URL's parameters everything that is not one of these is a setting. */
const reserved = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'role',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'buffer_size',
  'wait_end_of_query',
  'stacktrace',
  'client_protocol_version',
])

function fieldsOf(type: string, body: Buffer): Promise<[string, string][]> {
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = []
    const form = Busboy({
      headers: { 'content-type': type },
      limits: { fieldSize: Infinity },
    })
    form.on('field', (name: string, value: string) => fields.push([name, value]))
    form.on('finish', () => resolve(fields))
    form.on('error', reject)
    form.end(body)
  })
}

async function execute(
  engine: Engine,
  user: ClickHouseUser,
  query: {
    incoming: IncomingQuery
    database: string
    format: string
    readonly: 0 | 1 | 2
  },
): Promise<{ bytes: Buffer; rowsRead: number; format: string }> {
  const { incoming, database, format, readonly } = query
  const { sql, insert, parameters, settings, damage } = incoming
  if (damage !== undefined) throw damage
  if (user.denied?.test(sql)) {
    throw new ClickHouseException(497, 'ACCESS_DENIED', `${user.name}: Not enough privileges.`)
  }
  await refuseMultiStatement(engine, sql)
  const asked: EngineQuery = {
    sql: insert?.sql ?? sql,
    format,
    database,
    parameters,
    settings,
    readonly,
    ...(insert ? { data: insert.data } : {}),
  }
  try {
    return { ...(await engine.query(asked)), format }
  } catch (error) {
    throw error instanceof ClickHouseException ? asUser(error, user.name) : error
  }
}

/** The embedded engine runs several statements at once; the server never does. Its own parser is asked. */
async function refuseMultiStatement(engine: Engine, sql: string): Promise<void> {
  if (!/;\s*\S/.test(sql)) return
  try {
    await engine.query({ sql: 'SELECT formatQuery({q:String})', parameters: { q: escaped(sql) } })
  } catch (error) {
    if (!(error instanceof ClickHouseException)) throw error
    const message = error.message.replace(/: In scope SELECT formatQuery[\s\S]*$/, '. ')
    throw new ClickHouseException(error.code, error.errorName, message)
  }
}

/** Text as the value of a String parameter. */
function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n')
}

/** The engine knows one user, `default`. */
function asUser(exception: ClickHouseException, user: string): ClickHouseException {
  const message = exception.message.replace(/^default: /, `${user}: `)
  return new ClickHouseException(exception.code, exception.errorName, message)
}

function formatOf({ sql, form }: IncomingQuery, request: IncomingMessage): string {
  const named = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1]
  return (
    named ??
    form.get('default_format') ??
    text(request.headers['x-clickhouse-format']) ??
    'TabSeparated'
  )
}

function contentTypeOf(format: string): string {
  if (/^JSON(Compact|Strings|StringsEachRow|ObjectEachRow)?$/.test(format)) {
    return 'application/json; charset=UTF-8'
  }
  if (format.startsWith('JSON')) return 'application/x-ndjson; charset=UTF-8'
  if (format.startsWith('TabSeparated') || format.startsWith('TSV')) {
    return 'text/tab-separated-values; charset=UTF-8'
  }
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8; header=absent'
  return 'application/octet-stream'
}

function wantsGzip(request: IncomingMessage, settings: Readonly<Record<string, string>>): boolean {
  return (
    settings.enable_http_compression === '1' &&
    (request.headers['accept-encoding'] ?? '').includes('gzip')
  )
}

function text(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined
}
