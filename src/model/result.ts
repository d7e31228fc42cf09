/** Faults from outside, as values: what a caller can do about an answer of AWS, not the class of its exception. */

export type Result<T, F = AwsFault> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F }

export type AwsFaultKind =
  /** The resource does not exist. */
  | 'not-found'
  /** The caller may not do this. */
  | 'denied'
  /** AWS does not know the caller: no credentials, expired ones, or ones that the region does not take. */
  | 'unauthenticated'
  /** 409: an update is in progress, or the function is not ready. */
  | 'conflict'
  /** 412: the function has changed since it was read. */
  | 'precondition'
  /** 429: too many calls. Calls are repeated in their queue, so that only an invocation ends with it. */
  | 'throttled'
  /** 400 and similar: Lambda does not accept this request, and will not when it is repeated. */
  | 'refused'
  /** 5xx, no answer or one that cannot be read: a write may have landed. */
  | 'unavailable'
  /** The run was cancelled or ran out of time. */
  | 'aborted'

export interface AwsFault {
  readonly kind: AwsFaultKind
  /** AWS's error name, such as `InvalidParameterValueException`. */
  readonly code: string
  /** AWS's message, without anything that may echo secrets. */
  readonly text: string
  /** A write may still have landed: its answer was lost, or that of an earlier attempt. */
  readonly mayHaveLanded: boolean
}

export function succeeded<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}
