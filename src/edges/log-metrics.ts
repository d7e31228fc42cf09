/** CloudWatch metrics over the AWS SDK: how much a log group takes in. Loaded only when something is asked. */

import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { LogGroups } from '../systems/cloudwatch/log-groups'
import { succeeded } from '../model/result'
import { allPages, incomplete } from './attempt'
import { clientSettings, onePer } from './aws-client'

const DAY_SECONDS = 86_400
const DAYS = 30

export function logMetrics(): Pick<LogGroups, 'ingestedBytes'> {
  const inRegion = onePer(
    (region) => new CloudWatchClient({ ...clientSettings(region), maxAttempts: 8 }),
  )

  return {
    async ingestedBytes({ name, region }) {
      const end = new Date()
      const start = new Date(end.getTime() - DAYS * DAY_SECONDS * 1000)
      const results = await allPages('GetMetricData', async (NextToken) => {
        const page = await inRegion(region).send(
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
