/**
 * What a scenario about CloudWatch Logs holds on to: roles and functions as they were, and that nobody is dark. Darkness is
 * an effect, not a marker (promise P8): a function or routed version without a working Rotel that may not write its logs.
 */

import { expect } from '@jest/globals'
import type { RoutedView } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import type { StackWorld } from './stack-world'
import { configurationOf, statusesOf } from './world'

type Aws = Pick<StackWorld, 'aws'>

/** Calls after which a function had neither Rotel nor the right to write to CloudWatch. */
export function watchForDarkness({ aws }: Aws, name = 'orders'): readonly string[] {
  const dark: string[] = []
  const stream = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${name}:log-stream:x`
  aws.onWorkDone(({ operation }) => {
    const { layers, role } = aws.lambda.get(name)
    const carriesRotel = layers.some((arn) => arn.includes(':rotel-extension-'))
    const mayWrite = aws.iam.decide(role, 'logs:PutLogEvents', stream, 'dataPlane') === 'allowed'
    if (!carriesRotel && !mayWrite) dark.push(operation)
  })
  return dark
}

export const stateOf = ({ aws }: Aws) => ({
  role: aws.iam.get('orders-role'),
  fn: configurationOf(aws.lambda.get('orders')),
})

export interface Darkness {
  /** Who became dark by which call: `orders:1 by DetachRolePolicy`. */
  readonly instants: readonly string[]
  /** Who is dark now: `orders` for `$LATEST`, `orders:1` for a version. */
  readonly now: () => readonly string[]
  /** What was seen so far does not count: somebody else made it dark. */
  readonly forget: () => void
}

/**
 * Looks at all functions and all routed versions from now on, as the services' own IAM decides. A role that could not write
 * to a log group at the start cannot lose it.
 * @param meantToBe names that may be dark: the scenario accepts it
 */
export function watchEverybody({ aws }: Aws, meantToBe: readonly string[] = []): Darkness {
  const couldWrite = new Set(
    aws.lambda.routed().flatMap((one) => (mayWriteLogs(aws, one) ? [logsOf(one)] : [])),
  )
  const now = () =>
    aws.lambda
      .routed()
      .filter((one) => couldWrite.has(logsOf(one)) && !meantToBe.includes(one.name))
      .filter((one) => !hasWorkingRotel(one) && !mayWriteLogs(aws, one))
      .map(({ name }) => name)
  const instants: string[] = []
  let before = now()
  aws.onWorkDone(({ operation }) => {
    const dark = now()
    for (const name of dark) if (!before.includes(name)) instants.push(`${name} by ${operation}`)
    before = dark
  })
  const forget = () => {
    instants.length = 0
    before = now()
  }
  return { now, instants, forget }
}

const logsOf = ({ role, region, logGroup }: RoutedView) => `${role} ${region} ${logGroup}`

/** A layer of Rotel's, and somewhere to export to. */
function hasWorkingRotel({ layers, variables }: RoutedView): boolean {
  return (
    layers.some((arn) => /:layer:(\w+-)*rotel-extension-/.test(arn)) &&
    Object.entries(variables).some(
      ([name, value]) => /^ROTEL_\w*EXPORTER_(\w+_)?ENDPOINT$/.test(name) && value !== '',
    )
  )
}

/** As Lambda writes: a stream is opened, then events are put there. */
function mayWriteLogs(aws: Aws['aws'], { role, region, logGroup }: RoutedView): boolean {
  const group = `arn:aws:logs:${region}:${aws.account}:log-group:${logGroup}`
  const stream = `${group}:log-stream:2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef`
  const may = (action: string, resource: string) =>
    aws.iam.decide(role, action, resource, 'dataPlane') === 'allowed'
  return (
    (may('logs:CreateLogStream', stream) || may('logs:CreateLogStream', group)) &&
    may('logs:PutLogEvents', stream)
  )
}

/** With these a run says that a function is dark, or would be. */
const SAYS_DARK = /: (dark\b|blocked (would-go-dark|simulation-failed)$|failed restore-not-seen$)/

/** Who is dark though the run was a success, or its report says nothing of it; with what it says instead. */
export function concealed(result: StepResult, { now }: Darkness): readonly string[] {
  const statuses = statusesOf(result)
  return now().flatMap((name) => {
    const [functionName = ''] = name.split(':')
    const status = statuses.find((one) => one.startsWith(`${functionName}: `)) ?? 'not reported'
    const isSaid = SAYS_DARK.test(status) && result.exitCode === 1
    return isSaid ? [] : [`${name} is dark, exit ${String(result.exitCode)}, ${status}`]
  })
}

/**
 * `mode: remove`: either the rights are restored before Rotel leaves, or Rotel stays and the run fails: because it would go
 * dark, or because the credentials ended before.
 */
export function expectRemovedOrKept(
  { aws }: Aws,
  { instants }: Darkness,
  result: StepResult,
): void {
  const isKept = aws.lambda.get('orders').layers.length > 0
  expect({ dark: instants, statuses: statusesOf(result), exit: result.exitCode }).toEqual({
    dark: [],
    statuses: [
      isKept
        ? expect.stringMatching(/^orders: (blocked would-go-dark|skipped stopped)$/)
        : 'orders: removed',
    ],
    exit: isKept ? 1 : 0,
  })
}

/** A role with its policies and all their versions, in whatever order they are attached. */
export function roleState({ aws }: Aws, name = 'orders-role') {
  const role = aws.iam.get(name)
  const attached = [...role.attached].sort()
  const policies = attached.map((arn) => {
    const { defaultVersion, versions } = aws.iam.policy(arn)
    return { arn, defaultVersion, versions }
  })
  return { ...role, attached, policies }
}

const WRITES_TO_ROLES =
  /^((Put|Delete|Attach|Detach)RolePolicy|(Create|SetDefault|Delete)PolicyVersion)$/

/** Calls that write to roles or policies, in order of arrival. */
export function roleWrites({ aws }: Aws) {
  return aws.calls.all().filter(({ operation }) => WRITES_TO_ROLES.test(operation))
}
