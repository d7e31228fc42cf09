/** CloudWatch, as the edge asks it. */

import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { lazyLogGroups as logGroups } from '../../src/edges/lazy-edges'
import { localAws, scriptedAws, valueOf } from './support'

const GROUP = { name: '/aws/lambda/fn', region: 'us-east-1' }

afterEach(() => {
  jest.useRealTimers()
})

describe('a log group', () => {
  test('is described by its class, how long it keeps, and who reads it', async () => {
    const aws = await localAws()
    aws.logs.createGroup({
      name: GROUP.name,
      retentionDays: 14,
      subscriptionFilters: [{ name: 'to-splunk', destinationArn: 'arn:aws:lambda:x' }],
      metricFilters: [{ name: 'errors', metricName: 'E', metricNamespace: 'N' }],
    })
    aws.logs.createGroup({ name: `${GROUP.name}-other` })
    const groups = logGroups()
    expect(await valueOf(groups.facts(GROUP))).toEqual({
      logGroupClass: 'STANDARD',
      retentionDays: 14,
      subscriptionFilters: ['to-splunk'],
      metricFilters: ['errors'],
    })
    expect(await valueOf(groups.facts({ ...GROUP, name: `${GROUP.name}-other` }))).toEqual({
      logGroupClass: 'STANDARD',
      retentionDays: undefined,
      subscriptionFilters: [],
      metricFilters: [],
    })
  })

  test('that only begins alike is another one', async () => {
    const aws = await localAws()
    aws.logs.createGroup({ name: `${GROUP.name}-other` })
    expect(await valueOf(logGroups().facts(GROUP))).toBeUndefined()
  })

  test('is looked for on all pages', async () => {
    const aws = await localAws()
    for (let index = 0; index < 60; index += 1) {
      aws.logs.createGroup({ name: `${GROUP.name}-${String(index)}` })
    }
    expect(await valueOf(logGroups().facts({ ...GROUP, name: `${GROUP.name}-9` }))).toMatchObject({
      logGroupClass: 'STANDARD',
    })
    aws.calls.clear()
    expect(await valueOf(logGroups().facts(GROUP))).toBeUndefined()
    expect(aws.calls.count('DescribeLogGroups')).toBe(2)
  })

  test.each(['INFREQUENT_ACCESS', 'DELIVERY'] as const)(
    'of class %s, which knows no filters, has none',
    async (logClass) => {
      const aws = await localAws()
      aws.logs.createGroup({ name: GROUP.name, class: logClass })
      expect(await valueOf(logGroups().facts(GROUP))).toMatchObject({
        logGroupClass: logClass,
        subscriptionFilters: [],
        metricFilters: [],
      })
    },
  )

  test('whose filters may not be asked for is a fault, not a group without filters', async () => {
    const aws = await localAws()
    aws.logs.createGroup({ name: GROUP.name })
    aws.caller.deny('logs:DescribeSubscriptionFilters')
    expect(await logGroups().facts(GROUP)).toMatchObject({ ok: false, fault: { kind: 'denied' } })
  })
})

