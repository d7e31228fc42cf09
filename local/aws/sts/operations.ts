/** STS over AWS Query and XML. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { Service } from '../protocol/service'
import { queryAnswer, queryError, queryParams } from '../protocol/wire'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function createStsService(account: Account): Service {
  return {
    name: 'sts',
    read: (request) => {
      const params = queryParams(new URLSearchParams(request.body.toString('utf8')))
      if (params['Action'] !== 'GetCallerIdentity') return undefined
      return {
        operation: 'GetCallerIdentity',
        functionName: undefined,
        params,
        quota: 'none',
        // It needs no permission.
        rights: [],
        work: () => {
          const { arn, userId } = account.caller.identity
          const callerAccount = arn.split(':')[4] ?? account.id
          const result = { Arn: arn, UserId: userId, Account: callerAccount }
          return queryAnswer('GetCallerIdentity', NAMESPACE, result, request.requestId)
        },
      }
    },
    writeError: (error, requestId) => queryError(NAMESPACE, error, requestId),
    throttled: () => new AwsError('Throttling', 400, 'Rate exceeded'),
    internalError: () => new AwsError('InternalFailure', 500, 'An internal failure has occurred.'),
  }
}
