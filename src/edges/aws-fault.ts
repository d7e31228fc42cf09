/** Turns what an AWS client throws into a fault that the core can act on, with nothing in it that may echo secrets. */

import type { AwsFault, AwsFaultKind } from '../model/result'
import { withoutEchoes } from '../model/redaction'

interface ThrownByClient {
  readonly name: string
  readonly message: string
  readonly httpStatus: number | undefined
}

/**
 * The name decides before the status: errors are told apart by `name` because several of Lambda's have no class in the
 * SDK (AccessDeniedException, ValidationException).
 */
export function awsFault(thrown: unknown): AwsFault {
  const error = describeThrown(thrown)
  return {
    kind: faultKind(error),
    code: error.name,
    text: withoutEchoes(error.message).slice(0, 400),
  }
}

export function describeThrown(thrown: unknown): ThrownByClient {
  if (!(thrown instanceof Error))
    return { name: 'UnknownError', message: '', httpStatus: undefined }
  const metadata: unknown = '$metadata' in thrown ? thrown.$metadata : undefined
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  const code: unknown = 'code' in thrown ? thrown.code : undefined
  // Socket errors are plain `Error`s: their code says more than their name.
  const name = thrown.name === 'Error' && typeof code === 'string' ? code : thrown.name
  return {
    name,
    message: thrown.message,
    httpStatus: typeof status === 'number' ? status : undefined,
  }
}

const KINDS: Readonly<Record<string, AwsFaultKind>> = {
  ResourceNotFoundException: 'not-found',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnrecognizedClientException: 'denied',
  InvalidClientTokenId: 'denied',
  ExpiredTokenException: 'denied',
  ExpiredToken: 'denied',
  CredentialsProviderError: 'denied',
  ResourceConflictException: 'conflict',
  PreconditionFailedException: 'precondition',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  AbortError: 'aborted',
}

function faultKind({ name, httpStatus }: ThrownByClient): AwsFaultKind {
  const known = KINDS[name]
  if (known) return known
  if (httpStatus === undefined || httpStatus >= 500) return 'unavailable'
  if (httpStatus === 429) return 'throttled'
  return httpStatus === 403 ? 'denied' : 'refused'
}
