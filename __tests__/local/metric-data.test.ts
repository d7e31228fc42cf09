import {
  CloudWatchClient,
  GetMetricDataCommand,
  paginateGetMetricData,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch'
import { expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { clientConfig, local, manualClock, refusal } from './support'

const DAY_SECONDS = 86_400
const DAY_MS = DAY_SECONDS * 1000
const GROUP = '/aws/lambda/fn'

function client(aws: LocalAws, region?: string): CloudWatchClient {
  return new CloudWatchClient(clientConfig(aws, region))
}

function incomingBytes(group: string, Id = 'bytes', Period = DAY_SECONDS): MetricDataQuery {
  return {
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Logs',
        MetricName: 'IncomingBytes',
        Dimensions: [{ Name: 'LogGroupName', Value: group }],
      },
      Period,
      Stat: 'Sum',
    },
  }
}

function days(count: number, endMs: number, ...queries: readonly MetricDataQuery[]) {
  return {
    StartTime: new Date(endMs - count * DAY_MS),
    EndTime: new Date(endMs),
    MetricDataQueries: [...queries],
  }
}

test('a seeded group took in the same every day, newest first, in its region alone', async () => {
  const clock = manualClock()
  const aws = await local({ clock })
  aws.logs.setIncomingBytes(GROUP, 1_000_000)
  const range = days(30, clock.now(), incomingBytes(GROUP), incomingBytes('none', 'none'))
  const answer = await client(aws).send(new GetMetricDataCommand(range))
  const [result, none] = answer.MetricDataResults ?? []
  expect(result).toMatchObject({ Id: 'bytes', Label: 'IncomingBytes', StatusCode: 'Complete' })
  expect(result?.Values).toEqual(Array.from({ length: 30 }, () => 1_000_000))
  expect(result?.Timestamps?.[0]).toEqual(new Date(clock.now() - DAY_MS))
  expect(none).toMatchObject({ Id: 'none', Values: [], Timestamps: [] })
  const ascending = await client(aws).send(
    new GetMetricDataCommand({ ...range, ScanBy: 'TimestampAscending' }),
  )
  expect(ascending.MetricDataResults?.[0]?.Timestamps?.[0]).toEqual(
    new Date(clock.now() - 30 * DAY_MS),
  )
  const elsewhere = await client(aws, 'eu-west-1').send(new GetMetricDataCommand(range))
  expect(elsewhere.MetricDataResults?.[0]?.Values).toEqual([])
})

test('periods, days that are not over, and pages', async () => {
  const clock = manualClock()
  const aws = await local({ clock })
  aws.logs.setIncomingBytes(GROUP, 24_000)
  const hours = await client(aws).send(
    new GetMetricDataCommand(days(1, clock.now(), incomingBytes(GROUP, 'hours', 3600))),
  )
  expect(hours.MetricDataResults?.[0]?.Values).toEqual(Array.from({ length: 24 }, () => 1000))
  const tomorrow = days(2, clock.now() + DAY_MS / 2, incomingBytes(GROUP))
  const part = await client(aws).send(new GetMetricDataCommand(tomorrow))
  expect(part.MetricDataResults?.[0]?.Values).toEqual([12_000, 24_000])
  const pages: number[] = []
  const input = { ...days(5, clock.now(), incomingBytes(GROUP)), MaxDatapoints: 2 }
  for await (const page of paginateGetMetricData({ client: client(aws) }, input)) {
    pages.push(page.MetricDataResults?.[0]?.Values?.length ?? 0)
  }
  expect(pages).toEqual([2, 2, 1])
})

test('without a seed the metric counts what was written', async () => {
  const clock = manualClock()
  const aws = await local({ clock })
  aws.lambda.createFunction({ name: 'fn', handler: { logs: ['hello'] } })
  await aws.lambda.traffic('fn')
  clock.advance(1)
  const answer = await client(aws).send(
    new GetMetricDataCommand(days(1, clock.now(), incomingBytes(GROUP))),
  )
  const events = aws.logs.events(GROUP)
  const bytes = events.reduce((sum, event) => sum + event.message.length + 26, 0)
  expect(answer.MetricDataResults?.[0]?.Values).toEqual([bytes])
})

test('a caller who may not is told so as CloudWatch does, and so is one who asks wrongly', async () => {
  const aws = await local()
  const now = Date.now()
  const ask = (input: ReturnType<typeof days>) =>
    refusal(client(aws).send(new GetMetricDataCommand(input)))
  expect(await ask(days(-1, now, incomingBytes(GROUP)))).toMatchObject({
    name: 'ValidationException',
    status: 400,
    message: 'The parameter StartTime must be less than the parameter EndTime.',
  })
  expect(await ask(days(1, now, incomingBytes(GROUP), incomingBytes('x')))).toMatchObject({
    name: 'ValidationException',
  })
  expect(await ask(days(1, now, { Id: 'e', Expression: 'SUM(METRICS())' }))).toMatchObject({
    name: 'LocalAwsNotModelled',
    status: 501,
  })
  aws.caller.deny('cloudwatch:GetMetricData')
  expect(await ask(days(1, now, incomingBytes(GROUP)))).toMatchObject({
    name: 'AccessDenied',
    status: 403,
    message: `User: ${aws.caller.identity.arn} is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the cloudwatch:GetMetricData action`,
  })
  aws.caller.allowAll()
  aws.faults.add({ service: 'monitoring', fault: { kind: 'throttle' } })
  expect(await ask(days(1, now, incomingBytes(GROUP)))).toMatchObject({ name: 'Throttling' })
})
