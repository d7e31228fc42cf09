/**
 * The one way to call AWS: in a queue for each quota, at a rate that adapts. A throttled call goes back into its queue, at
 * a lower rate, for as long as the run has time: a throttle is never a failure. The SDK's own retries are off, because
 * they would bypass the queue.
 */

import PQueue from 'p-queue'
import type { Clock } from '../model/clock'
import { called, type PaceLimits, served, startPace, throttled, waitMs } from '../model/pace'
import { done, type Look, notYet, poll } from '../model/poll'
import { type Result, succeeded } from '../model/result'
import { RunEnded, whyEnded } from '../model/run-signal'
import { shortened } from '../model/redaction'
import { shownWords } from './known-values'
import { describeThrown, endOfCredentials } from './aws-fault'
import { type Failure, failureOf } from './aws-retry'
import { systemClock } from './clock'

/** For `client.send`. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal
}

type Call<T> = (options: SendOptions) => Promise<T>

/** The calls of one quota. All reject as the call does, and with `RunEnded` where the run ends first. */
export interface PacedQueue {
  /**
   * Repeated while it is throttled, and for two minutes while it has no good answer. Ended with the run.
   * @param limit fires when it is not worth more time; then this rejects as the last call did, or else with its reason
   */
  read<T>(call: Call<T>, limit?: AbortSignal): Promise<T>
  /** As `read`, when nothing else waits. */
  readLast<T>(call: Call<T>, limit: AbortSignal): Promise<T>
  /**
   * Repeated while it is throttled. Not where its answer is lost: it may have landed, and who called reads it back. Once
   * it is sent, its answer is waited for.
   * @param atTurn called, and waited for, each time that it is about to be sent; `false`: it is not
   * @returns `undefined` where `atTurn` kept it from being sent
   */
  write<T>(
    call: () => Promise<T>,
    atTurn?: () => boolean | Promise<boolean>,
  ): Promise<T | undefined>
  /** In its turn, and sent again only where AWS refused its signature for the time in it: then it has not run. */
  once<T>(call: Call<T>): Promise<T>
}

export interface PacedCalls {
  /**
   * @param name service, region and quota: by the same name one gets the same queue
   * @param limits of the first who asks for it
   */
  queue(name: string, limits: PaceLimits): PacedQueue
  /** Fires when nothing more is sent. */
  readonly signal: AbortSignal | undefined
}

/**
 * Hears that the credentials have ended: AWS takes none of them any more (`for-good`), or the client has none just then.
 * @param detail in AWS's words
 */
export type CredentialsEnded = (detail: string, ended: 'for-good' | 'for-now') => void

/**
 * Makes queues that several clients share: those of the way forward and those of the rollback have the same ones, and
 * end at different times.
 * @param credentialsEnded called by the first refusal, whichever service answers it
 */
export function pacing(
  clock: Clock,
  credentialsEnded: CredentialsEnded = () => undefined,
): (signal?: AbortSignal) => PacedCalls {
  const lines = new Map<string, Line>()
  const lineOf = (name: string, limits: PaceLimits): Line => {
    const line = lines.get(name) ?? aLine(limits, clock)
    lines.set(name, line)
    return line
  }
  return (signal) => ({
    signal,
    queue: (name, limits) => queueOf(lineOf(name, limits), clock, signal, credentialsEnded),
  })
}

/** For a client that shares its queues with nobody. */
export function ownPacing(): PacedCalls {
  return pacing(systemClock)()
}

/** Who comes again goes before who comes for the first time. */
const FIRST = 0
const AGAIN = 1
/** Behind everybody, each time that it comes. */
const LAST = -1

interface Line {
  /** Resolves when a call may be sent, or the signal fires. */
  readonly turn: (priority: number, signal: AbortSignal | undefined) => Promise<void>
  readonly served: () => void
  readonly throttled: () => void
  /** AWS has taken a call, and with it the credentials. */
  readonly accepted: () => void
  readonly wasAccepted: () => boolean
}

function aLine(limits: PaceLimits, clock: Clock): Line {
  let pace = startPace(limits, clock.now())
  let isAccepted = false
  // One waits for the next token, all others wait behind it.
  const turns = new PQueue({ concurrency: 1 })
  return {
    turn: (priority, signal) =>
      turns.add(
        async () => {
          while (!signal?.aborted) {
            const wait = waitMs(pace, limits, clock.now())
            if (wait <= 0) {
              pace = called(pace, limits, clock.now())
              return
            }
            await clock.sleep(Math.ceil(wait), signal)
          }
        },
        { priority },
      ),
    served() {
      pace = served(pace, limits, clock.now())
    },
    throttled() {
      pace = throttled(pace, limits, clock.now())
    },
    accepted() {
      isAccepted = true
    },
    wasAccepted: () => isAccepted,
  }
}

