/** CloudWatch over JSON 1.0, as the installed client speaks it; errors keep their names of the Query protocol. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { LogStore } from '../logs/groups'
import type { Answer, ReadCall, Service, WireRequest } from '../protocol/service'
import { isRecord } from '../protocol/text'
import { getMetricData } from './metric-data'

const TARGET = 'GraniteServiceVersion20100801.'

export function createMonitoringService(account: Account, logs: LogStore): Service {
  return {
    name: 'monitoring',
    read: (request) => readCall(account, logs, request),
    writeError: (error, requestId) => writeError(error, requestId),
    throttled: () => new AwsError('Throttling', 400, 'Rate exceeded'),
    internalError: () =>
      new AwsError(
        'InternalFailure',
        500,
        'The request processing has failed because of an unknown error.',
      ),
  }
}

function readCall(account: Account, logs: LogStore, request: WireRequest): ReadCall | undefined {
  const operation = (request.headers['x-amz-target'] ?? '').replace(TARGET, '')
  if (operation !== 'GetMetricData') return undefined
  const body: unknown = JSON.parse(request.body.toString('utf8') || '{}')
  const params = isRecord(body) ? body : {}
  return {
    operation,
    functionName: undefined,
    params,
    quota: 'none',
    rights: [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    work: () => answer(getMetricData(logs, account.clock.now(), request.region, params)),
  }
}

function answer(result: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(result),
  }
}

/** The code of the Query protocol travels in a header; metrics have no resource that a denial could name. */
function writeError(error: AwsError, requestId: string): Answer {
  const denied = error.name === 'AccessDeniedException'
  const name = denied ? 'AccessDenied' : error.name
  const message = denied ? error.message.replace(' on resource: *', '') : error.message
  return {
    status: error.status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': requestId,
      'x-amzn-query-error': `${name};${error.status >= 500 ? 'Receiver' : 'Sender'}`,
      ...error.headers,
    },
    body: JSON.stringify({ __type: `com.amazonaws.cloudwatch#${name}`, message }),
  }
}