describe('streams', () => {
  test('created since then are told, older ones not', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    await aws.lambda.traffic('fn')
    const [older = ''] = aws.logs.streams(GROUP.name)
    const groups = logGroups()
    const all = await valueOf(groups.streamsSince(GROUP, Date.now() - 60_000))
    expect(all.map(({ name }) => name)).toEqual([older])
    const since = (all[0]?.createdAt ?? 0) + 1
    while (Date.now() <= since) await new Promise((resolve) => setImmediate(resolve))
    expect(await valueOf(groups.streamsSince(GROUP, since))).toEqual([])
    aws.lambda.retireEnvironments('fn')
    await aws.lambda.traffic('fn')
    const newer = await valueOf(groups.streamsSince(GROUP, since))
    expect(newer.map(({ name }) => name)).toEqual(
      aws.logs.streams(GROUP.name).filter((name) => name !== older),
    )
  })

  test('are found although the times of their last events lag', async () => {
    const aws = await localAws()
    aws.logs.setStreamTimesLag(3_600_000)
    aws.lambda.createFunction({ name: 'fn' })
    await aws.lambda.traffic('fn')
    expect(await valueOf(logGroups().streamsSince(GROUP, Date.now() - 60_000))).toHaveLength(1)
  })

  test('of a group that does not exist are none', async () => {
    await localAws()
    expect(await valueOf(logGroups().streamsSince(GROUP, Date.now()))).toEqual([])
  })

  test('are looked for by the UTC days since then, with an hour to spare, on all pages', async () => {
    jest.useFakeTimers({
      now: Date.UTC(2026, 10, 23, 12),
      doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'queueMicrotask'],
    })
    const requests = await scriptedAws(({ body }) => {
      const { logStreamNamePrefix: day, nextToken } = JSON.parse(body) as Record<string, string>
      const first = nextToken === undefined
      return {
        body: JSON.stringify({
          // The first page of each day is empty, and not the last one.
          logStreams: first
            ? []
            : [
                {
                  logStreamName: `${day ?? ''}[$LATEST]a`,
                  creationTime: Date.UTC(2026, 10, 22, 1),
                },
              ],
          ...(first ? { nextToken: 'more' } : {}),
        }),
      }
    })
    const since = Date.UTC(2026, 10, 22, 0, 30)
    const streams = await valueOf(logGroups().streamsSince(GROUP, since))
    expect(streams.map(({ name }) => name).sort()).toEqual([
      '2026/11/21/[$LATEST]a',
      '2026/11/22/[$LATEST]a',
      '2026/11/23/[$LATEST]a',
    ])
    expect(requests).toHaveLength(6)
    for (const { body } of requests) {
      expect(JSON.parse(body)).toMatchObject({ limit: 50, logGroupName: GROUP.name })
      expect(body).not.toContain('LastEventTime')
    }
    expect(await valueOf(logGroups().streamsSince(GROUP, Date.UTC(2026, 10, 22, 1, 30)))).toEqual(
      [],
    )
  })
})

describe('events', () => {
  test('that hold the text are counted, through empty pages', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    const [first] = await aws.lambda.traffic('fn')
    await aws.lambda.traffic('fn', { count: 2 })
    aws.logs.setEmptyPages(3)
    const groups = logGroups()
    const since = Date.now() - 60_000
    const id = first?.requestId ?? ''
    const written = aws.logs.events(GROUP.name).filter(({ message }) => message.includes(id))
    expect(written.length).toBeGreaterThan(0)
    expect(await valueOf(groups.eventsWith(GROUP, since, id))).toBe(written.length)
    expect(await valueOf(groups.eventsWith(GROUP, Date.now() + 60_000, id))).toBe(0)
    expect(await valueOf(groups.eventsWith(GROUP, since, 'nowhere'))).toBe(0)
  })

  test('are none where there is no group', async () => {
    await localAws()
    expect(await valueOf(logGroups().eventsWith(GROUP, Date.now(), 'x'))).toBe(0)
  })

  test('are filtered by the text as it is, whatever a pattern would make of it', async () => {
    const requests = await scriptedAws(() => ({ body: '{"events":[]}' }))
    await valueOf(logGroups().eventsWith(GROUP, 7, 'a -b "c" \\d'))
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      startTime: 7,
      filterPattern: '"a -b \\"c\\" \\\\d"',
    })
  })

  test('that may not be looked at are a fault, not none', async () => {
    const aws = await localAws()
    aws.logs.createGroup({ name: GROUP.name })
    aws.caller.deny('logs:FilterLogEvents')
    expect(await logGroups().eventsWith(GROUP, 0, 'x')).toMatchObject({
      ok: false,
      fault: { kind: 'denied' },
    })
  })
})

