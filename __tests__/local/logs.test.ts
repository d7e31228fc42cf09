import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
  PutRetentionPolicyCommand,
  DeleteRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { clientConfig, local, manualClock, refusal, type Refusal } from './support'

const GROUP = '/aws/lambda/fn'
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`
const NOT_STANDARD = {
  name: 'ValidationException',
  status: 400,
  message: 'This operation is only supported on the Standard log class.',
}

function logsClient(aws: LocalAws, region?: string): CloudWatchLogsClient {
  return new CloudWatchLogsClient(clientConfig(aws, region))
}

/** A function whose role allows what the statements say. */
async function withRole(
  statements: readonly unknown[],
  options: Parameters<typeof local>[0] = {},
): Promise<LocalAws> {
  const aws = await local(options)
  aws.iam.createRole({
    name: 'role',
    inline: { logs: { Version: '2012-10-17', Statement: statements } },
  })
  aws.lambda.createFunction({ name: 'fn', role: aws.iam.get('role').arn })
  return aws
}

function allow(action: string, resource = '*'): unknown {
  return { Effect: 'Allow', Action: `logs:${action}`, Resource: resource }
}

function deny(action: string, resource: string): unknown {
  return { Effect: 'Deny', Action: `logs:${action}`, Resource: resource }
}

async function putPolicy(aws: LocalAws, statements: readonly unknown[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  await new IAMClient(clientConfig(aws)).send(
    new PutRolePolicyCommand({ RoleName: 'role', PolicyName: 'later', PolicyDocument }),
  )
}

/** Request ids of the START lines in the function's group, in the order of writing. */
function requestsIn(aws: LocalAws, group = GROUP): readonly (string | undefined)[] {
  return aws.logs
    .events(group)
    .map((event) => /^START RequestId: (\S+)/.exec(event.message)?.[1])
    .filter((id) => id !== undefined)
}

describe('log groups', () => {
  test('show class, retention, number of metric filters and stored bytes', async () => {
    const aws = await local()
    aws.logs.createGroup({ name: 'plain' })
    aws.logs.createGroup({
      name: 'rich',
      retentionDays: 14,
      storedBytes: 5000,
      metricFilters: [{ name: 'm', metricName: 'errors', metricNamespace: 'app' }],
    })
    aws.logs.createGroup({ name: 'rare', class: 'INFREQUENT_ACCESS' })
    aws.logs.createGroup({ name: 'handed-on', class: 'DELIVERY' })
    aws.logs.createGroup({ name: 'elsewhere', region: 'eu-west-1' })
    const { logGroups } = await logsClient(aws).send(new DescribeLogGroupsCommand({}))
    const [handedOn, plain, rare, rich] = logGroups ?? []
    expect(logGroups).toHaveLength(4)
    expect(handedOn).toMatchObject({ logGroupClass: 'DELIVERY', retentionInDays: 2 })
    expect(rare).toMatchObject({ logGroupClass: 'INFREQUENT_ACCESS' })
    expect(plain).toMatchObject({ logGroupClass: 'STANDARD', metricFilterCount: 0, storedBytes: 0 })
    expect(plain).not.toHaveProperty('retentionInDays')
    expect(rich).toMatchObject({ retentionInDays: 14, metricFilterCount: 1, storedBytes: 5000 })
    const only = new DescribeLogGroupsCommand({ logGroupClass: 'DELIVERY' })
    expect((await logsClient(aws).send(only)).logGroups).toHaveLength(1)
    const there = await logsClient(aws, 'eu-west-1').send(new DescribeLogGroupsCommand({}))
    expect(there.logGroups).toMatchObject([{ logGroupName: 'elsewhere' }])
  })

  test('come in pages of 50, and by pattern with a token after the last match', async () => {
    const aws = await local()
    for (let index = 0; index < 60; index += 1) aws.logs.createGroup({ name: `g${index}` })
    const client = logsClient(aws)
    const pages: number[] = []
    for await (const page of paginateDescribeLogGroups({ client }, {})) {
      pages.push(page.logGroups?.length ?? 0)
    }
    expect(pages).toEqual([50, 10])
    const byPattern = await client.send(new DescribeLogGroupsCommand({ logGroupNamePattern: '59' }))
    expect(byPattern.logGroups).toMatchObject([{ logGroupName: 'g59' }])
    expect(byPattern.logGroups?.[0]).not.toHaveProperty('storedBytes')
    expect(byPattern.nextToken).toBeDefined()
    const rest = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePattern: '59', nextToken: byPattern.nextToken }),
    )
    expect(rest.logGroups).toEqual([])
    expect(rest.nextToken).toBeUndefined()
  })

  test('take a retention that AWS knows, and give it up again; DELIVERY keeps its own', async () => {
    const aws = await local()
    aws.logs.createGroup({ name: GROUP })
    aws.logs.createGroup({ name: 'd', class: 'DELIVERY' })
    const client = logsClient(aws)
    const put = (logGroupName: string, retentionInDays: number) =>
      client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }))
    const retention = async (): Promise<number | undefined> => {
      const groups = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: GROUP }))
      return groups.logGroups?.[0]?.retentionInDays
    }
    await put(GROUP, 7)
    expect(await retention()).toBe(7)
    expect(await refusal(put(GROUP, 8))).toMatchObject({ name: 'InvalidParameterException' })
    expect(await refusal(put('d', 7))).toMatchObject({ status: 400 })
    expect(await refusal(put('none', 7))).toMatchObject({ name: 'ResourceNotFoundException' })
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP }))
    expect(await retention()).toBeUndefined()
  })
})

describe('filters on a group', () => {
  test('are described with destination and metric, by prefix and by page', async () => {
    const aws = await local()
    const destinationArn = 'arn:aws:lambda:us-east-1:123456789012:function:forwarder'
    aws.logs.createGroup({
      name: GROUP,
      subscriptionFilters: [
        { name: 'a-forwarder', destinationArn, pattern: '?ERROR' },
        { name: 'b-stream', destinationArn: 'arn:aws:kinesis:x', roleArn: 'arn:aws:iam::1:role/x' },
      ],
      metricFilters: [
        { name: 'errors', pattern: 'ERROR', metricName: 'errors', metricNamespace: 'app' },
        { name: 'slow', metricName: 'slow', metricNamespace: 'app', metricValue: '$.ms' },
      ],
    })
    aws.logs.createGroup({ name: 'other' })
    const client = logsClient(aws)
    const subscriptions = (more: { limit?: number; filterNamePrefix?: string } = {}) =>
      client.send(new DescribeSubscriptionFiltersCommand({ logGroupName: GROUP, ...more }))
    expect((await subscriptions()).subscriptionFilters).toMatchObject([
      {
        filterName: 'a-forwarder',
        logGroupName: GROUP,
        filterPattern: '?ERROR',
        destinationArn,
        distribution: 'ByLogStream',
      },
      { filterName: 'b-stream', filterPattern: '', roleArn: 'arn:aws:iam::1:role/x' },
    ])
    expect((await subscriptions({ filterNamePrefix: 'b' })).subscriptionFilters).toHaveLength(1)
    expect((await subscriptions({ limit: 1 })).nextToken).toBeDefined()
    const metrics = await client.send(new DescribeMetricFiltersCommand({ logGroupName: GROUP }))
    expect(metrics.metricFilters).toMatchObject([
      {
        filterName: 'errors',
        filterPattern: 'ERROR',
        logGroupName: GROUP,
        metricTransformations: [{ metricName: 'errors', metricNamespace: 'app', metricValue: '1' }],
      },
      { filterName: 'slow', metricTransformations: [{ metricValue: '$.ms' }] },
    ])
    const byMetric = new DescribeMetricFiltersCommand({
      metricName: 'slow',
      metricNamespace: 'app',
    })
    expect((await client.send(byMetric)).metricFilters).toMatchObject([{ filterName: 'slow' }])
    const none = new DescribeMetricFiltersCommand({ logGroupName: 'other' })
    expect((await client.send(none)).metricFilters).toEqual([])
  })

  test('of a group that is not there, of another class, or not to be read by the caller: 400', async () => {
    const aws = await local()
    aws.logs.createGroup({ name: 'rare', class: 'INFREQUENT_ACCESS' })
    aws.logs.createGroup({ name: 'handed-on', class: 'DELIVERY' })
    const client = logsClient(aws)
    const refusals = async (logGroupName: string): Promise<readonly Refusal[]> => [
      await refusal(client.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))),
      await refusal(client.send(new DescribeMetricFiltersCommand({ logGroupName }))),
      await refusal(client.send(new FilterLogEventsCommand({ logGroupName }))),
    ]
    for (const answer of await refusals('none')) {
      expect(answer).toMatchObject({
        name: 'ResourceNotFoundException',
        status: 400,
        message: 'The specified log group does not exist.',
      })
    }
    for (const group of ['rare', 'handed-on']) {
      for (const answer of await refusals(group)) expect(answer).toMatchObject(NOT_STANDARD)
    }
    aws.caller.deny('logs:*')
    for (const answer of await refusals('rare')) {
      expect(answer).toMatchObject({ name: 'AccessDeniedException', status: 400 })
    }
  })
})

describe('events', () => {
  test('are found only when they are ingested, while their stream shows at once', async () => {
    const clock = manualClock()
    const aws = await withRole([allow('*')], { clock, logsIngestionMs: 10_000 })
    const [{ requestId } = { requestId: '' }] = await aws.lambda.traffic('fn')
    const client = logsClient(aws)
    const found = async (): Promise<number> => {
      const filter = { logGroupName: GROUP, filterPattern: `"${requestId}"` }
      return (await client.send(new FilterLogEventsCommand(filter))).events?.length ?? 0
    }
    const streams = () => client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }))
    expect(await found()).toBe(0)
    const [fresh] = (await streams()).logStreams ?? []
    expect(Object.keys(fresh ?? {}).sort()).toEqual([
      'arn',
      'creationTime',
      'logStreamName',
      'storedBytes',
    ])
    expect(aws.logs.events(GROUP)).not.toHaveLength(0)
    clock.advance(9_999)
    expect(await found()).toBe(0)
    clock.advance(1)
    expect(await found()).toBe(3)
    expect((await streams()).logStreams?.[0]).toHaveProperty('lastEventTimestamp')
    aws.logs.setIngestion(0)
    await aws.lambda.traffic('fn')
    const all = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }))
    expect(all.events?.filter((event) => event.message?.startsWith('START'))).toHaveLength(2)
  })

  test('may be newer than what DescribeLogStreams knows of their stream', async () => {
    const clock = manualClock()
    const aws = await withRole([allow('*')], { clock })
    aws.logs.setStreamTimesLag(3_600_000)
    await aws.lambda.traffic('fn')
    clock.advance(3_600_000)
    await aws.lambda.traffic('fn', { cold: true })
    const client = logsClient(aws)
    const newestFirst = new DescribeLogStreamsCommand({
      logGroupName: GROUP,
      orderBy: 'LastEventTime',
      descending: true,
    })
    const { logStreams } = await client.send(newestFirst)
    // The stream just written comes last: whoever looks at the first few of a busy group misses it.
    expect(logStreams?.map((stream) => stream.logStreamName)).toEqual(aws.logs.streams(GROUP))
    expect(logStreams?.[0]).toHaveProperty('lastEventTimestamp')
    expect(logStreams?.[1]).not.toHaveProperty('lastEventTimestamp')
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP }))
    expect(events?.filter((event) => event.message?.startsWith('START'))).toHaveLength(2)
  })

  test('come newest first on demand, for times since 2024', async () => {
    const aws = await withRole([allow('*')])
    await aws.lambda.traffic('fn')
    const client = logsClient(aws)
    const found = async (startTime: number) => {
      const filter = { logGroupName: GROUP, startFromHead: false, startTime, limit: 1 }
      return (await client.send(new FilterLogEventsCommand(filter))).events?.[0]?.message
    }
    expect(await found(Date.UTC(2024, 0, 1))).toMatch(/^REPORT/)
    expect(await refusal(found(Date.UTC(2023, 11, 31)))).toMatchObject({
      name: 'InvalidParameterException',
      status: 400,
    })
  })

  test('may stand behind empty pages with a token', async () => {
    const aws = await withRole([allow('*')])
    await aws.lambda.traffic('fn')
    aws.logs.setEmptyPages(2)
    const client = logsClient(aws)
    const pages: number[] = []
    let nextToken: string | undefined
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, limit: 3, nextToken }),
      )
      pages.push(page.events?.length ?? 0)
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    expect(pages).toEqual([0, 0, 3, 1])
    const wrong = client.send(
      new FilterLogEventsCommand({ logGroupName: GROUP, nextToken: 'made-up' }),
    )
    expect(await refusal(wrong)).toMatchObject({
      name: 'InvalidParameterException',
      message: 'The specified nextToken is invalid.',
    })
  })

  test('come oldest first, from all streams, within a time and by stream', async () => {
    const clock = manualClock()
    const aws = await withRole([allow('*')], { clock })
    const [first] = await aws.lambda.traffic('fn')
    clock.advance(1000)
    const [second] = await aws.lambda.traffic('fn', { cold: true })
    clock.advance(1000)
    const [third] = await aws.lambda.traffic('fn')
    const client = logsClient(aws)
    const starts = async (more: object): Promise<readonly (string | undefined)[]> => {
      const answer = await client.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: 'START', ...more }),
      )
      return (answer.events ?? [])
        .filter((event) => event.message?.startsWith('START'))
        .map((event) => /RequestId: (\S+)/.exec(event.message ?? '')?.[1])
    }
    expect(await starts({})).toEqual([first?.requestId, second?.requestId, third?.requestId])
    expect(await starts({ startTime: (first?.atMs ?? 0) + 1 })).toEqual([
      second?.requestId,
      third?.requestId,
    ])
    const ofFirst = await starts({ logStreamNames: [first?.environment] })
    expect(ofFirst).toEqual([first?.requestId, third?.requestId])
  })
})

describe('what the role lets the function write', () => {
  const counts = (aws: LocalAws): readonly [number, number] => [
    aws.logs.streams(GROUP).length,
    requestsIn(aws).length,
  ]

  test('group, stream and events each need their own right', async () => {
    const nothing = await withRole([])
    await nothing.lambda.traffic('fn')
    expect(await groupsOf(nothing)).toEqual([])

    const groupOnly = await withRole([allow('CreateLogGroup')])
    await groupOnly.lambda.traffic('fn')
    expect(await groupsOf(groupOnly)).toEqual([GROUP])
    expect(counts(groupOnly)).toEqual([0, 0])

    const noEvents = await withRole([allow('CreateLogGroup'), allow('CreateLogStream')])
    await noEvents.lambda.traffic('fn')
    expect(counts(noEvents)).toEqual([1, 0])

    const noGroup = await withRole([allow('CreateLogStream'), allow('PutLogEvents')])
    await noGroup.lambda.traffic('fn')
    expect(await groupsOf(noGroup)).toEqual([])
    noGroup.logs.createGroup({ name: GROUP })
    await noGroup.lambda.traffic('fn')
    expect(counts(noGroup)).toEqual([1, 1])
  })

  test('a warm environment goes on writing to its stream without the right to open one', async () => {
    const aws = await withRole([allow('*')])
    const [first] = await aws.lambda.traffic('fn')
    await putPolicy(aws, [deny('CreateLogStream', `${ARN}:*`), deny('CreateLogStream', ARN)])
    const [warm] = await aws.lambda.traffic('fn')
    expect(warm).toMatchObject({ cold: false, environment: first?.environment })
    const [cold] = await aws.lambda.traffic('fn', { cold: true })
    expect(cold?.cold).toBe(true)
    expect(aws.logs.streams(GROUP)).toEqual([first?.environment])
    expect(requestsIn(aws)).toEqual([first?.requestId, warm?.requestId])
  })

  test('without PutLogEvents a warm environment falls silent, and a new one leaves an empty stream', async () => {
    const aws = await withRole([allow('*')])
    const [first] = await aws.lambda.traffic('fn')
    await putPolicy(aws, [deny('PutLogEvents', `${ARN}:*`)])
    await aws.lambda.traffic('fn')
    const [cold] = await aws.lambda.traffic('fn', { cold: true })
    expect(requestsIn(aws)).toEqual([first?.requestId])
    expect(aws.logs.streams(GROUP)).toEqual([first?.environment, cold?.environment])
  })

  test.each([
    ['the bare group alone', [ARN], true],
    ['what is below the group alone', [`${ARN}:*`], true],
    ['both', [ARN, `${ARN}:*`], false],
  ])('a group is opened though %s is denied: %s', async (_, resources, opened) => {
    const aws = await withRole([
      allow('*'),
      ...resources.map((resource) => deny('CreateLogGroup', resource)),
    ])
    await aws.lambda.traffic('fn')
    expect((await groupsOf(aws)).length > 0).toBe(opened)
  })

  async function groupsOf(aws: LocalAws): Promise<readonly (string | undefined)[]> {
    const { logGroups } = await logsClient(aws).send(new DescribeLogGroupsCommand({}))
    return (logGroups ?? []).map((group) => group.logGroupName)
  }
})

describe('names and lines', () => {
  test('a group of its own has the function and the version in the names of its streams', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'custom', logGroup: 'shared' })
    for (const name of ['fn', 'custom']) {
      aws.lambda.publishVersion(name)
      await aws.lambda.traffic(name)
      await aws.lambda.traffic(name, { qualifier: '1' })
    }
    const [latest, published] = aws.logs.streams(GROUP)
    expect(latest).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
    expect(published).toMatch(/^\d{4}\/\d\d\/\d\d\/\[1\][0-9a-f]{32}$/)
    const [customLatest, customPublished] = aws.logs.streams('shared')
    expect(customLatest).toMatch(/^\d{4}\/\d\d\/\d\d\/custom\[\$LATEST\]\[[0-9a-f]{32}\]$/)
    expect(customPublished).toMatch(/^\d{4}\/\d\d\/\d\d\/custom\[1\]\[[0-9a-f]{32}\]$/)
  })

  test.each([
    ['Text', 3],
    ['JSON', 2],
  ] as const)('%s lines carry the request id: %d of Lambda itself', async (logFormat, lines) => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', logFormat })
    const [invocation] = await aws.lambda.traffic('fn')
    const { events } = await logsClient(aws).send(
      new FilterLogEventsCommand({
        logGroupName: GROUP,
        filterPattern: `"${invocation?.requestId ?? ''}"`,
      }),
    )
    expect(events).toHaveLength(lines)
    expect(events?.every((event) => event.logStreamName === invocation?.environment)).toBe(true)
  })
})
