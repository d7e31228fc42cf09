/** When a run ends early: the runner cancelled it, it is out of time, or AWS does not accept its credentials any more. */

import { setMaxListeners } from 'node:events'
import type { Refusal } from '../model/refusal'
import type { RunTime } from '../model/run-time'
import type { CredentialsEnded } from './paced-calls'
import { RunEnded, type RunSignal } from '../model/run-signal'

const CANCELLED: Refusal = { reason: 'cancelled', detail: 'the run was cancelled' }

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills; the post step finishes what is left then. */
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM'] as const

interface Ending {
  /** Nothing more is begun; `for-good`: nothing more is sent either, for a rollback or for anything. */
  readonly credentialsEnded: CredentialsEnded
}

export function runSignal(time: RunTime): RunSignal & Ending {
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
  const outOfTime: Refusal = {
    reason: 'out-of-time',
    detail: time.forwardEnd,
  }
  setTimeout(() => end(outOfTime), time.forwardMs).unref()
  const atTheEnd: Refusal = { reason: 'out-of-time', detail: time.end }
  setTimeout(() => rollback.abort(new RunEnded(atTheEnd)), time.limitMs).unref()
  return {
    signal: forward.signal,
    rollbackSignal: rollback.signal,
    halted: () => why,
    credentialsEnded(detail, ended) {
      const what = `AWS no longer accepts the credentials of this job (${detail})`
      why ??= { reason: 'stopped', detail: what }
      const refused = new RunEnded({ reason: 'credentials-refused', detail })
      forward.abort(refused)
      if (ended === 'for-good') rollback.abort(refused)
    },
  }
}

/** What the post step may still undo before it tells what is left. */
const LAST_UNDO_MS = 5_000

/**
 * For the post step, which has no inputs: its signal fires after that time. When the runner ends it, it goes on for a while,
 * for nobody starts it once more; then there must be time to tell what is left.
 */
export function endAfter(limitMs: number): Ending & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const minutes = String(Math.round(limitMs / 60_000))
  const refusal: Refusal = {
    reason: 'out-of-time',
    detail: `the rollback was not finished after ${minutes} minutes`,
  }
  setTimeout(() => controller.abort(new RunEnded(refusal)), limitMs).unref()
  const cancel = () => controller.abort(new RunEnded(CANCELLED))
  process.on('SIGINT', () => setTimeout(cancel, LAST_UNDO_MS).unref())
  process.on('SIGTERM', cancel)
  return {
    signal: controller.signal,
    credentialsEnded(detail, ended) {
      const refused = new RunEnded({ reason: 'credentials-refused', detail })
      if (ended === 'for-good') controller.abort(refused)
    },
  }
}
