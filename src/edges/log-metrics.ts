/** CloudWatch metrics over the AWS SDK: how much a log group takes in. Loaded only when something is asked. */

import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { PaceLimits } from '../model/pace'
import type { LogGroups } from '../systems/cloudwatch/log-groups'
import { succeeded } from '../model/result'
import { allPages, incomplete } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { ownPacing, type PacedCalls } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

const DAY_SECONDS = 86_400
const DAYS = 30
/** GetMetricData: 50 a second for each account and region (CloudWatch quotas). */
const PACE: PaceLimits = { perSecond: 40, burst: 20 }

/** @param calls the queues that it shares with other clients of the run */
export function logMetrics(calls: PacedCalls = ownPacing()): Pick<LogGroups, 'ingestedBytes'> {
  const inRegion = onePer((region) => ({
    metrics: withTypedAnswers(new CloudWatchClient(clientSettings(region))),
    queue: calls.queue(`cloudwatch ${region}`, PACE),
  }))

  return {
    async ingestedBytes({ name, region }) {
      const end = new Date()
      const start = new Date(end.getTime() - DAYS * DAY_SECONDS * 1000)
      const results = await allPages('GetMetricData', async (NextToken) => {
        const { metrics, queue } = inRegion(region)
        const page = await queue.read((options) =>
          metrics.send(
            new GetMetricDataCommand({
              StartTime: start,
              EndTime: end,
              NextToken,
              MetricDataQueries: [
                {
                  Id: 'bytes',
                  MetricStat: {
                    Metric: {
                      Namespace: 'AWS/Logs',
                      MetricName: 'IncomingBytes',
                      Dimensions: [{ Name: 'LogGroupName', Value: name }],
                    },
                    Period: DAY_SECONDS,
                    Stat: 'Sum',
                  },
                },
              ],
            }),
            options,
          ),
        )
        return { items: page.MetricDataResults, next: page.NextToken }
      })
      if (!results.ok) return results
      const failed = results.value.find(
        ({ StatusCode }) => StatusCode === 'InternalError' || StatusCode === 'Forbidden',
      )
      if (results.value.length === 0) return incomplete('GetMetricData answered without a result')
      if (failed) return incomplete(`GetMetricData answered ${failed.StatusCode ?? ''}`)
      return succeeded(results.value.flatMap(({ Values }) => Values ?? []).reduce(sum, 0))
    },
  }
}

function sum(total: number, value: number): number {
  return total + value
}
