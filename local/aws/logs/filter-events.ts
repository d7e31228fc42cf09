/** FilterLogEvents: the events of a group, oldest first unless asked otherwise, in pages that may be empty. */
import { AwsError } from '../protocol/errors'
import { numberMember, stringMember } from '../protocol/text'
import type { LogEvent, LogGroup, LogStore, LogStream } from './groups'

type Params = Readonly<Record<string, unknown>>

const PAGE = 10_000

/** Where a walk through the pages has come to. */
interface Position {
  /** Empty pages that were answered already. */
  readonly empty: number
  readonly start: number
}

export function filterLogEvents(store: LogStore, group: LogGroup, params: Params): unknown {
  const position = positionOf(stringMember(params, 'nextToken'))
  if (position.empty < store.emptyPages && position.start === 0) {
    return {
      events: [],
      searchedLogStreams: [],
      nextToken: tokenOf({ empty: position.empty + 1, start: 0 }),
    }
  }
  const found = matching(store, group, params)
  if (params['startFromHead'] === false) found.reverse()
  const end = position.start + Math.min(numberMember(params, 'limit') ?? PAGE, PAGE)
  return {
    events: found.slice(position.start, end).map(({ stream, event }) => ({
      logStreamName: stream.name,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestedMs,
      eventId: event.id,
    })),
    searchedLogStreams: [],
    ...(end < found.length ? { nextToken: tokenOf({ empty: position.empty, start: end }) } : {}),
  }
}

interface Found {
  readonly stream: LogStream
  readonly event: LogEvent
}

/** Newest first is for events of this time and later (reference of the API, 2026). */
const NEWEST_FIRST_SINCE = Date.UTC(2024, 0, 1)

function matching(store: LogStore, group: LogGroup, params: Params): Found[] {
  const start = numberMember(params, 'startTime') ?? 0
  if (params['startFromHead'] === false && start < NEWEST_FIRST_SINCE) {
    throw new AwsError(
      'InvalidParameterException',
      400,
      'startFromHead can be false only when startTime is on or after Jan 1, 2024 00:00:00 UTC.',
    )
  }
  const end = numberMember(params, 'endTime') ?? Number.POSITIVE_INFINITY
  const terms = filterTerms(stringMember(params, 'filterPattern') ?? '')
  const prefix = stringMember(params, 'logStreamNamePrefix')
  const names = params['logStreamNames']
  if (prefix !== undefined && Array.isArray(names)) {
    throw new AwsError(
      'InvalidParameterException',
      400,
      'Cannot specify both logStreamNamePrefix and logStreamNames.',
    )
  }
  return [...group.streams.values()]
    .filter((stream) => stream.name.startsWith(prefix ?? ''))
    .filter((stream) => !Array.isArray(names) || names.includes(stream.name))
    .flatMap((stream) => store.visible(stream).map((event) => ({ stream, event })))
    .filter(({ event }) => event.timestamp >= start && event.timestamp <= end)
    .filter(({ event }) => terms.every((term) => event.message.includes(term)))
    .sort((one, other) => one.event.timestamp - other.event.timestamp)
}

/** Terms and "quoted phrases", all of which must occur. */
function filterTerms(pattern: string): readonly string[] {
  return [...pattern.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('\\"', '"') ?? bare ?? '',
  )
}

function tokenOf(position: Position): string {
  return Buffer.from(`${position.empty}/${position.start}`).toString('base64url')
}

function positionOf(token: string | undefined): Position {
  if (token === undefined) return { empty: 0, start: 0 }
  const match = /^(\d+)\/(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))
  if (match === null) {
    throw new AwsError('InvalidParameterException', 400, 'The specified nextToken is invalid.')
  }
  return { empty: Number(match[1]), start: Number(match[2]) }
}
