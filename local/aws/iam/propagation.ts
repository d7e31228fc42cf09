/**
 * IAM is eventually consistent: what is written is seen later, and not by all readers at the same time. A value that
 * spreads so keeps all that was written to it, each with the times from which on it is seen.
 */

import type { Clock } from '../account/clock'

/** Who sees what was written: at once, by Get and List calls, by the policy simulator, by the services. */
export type IamReader = 'written' | 'read' | 'simulator' | 'dataPlane'

/** Milliseconds by the server's clock; Infinity: never, until `settle`. */
export interface IamPropagation {
  readonly readMs?: number
  readonly simulatorMs?: number
  readonly dataPlaneMs?: number
}

export interface Replicated<Value> {
  seenBy(reader: IamReader): Value
  write(value: Value): void
}

export interface Propagation {
  /** @param first seen by all readers from the start */
  replicate<Value>(first: Value): Replicated<Value>
  /** For what is written from now on. A number is for simulator and data plane. */
  set(delays: number | IamPropagation): void
  /** All that was written so far is seen by all readers now. */
  settle(): void
}

export function createPropagation(clock: Clock, initial: number): Propagation {
  let delays: Required<IamPropagation> = { readMs: 0, simulatorMs: initial, dataPlaneMs: initial }
  let writes = 0
  let settled = 0

  const replicate = <Value>(first: Value): Replicated<Value> => {
    interface Written {
      readonly value: Value
      readonly number: number
      readonly seenAt: Readonly<Record<IamReader, number>>
    }
    const history: Written[] = []
    return {
      write: (value) => {
        writes += 1
        const now = clock.now()
        history.push({
          value,
          number: writes,
          seenAt: {
            written: now,
            read: now + delays.readMs,
            simulator: now + delays.simulatorMs,
            dataPlane: now + delays.dataPlaneMs,
          },
        })
      },
      seenBy: (reader) => {
        const now = clock.now()
        const seen = history.findLast(
          (entry) => entry.number <= settled || entry.seenAt[reader] <= now,
        )
        return seen === undefined ? first : seen.value
      },
    }
  }

  return {
    replicate,
    set: (next) => {
      delays =
        typeof next === 'number'
          ? { ...delays, simulatorMs: next, dataPlaneMs: next }
          : { ...delays, ...next }
    },
    settle: () => {
      settled = writes
    },
  }
}
