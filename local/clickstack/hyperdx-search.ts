/** `POST /api/v2/search` of HyperDX (`packages/api/src/routers/external-api/v2/search.ts`). */

import type { Engine } from './engine'
import { quotedName, quotedText } from './engine'
import { ClickHouseException } from './exception'
import type { HyperDxSource } from './hyperdx-sources'
import { luceneCondition } from './lucene'
import { selectRows } from './tables'

export interface ApiAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

interface SearchRequest {
  readonly sourceId: string
  readonly start: Date
  readonly end: Date
  readonly where: string
  readonly whereLanguage: 'lucene' | 'sql'
  readonly select: string
  readonly orderBy: string | undefined
  readonly maxResults: number
  readonly offset: number
}

export async function search(
  engine: Engine,
  sources: readonly HyperDxSource[],
  body: unknown,
): Promise<ApiAnswer> {
  const request = searchRequest(body)
  if (typeof request === 'string') return failed(400, request)
  const source = sources.find(({ id }) => id === request.sourceId)
  if (!source?.from.tableName) return failed(404, `Source not found: ${request.sourceId}`)
  const { databaseName: database, tableName: table } = source.from
  try {
    const sql = await searchSql(engine, source, { request, database, table })
    const data = await selectRows(engine, { sql, database })
    return { status: 200, body: { data, rows: data.length, nextCursor: null } }
  } catch (error) {
    if (!(error instanceof ClickHouseException)) return failed(500, 'Internal server error')
    if (!userErrors.has(error.errorName)) return failed(500, 'Query execution failed')
    return failed(400, `${error.errorName}: ${error.message.split('\n')[0]?.slice(0, 300) ?? ''}`)
  }
}

async function searchSql(
  engine: Engine,
  source: HyperDxSource,
  { request, database, table }: { request: SearchRequest; database: string; table: string },
): Promise<string> {
  const where =
    request.whereLanguage === 'sql'
      ? request.where
      : luceneCondition(request.where, {
          columns: await columnTypes(engine, { database, table }),
          implicit: source.implicitColumnExpression ?? 'Body',
        })
  const time = source.timestampValueExpression
  const conditions = [
    `${time} >= fromUnixTimestamp64Milli(${request.start.getTime()})`,
    `${time} <= fromUnixTimestamp64Milli(${request.end.getTime()})`,
    ...(where === '' ? [] : [`(${where})`]),
  ]
  return [
    `SELECT ${request.select || source.defaultTableSelectExpression || '*'}`,
    `FROM ${quotedName(database)}.${quotedName(table)}`,
    `WHERE ${conditions.join(' AND ')}`,
    `ORDER BY ${request.orderBy || `${time} DESC`}`,
    `LIMIT ${request.maxResults} OFFSET ${request.offset}`,
  ].join(' ')
}

async function columnTypes(
  engine: Engine,
  { database, table }: { database: string; table: string },
): Promise<Map<string, string>> {
  const columns = await selectRows(engine, {
    sql: `SELECT name, type FROM system.columns WHERE database = ${quotedText(database)} AND table = ${quotedText(table)}`,
    database,
  })
  return new Map(columns.map(({ name, type }) => [String(name), String(type)]))
}

/** Errors that are the asker's own, by ClickHouse's name. */
const userErrors = new Set([
  'SYNTAX_ERROR',
  'UNKNOWN_IDENTIFIER',
  'UNKNOWN_TABLE',
  'UNKNOWN_FUNCTION',
  'UNKNOWN_AGGREGATE_FUNCTION',
  'UNKNOWN_TYPE',
  'BAD_ARGUMENTS',
  'CANNOT_CONVERT_TYPE',
  'THERE_IS_NO_COLUMN',
  'NO_COMMON_TYPE',
  'ILLEGAL_TYPE_OF_ARGUMENT',
])

/** The request, or what is wrong with it. */
function searchRequest(body: unknown): SearchRequest | string {
  if (typeof body !== 'object' || body === null) return invalid('body', 'must be an object')
  const fields = body as Readonly<Record<string, unknown>>
  const { sourceId, whereLanguage = 'lucene', maxResults = 100, offset = 0, orderBy } = fields
  const { where = '', select = '' } = fields
  if (typeof sourceId !== 'string' || sourceId === '') {
    return invalid('sourceId', 'sourceId is required')
  }
  if (!/^[0-9a-f]{24}$/i.test(sourceId)) {
    return invalid('sourceId', 'sourceId must be a valid ObjectId')
  }
  if (typeof where !== 'string' || where.length > 8192) return invalid('where', 'at most 8192')
  if (typeof select !== 'string' || select.length > 4096) return invalid('select', 'at most 4096')
  if (/;|(?<!\w)SELECT\s/i.test(select)) {
    return invalid(
      'select',
      'select must not contain semicolons or SELECT subqueries; use column references, map lookups, or scalar functions only',
    )
  }
  if (whereLanguage !== 'lucene' && whereLanguage !== 'sql') {
    return invalid('whereLanguage', "Expected 'lucene' | 'sql'")
  }
  if (orderBy !== undefined && (typeof orderBy !== 'string' || orderBy.length > 1024)) {
    return invalid('orderBy', 'at most 1024')
  }
  if (!isIntegerWithin(maxResults, 1, 2000)) return invalid('maxResults', 'between 1 and 2000')
  if (!isIntegerWithin(offset, 0, 10_000)) return invalid('offset', 'between 0 and 10000')
  const end = dateOf(fields.endTime, Date.now())
  const start = dateOf(fields.startTime, end.getTime() - 15 * 60_000)
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) {
    return 'Invalid startTime or endTime: must be valid ISO 8601 strings'
  }
  if (start >= end) return 'startTime must be before endTime'
  return { sourceId, start, end, where, whereLanguage, select, orderBy, maxResults, offset }
}

/** An invalid date where it is given and is none. */
function dateOf(value: unknown, missing: number): Date {
  if (value === undefined) return new Date(missing)
  return new Date(typeof value === 'string' ? value : NaN)
}

function isIntegerWithin(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && Number(value) >= low && Number(value) <= high
}

function invalid(field: string, problem: string): string {
  return `Body validation failed: ${field}: ${problem}`
}

function failed(status: number, message: string): ApiAnswer {
  return { status, body: { message } }
}
