/** What Lambda writes to CloudWatch Logs with the function's execution role, if the role lets it. */
import type { IamStore } from '../iam/roles'
import type { LogStore } from '../logs/groups'
import type { Account } from '../account'
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
  const may = (action: string, resource: string): boolean =>
    iam.decide(role, `logs:${action}`, resource) === 'allowed'

  const known = logs.find(logging.group, state.region)
  if (known === undefined && !may('CreateLogGroup', groupArn)) return
  const group = known ?? logs.createGroup(logging.group, state.region)
  const open = group.streams.get(environment.streamName)
  if (open === undefined && !may('CreateLogStream', streamArn)) return
  const stream = open ?? logs.createStream(group, environment.streamName)
  if (!may('PutLogEvents', streamArn)) return
  for (const line of lines) logs.put(stream, account.clock.now(), `${line}\n`)
}
