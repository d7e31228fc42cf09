/** Looks for rows under an unexpected service.name, in one query for the functions whose proof fails at the same time. */

import type { Clock } from '../../model/clock'
import type { Astray, Sought, TelemetryStore } from '../../systems/clickstack/telemetry-store'

/** @returns `undefined` where there are none, or the store could not be queried: it is for the diagnosis only */
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