describe('the newest events', () => {
  const ENDLESS = new AbortController().signal
  const wanted = (given: object = {}) => ({ since: 0, until: Date.now(), texts: ['x'], ...given })

  test('with all the texts come first, from all streams, within the time', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    await aws.lambda.traffic('fn', { cold: true })
    await aws.lambda.traffic('fn')
    await aws.lambda.traffic('fn', { cold: true })
    const texts = ['REPORT RequestId:', 'Init Duration:']
    const events = await valueOf(logGroups().newestEvents(GROUP, wanted({ texts }), ENDLESS))
    expect(events.map(({ stream }) => stream)).toEqual([...aws.logs.streams(GROUP.name)].reverse())
    for (const { text } of events) expect(text).toMatch(/^REPORT .*Init Duration: /)
    const [newest] = events
    const before = wanted({ texts, until: (newest?.at ?? 0) - 1 })
    expect(
      (await valueOf(logGroups().newestEvents(GROUP, before, ENDLESS))).map(({ at }) => at),
    ).not.toContain(newest?.at)
  })

  test('are asked for newest first, which AWS does for times since 2024 only', async () => {
    const requests = await scriptedAws(() => ({ body: '{"events":[]}' }))
    await valueOf(logGroups().newestEvents(GROUP, wanted({ texts: ['a "b"', 'c'] }), ENDLESS))
    expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      expect.objectContaining({
        startFromHead: false,
        startTime: Date.UTC(2024, 0, 1),
        filterPattern: '"a \\"b\\"" "c"',
      }),
    ])
  })

  test('are looked for behind empty pages, of which a few are followed', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    await aws.lambda.traffic('fn')
    const texts = wanted({ texts: ['REPORT'], until: Date.now() + 60_000 })
    aws.logs.setEmptyPages(2)
    expect(await valueOf(logGroups().newestEvents(GROUP, texts, ENDLESS))).toHaveLength(1)
    aws.logs.setEmptyPages(100)
    aws.calls.clear()
    expect(await valueOf(logGroups().newestEvents(GROUP, texts, ENDLESS))).toEqual([])
    expect(aws.calls.count('FilterLogEvents')).toBe(3)
  })

  test('of a group that does not exist, or may not be read, are a fault', async () => {
    const aws = await localAws()
    const kind = async () => {
      const found = await logGroups().newestEvents(GROUP, wanted(), ENDLESS)
      return found.ok ? 'ok' : found.fault.kind
    }
    expect(await kind()).toBe('not-found')
    aws.caller.deny('logs:FilterLogEvents')
    expect(await kind()).toBe('denied')
  })
})

describe('ingested bytes', () => {
  test('are the sum of thirty days', async () => {
    const aws = await localAws()
    aws.logs.createGroup({ name: GROUP.name })
    aws.logs.setIncomingBytes(GROUP.name, 1_000_000)
    aws.logs.setIncomingBytes('/aws/lambda/other', 5)
    const bytes = await valueOf(logGroups().ingestedBytes(GROUP))
    // CloudWatch begins five minutes earlier at most: it rounds so old a start.
    expect(bytes).toBeGreaterThanOrEqual(30_000_000)
    expect(bytes).toBeLessThan(30_004_000)
    expect(await valueOf(logGroups().ingestedBytes({ ...GROUP, name: '/none' }))).toBe(0)
  })

  test('are summed over all pages', async () => {
    const requests = await scriptedAws((_, index) => ({
      body: JSON.stringify({
        MetricDataResults: [
          {
            Id: 'bytes',
            StatusCode: index === 0 ? 'PartialData' : 'Complete',
            Timestamps: [1_700_000_000, 1_700_086_400],
            Values: [1.5, 2],
          },
        ],
        ...(index === 0 ? { NextToken: 'more' } : {}),
      }),
    }))
    expect(await valueOf(logGroups().ingestedBytes(GROUP))).toBe(7)
    expect(requests).toHaveLength(2)
  })

  test('that CloudWatch could not tell are a fault', async () => {
    await scriptedAws(() => ({
      body: '{"MetricDataResults":[{"Id":"bytes","StatusCode":"InternalError","Values":[]}]}',
    }))
    expect(await logGroups().ingestedBytes(GROUP)).toMatchObject({
      ok: false,
      fault: { code: 'IncompleteAnswer' },
    })
  })

  test('are denied to a caller without the right', async () => {
    const aws = await localAws()
    aws.caller.deny('cloudwatch:GetMetricData')
    expect(await logGroups().ingestedBytes(GROUP)).toMatchObject({
      ok: false,
      fault: { kind: 'denied' },
    })
  })
})

test('each region is asked for itself', async () => {
  const aws = await localAws()
  aws.logs.createGroup({ name: GROUP.name, region: 'eu-west-1', retentionDays: 1 })
  const groups = logGroups()
  expect(await valueOf(groups.facts(GROUP))).toBeUndefined()
  expect(await valueOf(groups.facts({ ...GROUP, region: 'eu-west-1' }))).toMatchObject({
    retentionDays: 1,
  })
})
