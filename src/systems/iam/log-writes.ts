/** The three actions by which a function's log reaches CloudWatch, and the names that its log group goes by in policies. */

import { arnText, isAccountId, isPartition, isRegionName, parseArn } from '../../model/arn'
import type { FunctionArn } from '../lambda/lambda-function'

export const LOG_WRITES = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
] as const

export type LogWrite = (typeof LOG_WRITES)[number]

/** The log group's ARN without a `:*` behind it: it lies in the partition, region and account of its function. */
export function logGroupArn({ partition, region, account }: FunctionArn, group: string): string {
  return arnText({ partition, service: 'logs', region, account, resource: `log-group:${group}` })
}

/** Of one log group, without a `:*`: no character of a pattern is lawful in the name of a log group. */
export function isLogGroupArn(text: string): boolean {
  const arn = parseArn(text)
  return (
    arn?.service === 'logs' &&
    isPartition(arn.partition) &&
    isRegionName(arn.region) &&
    isAccountId(arn.account) &&
    /^log-group:[\w./#-]{1,512}$/.test(arn.resource)
  )
}

/**
 * What a statement must name to cover all three: CreateLogGroup is authorised on the bare group (in older reports on
 * `:log-stream:`), the other two on its streams (reference/aws.md 2.2).
 */
export function writeResources(groupArn: string): readonly string[] {
  return [groupArn, `${groupArn}:*`]
}

/** The forms in which IAM is asked about the group when its decision is simulated (reference/aws.md 2.5). */
export function simulatedResources(groupArn: string): readonly string[] {
  return [
    groupArn,
    `${groupArn}:*`,
    `${groupArn}:log-stream:`,
    `${groupArn}:log-stream:2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef`,
  ]
}
