/** The one way to wait for something: look, wait a little longer each time, look again, until it is there or the time is over. */

import type { Clock } from './clock'

/** What a look found: what was waited for, or what there is instead of it so far. */
export type Look<Done, Pending> =
  | { readonly done: true; readonly value: Done }
  | { readonly done: false; readonly value: Pending; readonly afterMs: number | undefined }

/** How long to wait between two looks. */
export interface Backoff {
  readonly firstMs: number
  /** Default: `firstMs`, so that all waits are the same. */
  readonly longestMs?: number
  /** What each wait is multiplied with for the next one, until it is the longest. Default: 2. */
  readonly factor?: number
  /** Milliseconds since the epoch, by the clock. Without it, only the look itself ends the wait. */
  readonly deadline?: number
}

export interface Waiting {
  readonly clock: Clock
  /** Fires when nobody waits any more: the run was cancelled, or is out of time. */
  readonly signal?: AbortSignal
}

export type Polled<Done, Pending> =
  | { readonly kind: 'done'; readonly value: Done }
  /** Not at the last look, which was at the deadline or later. */
  | { readonly kind: 'timed-out'; readonly last: Pending }
  /** The signal fired first; `last` is what was found before. */
  | { readonly kind: 'aborted'; readonly last: Pending }

/** The end of the wait, good or bad: `look` decides. */
export function done<Done>(value: Done): Look<Done, never> {
  return { done: true, value }
}

/** @param afterMs when to look again, where what was found tells it; otherwise the backoff does */
export function notYet<Pending>(value: Pending, afterMs?: number): Look<never, Pending> {
  return { done: false, value, afterMs }
}

/** What the last look found, whichever way the wait ended. */
export function lastFound<Done, Pending>(polled: Polled<Done, Pending>): Done | Pending {
  return polled.kind === 'done' ? polled.value : polled.last
}

/**
 * Looks at least once, at once, and a last time at the deadline, so that what comes within the time is seen. Looks never
 * overlap. Nothing is looked at after the signal has fired, but for the first time; a look that is under way is not
 * interrupted.
 */
export async function poll<Done, Pending>(
  look: () => Promise<Look<Done, Pending>>,
  { firstMs, longestMs = firstMs, factor = 2, deadline = Infinity }: Backoff,
  { clock, signal }: Waiting,
): Promise<Polled<Done, Pending>> {
  let wait = firstMs
  for (;;) {
    const startedAt = clock.now()
    const found = await look()
    if (found.done) return { kind: 'done', value: found.value }
    if (signal?.aborted) return { kind: 'aborted', last: found.value }
    // A look that began before the deadline may have missed what came while it was under way.
    if (startedAt >= deadline) return { kind: 'timed-out', last: found.value }
    await clock.sleep(Math.max(0, Math.min(found.afterMs ?? wait, deadline - clock.now())), signal)
    if (signal?.aborted) return { kind: 'aborted', last: found.value }
    if (found.afterMs === undefined) wait = Math.min(wait * factor, longestMs)
  }
}
