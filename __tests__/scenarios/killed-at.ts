/** A step that is killed at a moment of its conversation with AWS. */

import type { ChildProcess } from 'node:child_process'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'

/** `before`: the call is never handled. `after`: its work is done, and its answer is lost. */
export type Side = 'before' | 'after'

export interface Killer {
  /** To be given to the step. */
  readonly onStart: (child: ChildProcess) => void
  /** The call at which the step was killed; `undefined`: it never came to it. */
  readonly at: () => CallEvent | undefined
  /** Later steps are left alone. */
  readonly stop: () => void
}

/** Kills the step with SIGKILL at the first call for which `isMoment` holds. */
export function killAt(aws: LocalAws, side: Side, isMoment: (call: CallEvent) => boolean): Killer {
  let at: CallEvent | undefined
  let kill = () => {}
  let dead = Promise.resolve()
  const listener = async (call: CallEvent) => {
    if (at !== undefined || !isMoment(call)) return
    at = call
    kill()
    await dead
  }
  return {
    onStart(child) {
      dead = new Promise((resolve) => child.on('exit', () => resolve()))
      kill = () => child.kill('SIGKILL')
    },
    at: () => at,
    stop: side === 'before' ? aws.onCall(listener) : aws.onWorkDone(listener),
  }
}

/** Holds for the nth call (from 1) of an operation since now. */
export function nth(operation: string, count: number): (call: CallEvent) => boolean {
  let seen = 0
  return (call) => call.operation === operation && ++seen === count
}