/** A call that is throttled again and again waits longer each time, so that it does not take the turns of others. */
const PAUSES = { firstMs: 100, longestMs: 5_000 }

const FINAL: Failure = { kind: 'final' }

function endedBy(signal: AbortSignal | undefined): SendOptions {
  return signal ? { abortSignal: signal } : {}
}

interface Failed {
  readonly thrown: unknown
  readonly failure: Failure
  /** The run ends because of it, and not it because of the run. */
  readonly isDecisive?: boolean
}

function queueOf(
  line: Line,
  clock: Clock,
  signal: AbortSignal | undefined,
  credentialsEnded: CredentialsEnded,
): PacedQueue {
  const endIfOver = () => {
    if (signal?.aborted) throw new RunEnded(whyEnded(signal))
  }

  const inTurn = async <T>(
    call: Call<T>,
    options: SendOptions,
    priority: number,
    ends = signal,
  ): Promise<Result<T, Failed>> => {
    await line.turn(priority, ends)
    endIfOver()
    if (ends?.aborted) return { ok: false, fault: { thrown: ends.reason, failure: FINAL } }
    try {
      const value = await call(options)
      line.accepted()
      line.served()
      return succeeded(value)
    } catch (thrown) {
      const ended = endOfCredentials(thrown, line.wasAccepted())
      if (ended) {
        const { name, message } = describeThrown(thrown)
        credentialsEnded(shortened(`${name}: ${shownWords(message)}`), ended)
        return { ok: false, fault: { thrown, failure: FINAL, isDecisive: true } }
      }
      const failure = failureOf(thrown)
      if (failure.kind === 'throttled' || failure.kind === 'unavailable') line.throttled()
      else line.served()
      return { ok: false, fault: { thrown, failure } }
    }
  }

  /**
   * @param isRead after a failure that is no throttle, only a read is sent again
   * @param ends fires at the end of the run or before it
   */
  const repeated = async <T>(
    call: Call<T>,
    options: SendOptions,
    isRead: boolean,
    ends = signal,
    first = FIRST,
  ): Promise<T> => {
    let priority = first
    let last: unknown
    let failingSince: number | undefined
    let wasSkewed = false
    const once = async (): Promise<Look<T, unknown>> => {
      const answer = await inTurn(call, options, priority, ends)
      if (answer.ok) return done(answer.value)
      const { thrown, failure, isDecisive = false } = answer.fault
      if (isRead && !isDecisive) {
        endIfOver()
        // What ended this call tells less than what came before it.
        if (ends?.aborted) throw last ?? ends.reason
      }
      last = thrown
      priority = first === LAST ? LAST : AGAIN
      switch (failure.kind) {
        case 'throttled':
          return notYet(thrown, failure.afterMs)
        case 'skewed':
          if (wasSkewed) throw thrown
          wasSkewed = true
          return notYet(thrown, 0)
        case 'unavailable':
          failingSince ??= clock.now()
          if (!isRead || clock.now() - failingSince >= failure.limitMs) throw thrown
          return notYet(thrown)
        case 'final':
          throw thrown
      }
    }
    const polled = await poll(once, PAUSES, { clock, ...(ends && { signal: ends }) })
    if (polled.kind === 'done') return polled.value
    endIfOver()
    throw polled.last
  }

  const endOf = (limit: AbortSignal | undefined) =>
    limit && signal ? AbortSignal.any([signal, limit]) : (limit ?? signal)

  return {
    read: (call, limit) => {
      const ends = endOf(limit)
      return repeated(call, endedBy(ends), true, ends)
    },
    readLast: (call, limit) => {
      const ends = endOf(limit)
      return repeated(call, endedBy(ends), true, ends, LAST)
    },
    write: <T>(call: () => Promise<T>, atTurn: () => boolean | Promise<boolean> = () => true) =>
      repeated<T | undefined>(async () => ((await atTurn()) ? call() : undefined), {}, false),
    async once(call) {
      const first = await inTurn(call, endedBy(signal), FIRST)
      const wasSkewed = !first.ok && first.fault.failure.kind === 'skewed'
      const answer = wasSkewed ? await inTurn(call, endedBy(signal), AGAIN) : first
      if (answer.ok) return answer.value
      throw answer.fault.thrown
    },
  }
}
