/** CloudWatch Logs over the AWS SDK: log groups and what is in them. Loaded only when something is asked. */

import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  type FilteredLogEvent,
  type LogGroup as DescribedGroup,
} from '@aws-sdk/client-cloudwatch-logs'
import type { PaceLimits } from '../model/pace'
import type { LogEvent, LogGroup, LogGroups, LogStream } from '../systems/cloudwatch/log-groups'
import { type Result, succeeded } from '../model/result'
import { allPages, attempt, incomplete } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { ownPacing, type PacedCalls, type PacedQueue } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

/** For each account and region; of FilterLogEvents, what the slowest regions allow (Logs quotas). */
const DESCRIPTIONS: PaceLimits = { perSecond: 10, burst: 10 }
const STREAMS: PaceLimits = { perSecond: 25, burst: 25 }
const EVENTS: PaceLimits = { perSecond: 5, burst: 5 }
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

interface Region {
  readonly logs: CloudWatchLogsClient
  readonly descriptions: PacedQueue
  readonly streams: PacedQueue
  readonly events: PacedQueue
}

/** @param calls the queues that it shares with other clients of the run */
export function logGroups(calls: PacedCalls = ownPacing()): Omit<LogGroups, 'ingestedBytes'> {
  const inRegion = onePer((region) => connect(region, calls))

  const describe = async ({
    name,
    region,
  }: LogGroup): Promise<Result<DescribedGroup | undefined>> => {
    const found = await allPages('DescribeLogGroups', async (nextToken) => {
      const { logs, descriptions } = inRegion(region)
      const page = await descriptions.read((options) =>
        logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, nextToken }), options),
      )
      const exact = page.logGroups?.filter(({ logGroupName }) => logGroupName === name)
      return { items: exact, next: exact?.[0] === undefined ? page.nextToken : undefined }
    })
    return found.ok ? succeeded(found.value[0]) : found
  }

  const subscriptionFilters = ({ name, region }: LogGroup) =>
    allPages('DescribeSubscriptionFilters', async (nextToken) => {
      const { logs, descriptions } = inRegion(region)
      const page = await descriptions.read((options) =>
        logs.send(
          new DescribeSubscriptionFiltersCommand({ logGroupName: name, nextToken }),
          options,
        ),
      )
      return {
        items: page.subscriptionFilters?.map(({ filterName }) => filterName),
        next: page.nextToken,
      }
    })

  const metricFilters = ({ name, region }: LogGroup) =>
    allPages('DescribeMetricFilters', async (nextToken) => {
      const { logs, descriptions } = inRegion(region)
      const page = await descriptions.read((options) =>
        logs.send(new DescribeMetricFiltersCommand({ logGroupName: name, nextToken }), options),
      )
      return {
        items: page.metricFilters?.map(({ filterName }) => filterName),
        next: page.nextToken,
      }
    })

  const streamsOfDay = ({ name, region }: LogGroup, day: string) =>
    allPages<LogStream>('DescribeLogStreams', async (nextToken) => {
      const { logs, streams } = inRegion(region)
      const page = await streams.read((options) =>
        logs.send(
          new DescribeLogStreamsCommand({
            logGroupName: name,
            logStreamNamePrefix: day,
            limit: 50,
            nextToken,
          }),
          options,
        ),
      )
      const found = page.logStreams?.map(({ logStreamName, creationTime }) =>
        logStreamName === undefined || creationTime === undefined
          ? undefined
          : { name: logStreamName, createdAt: creationTime },
      )
      return { items: found, next: page.nextToken }
    })

  return {
    async facts(group) {
      const described = await describe(group)
      if (!described.ok) return described
      if (described.value === undefined) return succeeded(undefined)
      const { logGroupClass = 'STANDARD', retentionInDays } = described.value
      const filters = await Promise.all([subscriptionFilters(group), metricFilters(group)])
      const [subscriptions, metrics] = filters.map((listed) =>
        // Classes that know no such filters refuse the question; so may a group that was deleted since.
        !listed.ok &&
        (listed.fault.kind === 'not-found' ||
          (listed.fault.kind === 'refused' && logGroupClass !== 'STANDARD'))
          ? succeeded<readonly string[]>([])
          : listed,
      )
      if (!subscriptions || !metrics) return incomplete('the list of filters is missing')
      if (!subscriptions.ok) return subscriptions
      if (!metrics.ok) return metrics
      return succeeded({
        logGroupClass,
        retentionDays: retentionInDays,
        subscriptionFilters: subscriptions.value,
        metricFilters: metrics.value,
      })
    },

    /**
     * By the names of streams, which begin with the day on which their environment started. Not ordered by the time of the
     * last event: that lags by up to an hour.
     */
    async streamsSince(group, since) {
      const days = await Promise.all(
        daysBetween(since, Date.now()).map((day) => streamsOfDay(group, day)),
      )
      const streams: LogStream[] = []
      for (const day of days) {
        if (!day.ok) return day.fault.kind === 'not-found' ? succeeded([]) : day
        streams.push(...day.value.filter(({ createdAt }) => createdAt >= since))
      }
      return succeeded(streams)
    },

    async eventsWith({ name, region }, since, text) {
      const found = await allPages('FilterLogEvents', async (nextToken) => {
        const { logs, events } = inRegion(region)
        const page = await events.read((options) =>
          logs.send(
            new FilterLogEventsCommand({
              logGroupName: name,
              startTime: since,
              filterPattern: quoted(text),
              nextToken,
            }),
            options,
          ),
        )
        return { items: page.events?.map(() => 1), next: page.nextToken }
      })
      if (!found.ok) return found.fault.kind === 'not-found' ? succeeded(0) : found
      return succeeded(found.value.length)
    },

    /**
     * FilterLogEvents, and newest first: it looks through all streams with one call, where GetLogEvents takes one for each
     * stream, which has one cold start. Pages may be empty although more is to come; few are followed.
     */
    async newestEvents({ name, region }, { since, until, texts }, limit) {
      let nextToken: string | undefined
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const token = nextToken
        const page = await attempt(() => {
          const { logs, events } = inRegion(region)
          return events.readLast(
            (options) =>
              logs.send(
                new FilterLogEventsCommand({
                  logGroupName: name,
                  startTime: Math.max(since, NEWEST_FIRST_SINCE),
                  endTime: until,
                  filterPattern: texts.map(quoted).join(' '),
                  limit: 50,
                  startFromHead: false,
                  nextToken: token,
                }),
                options,
              ),
            limit,
          )
        })
        if (!page.ok) return page
        const { events: found } = page.value
        nextToken = page.value.nextToken
        if (!Array.isArray(found)) return incomplete('FilterLogEvents answered without its list')
        if (found.length > 0 || nextToken === undefined) return succeeded(found.flatMap(eventOf))
      }
      return succeeded([])
    },
  }
}

