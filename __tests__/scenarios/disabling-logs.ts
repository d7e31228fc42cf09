/** The three ways in which a run disables CloudWatch Logs, for scenarios that must hold for each of them. */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StackWorld } from './stack-world'
import { FOREIGN } from './world'

export const WAYS = ['deny', 'deny-policy-arn', 'remove'] as const
export type Way = (typeof WAYS)[number]

/** The write to the role of a function that may log by AWSLambdaBasicExecutionRole alone. */
export const ROLE_EDIT: Readonly<Record<Way, string>> = {
  deny: 'PutRolePolicy',
  'deny-policy-arn': 'AttachRolePolicy',
  remove: 'DetachRolePolicy',
}

/** Inputs of a run that disables the logs so. Makes the administrator's policy where one is used: once in a world. */
export function disablingBy(
  { aws }: Pick<StackWorld, 'aws'>,
  way: Way,
): Readonly<Record<string, string>> {
  if (way !== 'deny-policy-arn') return { 'cloudwatch-logs': way }
  const arn = aws.iam.createPolicy('deny-logs', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  })
  return { 'cloudwatch-logs': 'deny', 'deny-policy-arn': arn }
}

/** A deploy of somebody's resets layers and variables. */
export function deploy({ aws }: Pick<StackWorld, 'aws'>, name = 'orders'): void {
  aws.lambda.changeAsSomebodyElse(name, { layers: [], variables: FOREIGN })
}

/** The runner is gone, and with it the journal and the restore file: no post step will run. */
export function loseRunner({ job }: Pick<StackWorld, 'job'>): void {
  for (const name of job.files().keys()) rmSync(join(job.temp, name))
}

/** Kills the child of the next step when it is first so after the work of a call; the answer never reaches it. */
export function killedAfter(
  { aws }: Pick<StackWorld, 'aws'>,
  isTime: (operation: string, functionName: string | undefined) => boolean,
) {
  let child: ChildProcess | undefined
  const stop = aws.onWorkDone(async ({ operation, functionName }) => {
    if (child === undefined || !isTime(operation, functionName)) return
    stop()
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  return {
    onStart: (started: ChildProcess) => {
      child = started
    },
  }
}
