/** Turns what an AWS client throws into a fault that the core can act on, with nothing in it that may echo secrets. */

import { membersOf, numberOf } from '../model/json'
import type { AwsFault, AwsFaultKind } from '../model/result'
import { PROXY_FAULT } from '../model/proxy-fault'
import { RunEnded } from '../model/run-signal'
import { shownWords } from './known-values'

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
  if (thrown instanceof RunEnded) {
    const { reason, detail } = thrown.refusal
    return { kind: 'aborted', code: reason, text: detail, mayHaveLanded: false }
  }
  const error = describeThrown(thrown)
  const kind = faultKind(error)
  return {
    kind,
    code: error.name,
    text: shownWords(error.message),
    mayHaveLanded: kind === 'unavailable' && !isNotConnected(error.name),
  }
}

/** Of Node, and of a proxy on the way: no connection to the server came about. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  PROXY_FAULT,
])

/** Whether nothing of the call can have arrived. @param name as `describeThrown` tells it */
export function isNotConnected(name: string): boolean {
  return NOT_CONNECTED.has(name)
}

/** Of requests that were not answered, or not to the end (Node, and the SDK's own). */
const UNANSWERED: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
])

/** Whether no whole answer came. @param name as `describeThrown` tells it */
export function isUnanswered(name: string): boolean {
  return UNANSWERED.has(name)
}

/** Of answers that AWS, or something on the way to it, gave and the client cannot read, such as a page of a proxy. */
export const UNREADABLE = 'UnreadableAnswer'

/** In words for users: the client's own advise how to change a program. */
export function describeThrown(thrown: unknown): ThrownByClient {
  if (!(thrown instanceof Error)) {
    return { name: 'UnknownError', message: '', httpStatus: undefined }
  }
  const { code, $metadata: metadata } = membersOf(thrown)
  const { httpStatusCode } = membersOf(metadata)
  const httpStatus = numberOf(httpStatusCode)
  // Socket errors are plain `Error`s: their code says more than their name.
  const name = thrown.name === 'Error' && typeof code === 'string' ? code : thrown.name
  if (isUnanswered(name)) {
    // An answer that broke off has a status, and the client adds advice for programmers.
    const said = (thrown.message.split('Deserialization error: ')[0] ?? '').trimEnd()
    const message = name === 'TimeoutError' ? 'AWS did not answer in time' : said
    return { name, message, httpStatus: undefined }
  }
  const given = { httpStatus }
  if (isUnreadable(thrown, httpStatus)) {
    const status = httpStatus === undefined ? '' : ` with HTTP status ${String(httpStatus)}`
    return { ...given, name: UNREADABLE, message: `the answer${status} is not one of AWS’s` }
  }
  // Where AWS gives no message, the client puts this in its place.
  return { ...given, name, message: thrown.message === 'UnknownError' ? '' : thrown.message }
}

/** A good answer never throws, a bad one of AWS has a name. */
function isUnreadable({ name, message }: Error, httpStatus: number | undefined): boolean {
  if (httpStatus === undefined) return false
  return (
    httpStatus < 300 ||
    name === 'SyntaxError' ||
    name === 'Unknown' ||
    message === 'Unknown' ||
    message.includes('Deserialization error')
  )
}

/** AWS's answers to a token that has ended. */
const ENDED: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  // EC2's name for it.
  'RequestExpired',
  'TokenRefreshRequired',
])

/** The client found no credentials, or could not renew them: where it asks (instance metadata, STS) may answer later. */
const NOT_RENEWED: ReadonlySet<string> = new Set([
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'IDPRejectedClaim',
  'IDPRejectedClaimException',
  'CredentialsProviderError',
  'ProviderError',
  'TokenProviderError',
])

/** Also what a region answers that is not enabled for the account: elsewhere the credentials may be good. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'AuthFailure',
])

/**
 * Whether the credentials of the run have ended, so that no write is worth beginning.
 * @param wasAccepted the same service has taken them before, in the same region
 * @returns `for-good`: no further call is worth sending
 */
export function endOfCredentials(
  thrown: unknown,
  wasAccepted: boolean,
): 'for-good' | 'for-now' | undefined {
  const { name } = describeThrown(thrown)
  if (ENDED.has(name) || (wasAccepted && UNKNOWN.has(name))) return 'for-good'
  return NOT_RENEWED.has(name) ? 'for-now' : undefined
}

const KINDS: Readonly<Record<string, AwsFaultKind>> = {
  ResourceNotFoundException: 'not-found',
  ProvisionedConcurrencyConfigNotFoundException: 'not-found',
  // IAM: the SDK's name, and that of the wire.
  NoSuchEntityException: 'not-found',
  NoSuchEntity: 'not-found',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  // Of the services, of STS where the client signs in by itself, and of the client's own search for credentials.
  UnrecognizedClientException: 'unauthenticated',
  InvalidClientTokenId: 'unauthenticated',
  InvalidAccessKeyId: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  ExpiredToken: 'unauthenticated',
  RequestExpired: 'unauthenticated',
  TokenRefreshRequired: 'unauthenticated',
  InvalidSignatureException: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  IncompleteSignatureException: 'unauthenticated',
  MissingAuthenticationToken: 'unauthenticated',
  MissingAuthenticationTokenException: 'unauthenticated',
  AuthFailure: 'unauthenticated',
  OptInRequired: 'unauthenticated',
  InvalidIdentityToken: 'unauthenticated',
  InvalidIdentityTokenException: 'unauthenticated',
  IDPRejectedClaim: 'unauthenticated',
  IDPRejectedClaimException: 'unauthenticated',
  CredentialsProviderError: 'unauthenticated',
  ProviderError: 'unauthenticated',
  TokenProviderError: 'unauthenticated',
  KMSAccessDeniedException: 'denied',
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
  UnmodifiableEntity: 'refused',
  AbortError: 'aborted',
}

function faultKind({ name, message, httpStatus }: ThrownByClient): AwsFaultKind {
  // The client asks STS for credentials before the call itself, if it is to.
  if (/perform:? sts:AssumeRole|credential object is not valid/i.test(message)) {
    return 'unauthenticated'
  }
  const known = KINDS[name]
  if (known) return known
  if (name === UNREADABLE && httpStatus !== 429) return 'unavailable'
  if (httpStatus === undefined || httpStatus >= 500) return 'unavailable'
  if (httpStatus === 429) return 'throttled'
  return httpStatus === 403 ? 'denied' : 'refused'
}
