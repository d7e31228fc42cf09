/** What ends when a function no longer writes to CloudWatch Logs, as far as its settings tell: said before it is done. */

import type { LambdaFunction } from '../lambda/lambda-function'
import { parseLayerArn } from '../lambda/layer-arn'
import type { GroupFacts } from './log-groups'

export interface LogConsumers {
  /** Data that somebody else would lose: blocks unless `accept` has `log-loss`. */
  readonly losses: readonly string[]
  /** Good to know, and no reason to stop. */
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
      losses.push(`subscription filters lose their source: ${subscriptionFilters.join(', ')}`)
    }
    if (metricFilters.length > 0) {
      losses.push(
        `metric filters, and the alarms on their metrics, lose their source: ${metricFilters.join(', ')}`,
      )
    }
    if (logGroupClass === 'DELIVERY') {
      losses.push('the log group is of class DELIVERY: delivery to S3 or Firehose ends')
    }
    if (facts.retentionDays === undefined) {
      notes.push('what the log group holds is kept, and paid for, for ever: it has no retention')
    }
  }
  const emf = fn.environment.readable
    ? EMF_VARIABLES.filter((name) => fn.environment.readable && fn.environment.variables.has(name))
    : []
  if (emf.length > 0) {
    losses.push(
      `metrics in the Embedded Metric Format end, and it seems to write such (${emf.join(', ')})`,
    )
  }
  const hasInsights = fn.layers.some(({ arn }) => {
    const layer = parseLayerArn(arn)
    return layer !== undefined && INSIGHTS_LAYER.test(layer.name)
  })
  if (hasInsights) {
    notes.push(
      'Lambda Insights is attached: it writes to /aws/lambda-insights, which `deny` leaves alone and `remove` may not',
    )
  }
  return { losses, notes }
}

/** True of every function whose CloudWatch Logs are cut, so said once. */
export const ENDS_WITH_CLOUDWATCH = [
  'CloudWatch no longer gets REPORT lines, time-outs, out-of-memory kills and errors of the start: Rotel does not forward them. Lambda’s own metrics go on.',
  'While ClickStack does not answer, logs are lost: Rotel retries for minutes, and there is no second copy any more.',
  'Each new environment now leaves an AccessDenied event in CloudTrail; alarms on unauthorized calls may ring.',
  'Metric filters, subscription filters, Embedded Metric Format and Logs Insights have nothing new to read.',
] as const
