/** The edge of CloudWatch against moto, which tells no class of a group (reference: aws.md, section 6). */

import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { expect, test } from '@jest/globals'
import { lazyLogGroups as logGroups } from '../../src/edges/lazy-edges'
import { valueOf } from '../edges/values'
import { suite } from './moto-server'

const HOUR_MS = 3_600_000

suite('CloudWatch', () => {
  let made = 0
  const client = () => new CloudWatchLogsClient({ region: 'us-east-1' })

  async function aGroup(): Promise<{ readonly name: string; readonly region: string }> {
    const name = `/aws/lambda/fn-${String(++made)}x`
    await client().send(new CreateLogGroupCommand({ logGroupName: name }))
    return { name, region: 'us-east-1' }
  }

  async function aStream(logGroupName: string, name: string, messages: readonly string[]) {
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
    const stream = { logGroupName, logStreamName: `${today}/[$LATEST]${name}` }
    await client().send(new CreateLogStreamCommand(stream))
    const logEvents = messages.map((message) => ({ message, timestamp: Date.now() }))
    if (logEvents.length > 0) {
      await client().send(new PutLogEventsCommand({ ...stream, logEvents }))
    }
    return stream.logStreamName
  }

  test('a group is told from those that begin alike', async () => {
    const groups = logGroups()
    const group = await aGroup()
    const retention = { logGroupName: group.name, retentionInDays: 7 }
    await client().send(new PutRetentionPolicyCommand(retention))
    await client().send(
      new PutMetricFilterCommand({
        logGroupName: group.name,
        filterName: 'errors',
        filterPattern: 'ERROR',
        metricTransformations: [{ metricName: 'E', metricNamespace: 'N', metricValue: '1' }],
      }),
    )
    expect(await valueOf(groups.facts(group))).toEqual({
      logGroupClass: 'STANDARD',
      retentionDays: 7,
      subscriptionFilters: [],
      metricFilters: ['errors'],
    })
    expect(await valueOf(groups.facts({ ...group, name: group.name.slice(0, -1) }))).toBeUndefined()
  })

  test('streams are found by the time of their creation, on all pages', async () => {
    const group = await aGroup()
    const names = []
    for (let index = 0; index < 55; index += 1) {
      names.push(await aStream(group.name, String(index).padStart(2, '0'), []))
    }
    const groups = logGroups()
    const found = await valueOf(groups.streamsSince(group, Date.now() - HOUR_MS))
    expect(found.map(({ name }) => name).sort()).toEqual(names)
    expect(await valueOf(groups.streamsSince(group, Date.now() + 60_000))).toEqual([])
  })

  test('events that hold a text are counted', async () => {
    const group = await aGroup()
    const id = '8f5d3c1e-0000-4000-8000-0123456789ab'
    await aStream(group.name, 'a', [`START RequestId: ${id}`, 'between', `END RequestId: ${id}`])
    await aStream(group.name, 'b', [`REPORT RequestId: ${id}`])
    const groups = logGroups()
    expect(await valueOf(groups.eventsWith(group, Date.now() - HOUR_MS, id))).toBe(3)
    expect(await valueOf(groups.eventsWith(group, Date.now() - HOUR_MS, 'elsewhere'))).toBe(0)
    expect(await valueOf(groups.eventsWith(group, Date.now() + HOUR_MS, id))).toBe(0)
  })

  test('a group that does not exist has neither streams nor events', async () => {
    const groups = logGroups()
    const none = { name: '/aws/lambda/none', region: 'us-east-1' }
    expect(await valueOf(groups.streamsSince(none, Date.now()))).toEqual([])
    expect(await valueOf(groups.eventsWith(none, 0, 'x'))).toBe(0)
    expect(await valueOf(groups.facts(none))).toBeUndefined()
  })

  test('ingested bytes of the last thirty days are summed, those of other groups not', async () => {
    const datum = (group: string, daysAgo: number, Value: number) => ({
      MetricName: 'IncomingBytes',
      Dimensions: [{ Name: 'LogGroupName', Value: group }],
      Timestamp: new Date(Date.now() - daysAgo * 24 * HOUR_MS),
      Value,
    })
    await new CloudWatchClient({ region: 'us-east-1' }).send(
      new PutMetricDataCommand({
        Namespace: 'AWS/Logs',
        MetricData: [
          datum('/aws/lambda/counted', 1, 1000),
          datum('/aws/lambda/counted', 20, 500),
          datum('/aws/lambda/counted', 40, 70),
          datum('/aws/lambda/another', 1, 9),
        ],
      }),
    )
    const counted = { name: '/aws/lambda/counted', region: 'us-east-1' }
    expect(await valueOf(logGroups().ingestedBytes(counted))).toBe(1500)
  })
})