/** Newest first is for events of this time and later (reference of FilterLogEvents, 2026). */
const NEWEST_FIRST_SINCE = Date.UTC(2024, 0, 1)
const MOST_PAGES = 3

function eventOf({ logStreamName, timestamp, message }: FilteredLogEvent): readonly LogEvent[] {
  if (logStreamName === undefined || timestamp === undefined || message === undefined) return []
  return [{ stream: logStreamName, at: timestamp, text: message }]
}

function connect(region: string, calls: PacedCalls): Region {
  return {
    logs: withTypedAnswers(new CloudWatchLogsClient(clientSettings(region))),
    descriptions: calls.queue(`logs ${region}`, DESCRIPTIONS),
    streams: calls.queue(`logs ${region} DescribeLogStreams`, STREAMS),
    events: calls.queue(`logs ${region} FilterLogEvents`, EVENTS),
  }
}

/**
 * UTC days as names of streams begin with them. An hour more on either side: an environment may have its name before
 * midnight and its stream after, and this clock is not Lambda's.
 */
function daysBetween(since: number, now: number): readonly string[] {
  const days: string[] = []
  const last = dayOf(now + HOUR_MS)
  for (let at = since - HOUR_MS; ; at += DAY_MS) {
    const day = dayOf(at)
    if (day > last) return days
    days.push(day)
  }
}

function dayOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/`
}

/** A pattern that stands for the text as it is. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
