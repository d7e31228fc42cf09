/** GetMetricData for the one metric that is kept here: the bytes that log groups took in. Any other metric has no data. */
import { AwsError } from '../protocol/errors'
import type { LogStore } from '../logs/groups'
import { isRecord, numberMember, stringMember } from '../protocol/text'

type Params = Readonly<Record<string, unknown>>

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MAX_DATAPOINTS = 100_800
const MAX_QUERIES = 500

interface Point {
  readonly atMs: number
  readonly value: number
}

interface Query {
  readonly id: string
  readonly label: string
  readonly group: string | undefined
  readonly periodMs: number
  readonly returned: boolean
}

export function getMetricData(
  logs: LogStore,
  nowMs: number,
  region: string,
  params: Params,
): unknown {
  const startMs = timeMember(params, 'StartTime')
  const endMs = timeMember(params, 'EndTime')
  if (startMs >= endMs) {
    throw validation('The parameter StartTime must be less than the parameter EndTime.')
  }
  const queries = queriesOf(params).filter((query) => query.returned)
  const newestFirst = params['ScanBy'] !== 'TimestampAscending'
  const limit = Math.min(numberMember(params, 'MaxDatapoints') ?? MAX_DATAPOINTS, MAX_DATAPOINTS)
  const each = Math.max(1, Math.floor(limit / Math.max(1, queries.length)))
  const from = startOf(stringMember(params, 'NextToken'))

  const series = queries.map((query) => {
    const points = pointsOf(logs, region, query, roundedStart(startMs, nowMs), endMs)
    const ordered = newestFirst ? [...points].reverse() : points
    return { query, points: ordered.slice(from, from + each), left: ordered.length > from + each }
  })
  return {
    MetricDataResults: series.map(({ query, points, left }) => ({
      Id: query.id,
      Label: query.label,
      Timestamps: points.map((point) => point.atMs / 1000),
      Values: points.map((point) => point.value),
      StatusCode: left ? 'PartialData' : 'Complete',
    })),
    Messages: [],
    ...(series.some(({ left }) => left) ? { NextToken: `from-${from + each}` } : {}),
  }
}

/** The older the start, the coarser AWS rounds it down: to 1, 5 or 60 minutes. */
function roundedStart(startMs: number, nowMs: number): number {
  const ageMs = nowMs - startMs
  const grainMs =
    ageMs < 15 * DAY_MS ? MINUTE_MS : ageMs < 63 * DAY_MS ? 5 * MINUTE_MS : 60 * MINUTE_MS
  return Math.floor(startMs / grainMs) * grainMs
}

function pointsOf(
  logs: LogStore,
  region: string,
  query: Query,
  startMs: number,
  endMs: number,
): readonly Point[] {
  const { group, periodMs } = query
  if (group === undefined) return []
  const points: Point[] = []
  for (let atMs = startMs; atMs < endMs; atMs += periodMs) {
    const value = logs.incomingBytes(group, region, atMs, Math.min(atMs + periodMs, endMs))
    if (value !== undefined) points.push({ atMs, value })
  }
  return points
}

function queriesOf(params: Params): readonly Query[] {
  const listed: unknown = params['MetricDataQueries']
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : []
  if (entries.length === 0) throw validation('The parameter MetricDataQueries is required.')
  if (entries.length > MAX_QUERIES) {
    throw validation(`The collection MetricDataQueries must not have a size greater than 500.`)
  }
  const queries = entries.map(queryOf)
  const ids = new Set(queries.map((query) => query.id))
  if (ids.size < queries.length) {
    throw validation('The values for parameter id in MetricDataQueries are not unique.')
  }
  return queries
}

function queryOf(entry: unknown): Query {
  const query = isRecord(entry) ? entry : {}
  const id = stringMember(query, 'Id') ?? ''
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
    throw validation(
      `The value ${id} for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  }
  const stat = query['MetricStat']
  if (!isRecord(stat)) throw notModelled('metric math')
  const metric = isRecord(stat['Metric']) ? stat['Metric'] : {}
  const period = numberMember(stat, 'Period') ?? 0
  if (period < 1 || (period % 60 !== 0 && ![1, 5, 10, 20, 30].includes(period))) {
    throw validation('Period must be 1, 5, 10, 20, 30, or a multiple of 60.')
  }
  const name = stringMember(metric, 'MetricName') ?? ''
  const known = stringMember(metric, 'Namespace') === 'AWS/Logs' && name === 'IncomingBytes'
  if (known && stat['Stat'] !== 'Sum') throw notModelled(`the statistic ${String(stat['Stat'])}`)
  return {
    id,
    label: stringMember(query, 'Label') ?? name,
    group: known ? groupDimension(metric['Dimensions']) : undefined,
    periodMs: period * 1000,
    returned: query['ReturnData'] !== false,
  }
}

/** The metric of a group has this dimension and no other. */
function groupDimension(dimensions: unknown): string | undefined {
  const listed: readonly unknown[] = Array.isArray(dimensions) ? dimensions : []
  const [only, ...others] = listed
  if (others.length > 0 || !isRecord(only) || only['Name'] !== 'LogGroupName') return undefined
  return stringMember(only, 'Value')
}

/** Seconds on the wire. */
function timeMember(params: Params, name: string): number {
  const seconds = params[name]
  if (typeof seconds !== 'number') throw validation(`The parameter ${name} is required.`)
  return seconds * 1000
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0
  const match = /^from-(\d+)$/.exec(token)
  if (match === null)
    throw new AwsError('InvalidNextToken', 400, 'The next token specified is invalid.')
  return Number(match[1])
}

function validation(message: string): AwsError {
  return new AwsError('ValidationError', 400, message)
}

function notModelled(what: string): AwsError {
  return new AwsError(
    'LocalAwsNotModelled',
    501,
    `Local AWS does not model ${what} in GetMetricData. Add it under local/aws/monitoring/.`,
  )
}
