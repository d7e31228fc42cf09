/** A step that is interrupted at a moment of its conversation with AWS, or with another server. */

import type { ChildProcess } from 'node:child_process'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'
import type { Faults } from '../../local/clickstack/faults'

/** `before`: the call is never handled. `after`: its work is done, and its answer is lost. */
export type Side = 'before' | 'after'

export interface Killer {
  /** To be given to the step. */
  readonly onStart: (child: ChildProcess) => void
  /** The call at which the step was interrupted first; `undefined`: it never came to it. */
  readonly at: () => { readonly operation: string } | undefined
  /** Later steps are left alone. */
  readonly stop: () => void
}

export interface Interruption {
  /** SIGKILL ends it there: its call gets no answer. The others it may handle, and its call is answered. */
  readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'
  readonly isMoment: (call: CallEvent) => boolean
}

/** Interrupts the step once by each of them, one after the other. */
export function interruptAt(
  aws: LocalAws,
  side: Side,
  interruptions: readonly Interruption[],
): Killer {
  let at: CallEvent | undefined
  let send: (signal: NodeJS.Signals) => void = () => undefined
  let dead = Promise.resolve()
  const waiting = [...interruptions]
  const listener = async (call: CallEvent) => {
    const [next] = waiting
    if (next?.isMoment(call) !== true) return
    waiting.shift()
    at ??= call
    send(next.signal)
    if (next.signal === 'SIGKILL') await dead
  }
  return {
    onStart(child) {
      dead = new Promise((resolve) => child.on('exit', () => resolve()))
      send = (signal) => child.kill(signal)
    },
    at: () => at,
    stop: side === 'before' ? aws.onCall(listener) : aws.onWorkDone(listener),
  }
}

/**
 * Interrupts the step once, at the nth request (from 1) since now that comes to one of these servers: of the step itself, or
 * of a function that it has invoked. `before`: SIGKILL leaves it without an answer.
 */
export function interruptAtRequest(
  servers: readonly Faults[],
  side: Side,
  signal: Interruption['signal'],
  count: number,
): Killer {
  let seen = 0
  let at: string | undefined
  let send: () => void = () => undefined
  const matching = (subject: string): boolean => {
    if (++seen !== count) return false
    at = subject.replaceAll(/\s+/g, ' ').slice(0, 60)
    send()
    return signal === 'SIGKILL' && side === 'before'
  }
  for (const server of servers) server.inject({ kind: 'reset' }, { times: 1, matching })
  return {
    onStart(child) {
      send = () => child.kill(signal)
    },
    at: () => (at === undefined ? undefined : { operation: at }),
    stop() {
      for (const server of servers) server.clear()
    },
  }
}

/** Kills the step with SIGKILL at the first call for which `isMoment` holds. */
export function killAt(aws: LocalAws, side: Side, isMoment: (call: CallEvent) => boolean): Killer {
  return interruptAt(aws, side, [{ signal: 'SIGKILL', isMoment }])
}

/** Holds for the nth call (from 1) of an operation since now. */
export function nth(operation: string, count: number): (call: CallEvent) => boolean {
  let seen = 0
  return (call) => call.operation === operation && ++seen === count
}

/**
 * Holds for the nth call (from 1) of a post step, whose first one asks who the caller is: what a killed step had sent before
 * may arrive as late as this.
 */
export function nthOfPost(count: number): (call: CallEvent) => boolean {
  let seen = 0
  return ({ operation }) => (seen > 0 || operation === 'GetCallerIdentity') && ++seen === count
}

/** Holds for the nth call (from 1) since now, whatever it is. */
export function nthCall(count: number): (call: CallEvent) => boolean {
  let seen = 0
  return () => ++seen === count
}
