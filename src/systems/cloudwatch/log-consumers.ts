/** What ends when a function no longer writes to CloudWatch Logs, as far as its settings show. */

import type { LambdaFunction } from '../lambda/lambda-function'
import { layersOf } from '../lambda/layer-arn'
import type { GroupFacts } from './log-groups'

export interface LogConsumers {
  /** Data that others would lose: blocks unless `accept` contains `log-loss`. */
  readonly losses: readonly string[]
  /** For information only. */
  readonly notes: readonly string[]
}

/** Variables by which the libraries for the Embedded Metric Format are set up (aws-embedded-metrics, Powertools). */
const EMF_VARIABLES = [
  'AWS_EMF_NAMESPACE',
  'AWS_EMF_LOG_GROUP_NAME',
  'AWS_EMF_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
] as const

const INSIGHTS_LAYER = /^LambdaInsightsExtension(-Arm64)?$/

export function logConsumers(fn: LambdaFunction, facts: GroupFacts | undefined): LogConsumers {
  const losses: string[] = []
  const notes: string[] = []
  if (facts) {
    const { subscriptionFilters, metricFilters, logGroupClass } = facts
    if (subscriptionFilters.length > 0) {
      losses.push(
        `subscription filters would receive no more data: ${subscriptionFilters.join(', ')}`,
      )
    }
    if (metricFilters.length > 0) {
      losses.push(
        `metric filters, and alarms on their metrics, would receive no more data: ${metricFilters.join(', ')}`,
      )
    }
    if (logGroupClass === 'DELIVERY') {
      losses.push('the log group is of class DELIVERY: its delivery to S3 or Firehose would end')
    }
    if (facts.retentionDays === undefined) {
      notes.push(
        'the log group has no retention period: its data never expires and is still billed',
      )
    }
  }
  const emf = fn.environment.readable
    ? EMF_VARIABLES.filter((name) => fn.environment.readable && fn.environment.variables.has(name))
    : []
  if (emf.length > 0) {
    losses.push(
      `metrics in the Embedded Metric Format, which the function appears to use (${emf.join(', ')}), would end`,
    )
  }
  if (layersOf(fn).some(({ name }) => INSIGHTS_LAYER.test(name))) {
    notes.push(
      'Lambda Insights is attached and writes to /aws/lambda-insights: `deny` does not affect it, `remove` may',
    )
  }
  return { losses, notes }
}

/** Applies to every function whose CloudWatch Logs are disabled, so the report shows it once. */
export const ENDS_WITH_CLOUDWATCH = [
  'CloudWatch Logs no longer receives REPORT lines, timeouts, out-of-memory errors and initialization errors, and Rotel does not forward them. Lambda’s own metrics are not affected.',
  'If ClickStack is unavailable for more than a few minutes, logs are lost: Rotel stops retrying, and CloudWatch has no copy.',
  'Each new execution environment causes an AccessDenied event in CloudTrail, which may trigger alarms on unauthorized calls.',
  'Metric filters, subscription filters, Embedded Metric Format and Logs Insights receive no new data.',
] as const
