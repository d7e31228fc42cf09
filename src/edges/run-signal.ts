/** When a run ends early: the runner cancelled it, or it is out of time. */

import type { Refusal } from '../model/refusal'
import type { RunSignal } from '../model/run-signal'

const CANCELLED: Refusal = { reason: 'cancelled', detail: 'the run was cancelled' }

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it kills; the post step finishes what is left then. */
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM'] as const

export function runSignal(timeoutMinutes: number): RunSignal {
  const controller = new AbortController()
  let why: Refusal | undefined
  const end = (refusal: Refusal) => {
    why ??= refusal
    controller.abort()
  }
  for (const signal of CANCEL_SIGNALS) process.on(signal, () => end(CANCELLED))
  const outOfTime: Refusal = {
    reason: 'out-of-time',
    detail: `the run reached its limit of ${String(timeoutMinutes)} minutes`,
  }
  setTimeout(() => end(outOfTime), timeoutMinutes * 60_000).unref()
  return { signal: controller.signal, halted: () => why }
}
