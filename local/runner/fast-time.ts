/**
 * Time that passes faster than it does: for steps, which are processes, and for the Local AWS that they talk to. A scenario
 * in which the action waits for a minute takes seconds, and the action is the one that users run.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { Clock } from '../aws/local-aws'

export interface FastTime {
  /** Of Local AWS. */
  readonly clock: Clock
  /** To lay over the environment of each step. */
  readonly env: Readonly<Record<string, string>>
}

/** To lay over the environment of a step whose clock is so many ms ahead of the real time (below zero: behind). */
export function skewedRunner(aheadMs: number): FastTime['env'] {
  return environmentOf(`${String(Date.now())} 1 ${String(aheadMs)}`)
}

/** @param factor how many times faster. At 10, the five seconds that an AWS client has to connect are half of one. */
export function fastTime(factor: number): FastTime {
  // Whole: it goes through an environment variable.
  const begin = Date.now()
  return {
    clock: {
      now: () => begin + (Date.now() - begin) * factor,
      sleep: async (ms) => {
        await delay(ms / factor)
      },
    },
    env: environmentOf(`${String(begin)} ${String(factor)}`),
  }
}

function environmentOf(time: string): FastTime['env'] {
  const preload = pathToFileURL(join(import.meta.dirname, 'fast-time-preload.js')).href
  return { FAST_TIME: time, NODE_OPTIONS: `--import=${preload}` }
}
