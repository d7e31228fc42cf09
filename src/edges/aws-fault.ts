/** Turns what an AWS client throws into a fault that the core can act on, with nothing in it that may echo secrets. */

import { membersOf, numberOf } from '../model/json'
import type { AwsFault, AwsFaultKind } from '../model/result'
import { withoutEchoes } from '../model/redaction'
import { RunEnded } from '../model/run-signal'

interface ThrownByClient {
  readonly name: string
  readonly message: string
  readonly httpStatus: number | undefined
  /** Requests that the client sent for the call. */
  readonly attempts: number
}

/**
 * The name decides before the status: errors are told apart by `name` because several of Lambda's have no class in the
 * SDK (AccessDeniedException, ValidationException).
 */
export function awsFault(thrown: unknown): AwsFault {
  if (thrown instanceof RunEnded) {
    const { reason, detail } = thrown.refusal
    return { kind: 'aborted', code: reason, text: detail, mayHaveLanded: false }
  }
  const error = describeThrown(thrown)
  if (error.httpStatus !== undefined && error.httpStatus < 300) return UNREADABLE
  const kind = faultKind(error)
  return {
    kind,
    code: error.name,
    text: withoutEchoes(error.message),
    mayHaveLanded: kind === 'unavailable' || error.attempts > 1,
  }
}

/** AWS, or something on the way to it, has answered well with what the client cannot read, such as a page of a proxy. */
const UNREADABLE: AwsFault = {
  kind: 'unavailable',
  code: 'UnreadableAnswer',
  text: 'the answer is not one of AWS’s',
  mayHaveLanded: true,
}

export function describeThrown(thrown: unknown): ThrownByClient {
  if (!(thrown instanceof Error)) {
    return { name: 'UnknownError', message: '', httpStatus: undefined, attempts: 1 }
  }
  const { code, $metadata: metadata } = membersOf(thrown)
  const { httpStatusCode, attempts } = membersOf(metadata)
  return {
    // Socket errors are plain `Error`s: their code says more than their name.
    name: thrown.name === 'Error' && typeof code === 'string' ? code : thrown.name,
    message: thrown.message,
    httpStatus: numberOf(httpStatusCode),
    attempts: numberOf(attempts) ?? 1,
  }
}

const KINDS: Readonly<Record<string, AwsFaultKind>> = {
  ResourceNotFoundException: 'not-found',
  // IAM: the SDK's name, and that of the wire.
  NoSuchEntityException: 'not-found',
  NoSuchEntity: 'not-found',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnrecognizedClientException: 'denied',
  InvalidClientTokenId: 'denied',
  ExpiredTokenException: 'denied',
  ExpiredToken: 'denied',
  CredentialsProviderError: 'denied',
  ResourceConflictException: 'conflict',
  ConcurrentModificationException: 'conflict',
  EntityTemporarilyUnmodifiableException: 'conflict',
  PreconditionFailedException: 'precondition',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  Throttling: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  RequestLimitExceeded: 'throttled',
  PriorRequestNotComplete: 'throttled',
  SlowDown: 'throttled',
  LimitExceededException: 'refused',
  UnmodifiableEntityException: 'refused',
  AbortError: 'aborted',
}

function faultKind({ name, httpStatus }: ThrownByClient): AwsFaultKind {
  const known = KINDS[name]
  if (known) return known
  if (httpStatus === undefined || httpStatus >= 500) return 'unavailable'
  if (httpStatus === 429) return 'throttled'
  return httpStatus === 403 ? 'denied' : 'refused'
}
