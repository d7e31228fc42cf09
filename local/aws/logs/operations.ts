/** CloudWatch Logs over JSON 1.1. Every client error is HTTP 400. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { ReadCall, Service, WireRequest } from '../protocol/service'
import { isRecord, numberMember, stringMember } from '../protocol/text'
import { json11Answer, json11Error } from '../protocol/wire'
import { filterLogEvents } from './filter-events'
import {
  storedBytes,
  type LogGroup,
  type LogStore,
  type LogStream,
  type MetricFilter,
} from './groups'

type Params = Readonly<Record<string, unknown>>
type Operation = (params: Params, region: string) => unknown

const TARGET = 'Logs_20140328.'

export function createLogsService(account: Account, store: LogStore): Service {
  const operations = operationsOf(account, store)
  return {
    name: 'logs',
    read: (request) => readCall(account, operations, request),
    // AccessDenied as well is 400 here.
    writeError: (error) =>
      json11Error(
        error.status === 403
          ? new AwsError(error.name, 400, error.message, { members: error.members })
          : error,
      ),
    throttled: () => new AwsError('ThrottlingException', 400, 'Rate exceeded'),
    internalError: () =>
      new AwsError('ServiceUnavailableException', 500, 'The service cannot complete the request.'),
  }
}

function readCall(
  account: Account,
  operations: Readonly<Record<string, Operation>>,
  request: WireRequest,
): ReadCall | undefined {
  const name = (request.headers['x-amz-target'] ?? '').replace(TARGET, '')
  const operation = operations[name]
  if (operation === undefined) return undefined
  const body: unknown = JSON.parse(request.body.toString('utf8') || '{}')
  const params = isRecord(body) ? body : {}
  const group = groupNameOf(params) ?? '*'
  return {
    operation: name,
    functionName: undefined,
    params,
    quota: 'none',
    rights: [
      {
        action: `logs:${name}`,
        resource: groupArn(account, request.region, group) + ':log-stream:',
      },
    ],
    work: () => json11Answer(operation(params, request.region) ?? {}),
  }
}

function operationsOf(account: Account, store: LogStore): Readonly<Record<string, Operation>> {
  const groupOf = (params: Params, region: string): LogGroup => {
    const name = groupNameOf(params)
    const group = name === undefined ? undefined : store.find(name, region)
    if (group === undefined) throw notFound()
    return group
  }
  /** Filters and FilterLogEvents are of one class alone; the other two answer as seen in the field. */
  const standardGroupOf = (params: Params, region: string): LogGroup => {
    const group = groupOf(params, region)
    if (group.logClass === 'STANDARD') return group
    throw new AwsError(
      'ValidationException',
      400,
      'This operation is only supported on the Standard log class.',
    )
  }
  return {
    DescribeLogGroups: (params, region) => describeGroups(account, store, params, region),
    DescribeLogStreams: (params, region) => {
      const group = groupOf(params, region)
      const prefix = stringMember(params, 'logStreamNamePrefix')
      const byTime = params['orderBy'] === 'LastEventTime'
      if (byTime && prefix !== undefined) {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.')
      }
      const lastMs = (stream: LogStream): number => store.described(stream).at(-1)?.timestamp ?? 0
      const streams = [...group.streams.values()]
        .filter((stream) => stream.name.startsWith(prefix ?? ''))
        .sort((one, other) =>
          byTime
            ? lastMs(one) - lastMs(other) || one.createdMs - other.createdMs
            : one.name < other.name
              ? -1
              : 1,
        )
      if (params['descending'] === true) streams.reverse()
      const page = pageOf(streams, params, 50)
      const arn = groupArn(account, region, group.name)
      return {
        logStreams: page.items.map((stream) => streamJson(store, arn, stream)),
        ...page.more,
      }
    },
    FilterLogEvents: (params, region) => {
      const group = standardGroupOf(params, region)
      return filterLogEvents(store, group, params)
    },
    DescribeSubscriptionFilters: (params, region) => {
      const group = standardGroupOf(params, region)
      const page = pageOf(withPrefix(group.subscriptionFilters, params), params, 50)
      return {
        subscriptionFilters: page.items.map((filter) => ({
          filterName: filter.name,
          logGroupName: group.name,
          filterPattern: filter.pattern,
          destinationArn: filter.destinationArn,
          ...(filter.roleArn === undefined ? {} : { roleArn: filter.roleArn }),
          distribution: 'ByLogStream',
          applyOnTransformedLogs: false,
          creationTime: filter.createdMs,
        })),
        ...page.more,
      }
    },
    DescribeMetricFilters: (params, region) => {
      const groups =
        groupNameOf(params) === undefined ? store.groups(region) : [standardGroupOf(params, region)]
      const found = groups.flatMap((group) =>
        withPrefix(group.metricFilters, params)
          .filter((filter) => isOfMetric(filter, params))
          .map((filter) => ({ group, filter })),
      )
      const page = pageOf(found, params, 50)
      return {
        metricFilters: page.items.map(({ group, filter }) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          metricTransformations: [
            {
              metricName: filter.metricName,
              metricNamespace: filter.metricNamespace,
              metricValue: filter.metricValue,
            },
          ],
          creationTime: filter.createdMs,
          logGroupName: group.name,
          applyOnTransformedLogs: false,
        })),
        ...page.more,
      }
    },
    PutRetentionPolicy: (params, region) => {
      const group = groupOf(params, region)
      if (group.logClass === 'DELIVERY') throw invalidParameter(FIXED_RETENTION)
      const days = numberMember(params, 'retentionInDays')
      if (days === undefined || !RETENTION_DAYS.includes(days)) {
        throw invalidParameter(
          `1 validation error detected: Value '${days ?? 'null'}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        )
      }
      group.retentionDays = days
      return undefined
    },
    DeleteRetentionPolicy: (params, region) => {
      const group = groupOf(params, region)
      if (group.logClass === 'DELIVERY') throw invalidParameter(FIXED_RETENTION)
      group.retentionDays = undefined
      return undefined
    },
  }
}

/** AWS refuses; the name and text of its refusal are not known. */
const FIXED_RETENTION = 'The retention of a log group of the Delivery log class is fixed.'
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
]

/** By pattern AWS leaves storedBytes out, and gives a token with every page that has a match (recorded). */
function describeGroups(
  account: Account,
  store: LogStore,
  params: Params,
  region: string,
): unknown {
  const prefix = stringMember(params, 'logGroupNamePrefix')
  const pattern = stringMember(params, 'logGroupNamePattern')
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    )
  }
  const logClass = stringMember(params, 'logGroupClass')
  const identifiers = params['logGroupIdentifiers']
  const groups = store.groups(region).filter((group) => {
    const arn = groupArn(account, region, group.name)
    return (
      group.name.startsWith(prefix ?? '') &&
      group.name.includes(pattern ?? '') &&
      group.logClass === (logClass ?? group.logClass) &&
      (!Array.isArray(identifiers) || identifiers.includes(group.name) || identifiers.includes(arn))
    )
  })
  const page = pageOf(groups, params, 50)
  const again = pattern !== undefined && page.items.length > 0
  return {
    logGroups: page.items.map((group) => {
      const arn = groupArn(account, region, group.name)
      return {
        logGroupName: group.name,
        creationTime: group.createdMs,
        ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
        metricFilterCount: group.metricFilters.length,
        arn: `${arn}:*`,
        logGroupArn: arn,
        logGroupClass: group.logClass,
        ...(pattern === undefined ? { storedBytes: storedBytes(group) } : {}),
      }
    }),
    ...(again ? { nextToken: String(page.end) } : page.more),
  }
}

function withPrefix<Filter extends { readonly name: string }>(
  filters: readonly Filter[],
  params: Params,
): readonly Filter[] {
  const prefix = stringMember(params, 'filterNamePrefix') ?? ''
  return filters.filter((filter) => filter.name.startsWith(prefix))
}

function isOfMetric(filter: MetricFilter, params: Params): boolean {
  const name = stringMember(params, 'metricName')
  const namespace = stringMember(params, 'metricNamespace')
  if ((name === undefined) !== (namespace === undefined)) {
    throw invalidParameter('metricName and metricNamespace must be specified together.')
  }
  return name === undefined || (filter.metricName === name && filter.metricNamespace === namespace)
}

/** A fresh stream has only name, arn, creationTime and storedBytes. The newest times may come long after the events. */
function streamJson(store: LogStore, groupArnText: string, stream: LogStream): unknown {
  const [first] = store.visible(stream)
  const last = store.described(stream).at(-1)
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    ...(first === undefined ? {} : { firstEventTimestamp: first.timestamp }),
    ...(last === undefined
      ? {}
      : {
          lastEventTimestamp: last.timestamp,
          lastIngestionTime: last.ingestedMs,
          uploadSequenceToken: '49039859588563711',
        }),
    arn: `${groupArnText}:log-stream:${stream.name}`,
    storedBytes: 0,
  }
}

function groupNameOf(params: Params): string | undefined {
  const identifier = stringMember(params, 'logGroupIdentifier')
  if (identifier?.endsWith(':*') === true) {
    throw invalidParameter(
      "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*",
    )
  }
  return stringMember(params, 'logGroupName') ?? identifier?.replace(/^arn:.*:log-group:/, '')
}

function groupArn(account: Account, region: string, name: string): string {
  return `arn:${account.partition}:logs:${region}:${account.id}:log-group:${name}`
}

function pageOf<Item>(
  items: readonly Item[],
  params: Params,
  limit: number,
): {
  readonly items: readonly Item[]
  readonly end: number
  readonly more: { readonly nextToken?: string }
} {
  const start = Number(stringMember(params, 'nextToken') ?? '0')
  const end = start + Math.min(numberMember(params, 'limit') ?? limit, limit)
  return {
    items: items.slice(start, end),
    end,
    more: end < items.length ? { nextToken: String(end) } : {},
  }
}

function notFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.')
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message)
}
