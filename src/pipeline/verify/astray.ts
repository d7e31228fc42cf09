/** Looks for rows that are not where they are expected, for the functions that are given up at one time together. */

import type { Clock } from '../../model/clock'
import type { Astray, Sought, TelemetryStore } from '../../systems/clickstack/telemetry-store'

/** @returns `undefined` where there are none, or the store does not tell: it is for the diagnosis only */
export function astrayFinder(
  store: TelemetryStore,
  clock: Clock,
): (sought: Sought) => Promise<Astray | undefined> {
  let gathered: Sought[] = []
  let asked: Promise<ReadonlyMap<string, Astray>> | undefined

  const ask = async (): Promise<ReadonlyMap<string, Astray>> => {
    await clock.sleep(0)
    const all = gathered
    gathered = []
    asked = undefined
    const found = new Map<string, Astray>()
    for (let at = 0; at < all.length; at += store.batchSize) {
      const answer = await store.findAstray(all.slice(at, at + store.batchSize))
      for (const one of answer.ok ? answer.value : []) found.set(one.key, one)
    }
    return found
  }

  return async (sought) => {
    gathered.push(sought)
    asked ??= ask()
    return (await asked).get(sought.key)
  }
}
