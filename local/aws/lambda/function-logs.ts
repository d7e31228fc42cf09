/**
 * What Lambda writes to CloudWatch Logs with the function's execution role, if the role lets it. Each write is asked
 * for when it is made. One environment has one stream: it goes on writing there without the right to open another.
 */
import type { IamStore } from '../iam/roles'
import type { LogGroup, LogStore, LogStream } from '../logs/groups'
import type { Account } from '../account/account'
import type { FunctionState } from './function-state'
import type { Environment } from './environment'

export function storeLines(
  account: Account,
  iam: IamStore,
  logs: LogStore,
  state: FunctionState,
  environment: Environment,
  lines: readonly string[],
): void {
  const { role, logging } = environment.configuration
  const groupArn = `arn:${account.partition}:logs:${state.region}:${account.id}:log-group:${logging.group}`
  const streamArn = `${groupArn}:log-stream:${environment.streamName}`

  /**
   * AWS has been seen to authorise the two creations on either form of the resource. The worst case is taken: one
   * allowed form is enough to write, so only a denial of both holds.
   */
  const may = (action: string, ...forms: readonly string[]): boolean =>
    forms.some((resource) => iam.decide(role, `logs:${action}`, resource) === 'allowed')

  const openGroup = (): LogGroup | undefined =>
    logs.find(logging.group, state.region) ??
    (may('CreateLogGroup', groupArn, `${groupArn}:log-stream:`)
      ? logs.openGroup(logging.group, state.region)
      : undefined)

  const openStream = (group: LogGroup): LogStream | undefined =>
    group.streams.get(environment.streamName) ??
    (may('CreateLogStream', streamArn, groupArn)
      ? logs.createStream(group, environment.streamName)
      : undefined)

  const group = openGroup()
  const stream = group === undefined ? undefined : openStream(group)
  if (stream === undefined || !may('PutLogEvents', streamArn)) return
  for (const line of lines) logs.put(stream, account.clock.now(), `${line}\n`)
}
