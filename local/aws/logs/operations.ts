/** CloudWatch Logs over JSON 1.1. Every client error is HTTP 400. */
import type { Account } from '../account'
import { AwsError } from '../errors'
import type { ReadCall, Service, WireRequest } from '../service'
import { isRecord, numberMember, stringMember } from '../text'
import { json11Answer, json11Error } from '../wire'
import type { LogGroup, LogStore, LogStream } from './groups'

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
    work: () => json11Answer(operation(params, request.region)),
  }
}

function operationsOf(account: Account, store: LogStore): Readonly<Record<string, Operation>> {
  const groupOf = (params: Params, region: string): LogGroup => {
    const name = groupNameOf(params)
    const group = name === undefined ? undefined : store.find(name, region)
    if (group === undefined) throw notFound()
    return group
  }
  return {
    DescribeLogGroups: (params, region) => {
      const prefix = stringMember(params, 'logGroupNamePrefix') ?? ''
      const pattern = stringMember(params, 'logGroupNamePattern') ?? ''
      const groups = store
        .groups(region)
        .filter((group) => group.name.startsWith(prefix) && group.name.includes(pattern))
      const page = pageOf(groups, params, 50)
      return {
        logGroups: page.items.map((group) => {
          const arn = groupArn(account, region, group.name)
          return {
            logGroupName: group.name,
            creationTime: group.createdMs,
            metricFilterCount: 0,
            arn: `${arn}:*`,
            logGroupArn: arn,
            logGroupClass: 'STANDARD',
            storedBytes: 0,
          }
        }),
        ...page.more,
      }
    },
    DescribeLogStreams: (params, region) => {
      const group = groupOf(params, region)
      const prefix = stringMember(params, 'logStreamNamePrefix')
      const byTime = params['orderBy'] === 'LastEventTime'
      if (byTime && prefix !== undefined) {
        throw new AwsError(
          'InvalidParameterException',
          400,
          'Cannot order by LastEventTime with a logStreamNamePrefix.',
        )
      }
      const streams = [...group.streams.values()]
        .filter((stream) => stream.name.startsWith(prefix ?? ''))
        .sort((one, other) =>
          byTime ? one.createdMs - other.createdMs : one.name < other.name ? -1 : 1,
        )
      if (params['descending'] === true) streams.reverse()
      const page = pageOf(streams, params, 50)
      const arn = groupArn(account, region, group.name)
      return { logStreams: page.items.map((stream) => streamJson(arn, stream)), ...page.more }
    },
    FilterLogEvents: (params, region) => {
      const group = groupOf(params, region)
      const start = numberMember(params, 'startTime') ?? 0
      const end = numberMember(params, 'endTime') ?? Number.POSITIVE_INFINITY
      const terms = filterTerms(stringMember(params, 'filterPattern') ?? '')
      const prefix = stringMember(params, 'logStreamNamePrefix') ?? ''
      const names = params['logStreamNames']
      const events = [...group.streams.values()]
        .filter((stream) => stream.name.startsWith(prefix))
        .filter((stream) => !Array.isArray(names) || names.includes(stream.name))
        .flatMap((stream) => stream.events.map((event) => ({ stream, event })))
        .filter(({ event }) => event.timestamp >= start && event.timestamp <= end)
        .filter(({ event }) => terms.every((term) => event.message.includes(term)))
      const page = pageOf(events, params, 10_000)
      return {
        events: page.items.map(({ stream, event }) => ({
          logStreamName: stream.name,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingestedMs,
          eventId: event.id,
        })),
        searchedLogStreams: [],
        ...page.more,
      }
    },
  }
}

/** A fresh stream has only name, arn, creationTime and storedBytes. */
function streamJson(groupArnText: string, stream: LogStream): unknown {
  const [first] = stream.events
  const last = stream.events.at(-1)
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    ...(first === undefined || last === undefined
      ? {}
      : {
          firstEventTimestamp: first.timestamp,
          lastEventTimestamp: last.timestamp,
          lastIngestionTime: last.ingestedMs,
          uploadSequenceToken: '49039859588563711',
        }),
    arn: `${groupArnText}:log-stream:${stream.name}`,
    storedBytes: 0,
  }
}

/** Terms and "quoted phrases", all of which must occur. */
function filterTerms(pattern: string): readonly string[] {
  return [...pattern.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('\\"', '"') ?? bare ?? '',
  )
}

function groupNameOf(params: Params): string | undefined {
  const identifier = stringMember(params, 'logGroupIdentifier')
  if (identifier?.endsWith(':*') === true) {
    throw new AwsError(
      'InvalidParameterException',
      400,
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
): { readonly items: readonly Item[]; readonly more: { readonly nextToken?: string } } {
  const start = Number(stringMember(params, 'nextToken') ?? '0')
  const end = start + Math.min(numberMember(params, 'limit') ?? limit, limit)
  return {
    items: items.slice(start, end),
    more: end < items.length ? { nextToken: String(end) } : {},
  }
}

function notFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.')
}
