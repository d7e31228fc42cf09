/** When a run ends early: the runner cancelled it, or it is out of time. */

import { setMaxListeners } from 'node:events'
import type { Refusal } from '../model/refusal'
import { RunEnded, type RunSignal } from '../model/run-signal'

const CANCELLED: Refusal = { reason: 'cancelled', detail: 'the run was cancelled' }

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills; the post step finishes what is left then. */
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Of `timeout-minutes`: for everything but the rollback, which has the rest. */
const FORWARD_SHARE = 2 / 3

export function runSignal(timeoutMinutes: number): RunSignal {
  const forward = new AbortController()
  const rollback = new AbortController()
  // Each call and each wait of a run listens to them.
  setMaxListeners(0, forward.signal, rollback.signal)
  let why: Refusal | undefined
  const end = (refusal: Refusal) => {
    why ??= refusal
    forward.abort(new RunEnded(why))
  }
  for (const signal of CANCEL_SIGNALS) process.on(signal, () => end(CANCELLED))
  const limit = `\`timeout-minutes: ${String(timeoutMinutes)}\``
  const limitMs = timeoutMinutes * 60_000
  const outOfTime: Refusal = {
    reason: 'out-of-time',
    detail: `the run reached two thirds of ${limit}, the rest is for the rollback`,
  }
  setTimeout(() => end(outOfTime), limitMs * FORWARD_SHARE).unref()
  const atTheEnd: Refusal = { reason: 'out-of-time', detail: `the run reached ${limit}` }
  setTimeout(() => rollback.abort(new RunEnded(atTheEnd)), limitMs).unref()
  return { signal: forward.signal, rollbackSignal: rollback.signal, halted: () => why }
}

/** For the post step, which has no inputs. @returns fires after that time */
export function endAfter(limitMs: number): AbortSignal {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const minutes = String(Math.round(limitMs / 60_000))
  const refusal: Refusal = {
    reason: 'out-of-time',
    detail: `the rollback was not finished after ${minutes} minutes`,
  }
  setTimeout(() => controller.abort(new RunEnded(refusal)), limitMs).unref()
  return controller.signal
}
