/** What all AWS clients of this action have in common. */

import { requestHandler } from './request-handler'

/** A call of the control plane that is silent for this long counts as unanswered. */
const SILENCE_LIMIT_MS = 20_000
export const CONNECT_LIMIT_MS = 5_000
export const USER_AGENT = 'clickstack-lambda-action'

export function clientSettings(region: string) {
  return {
    region,
    customUserAgent: USER_AGENT,
    // Calls are repeated in their queue, see paced-calls.ts.
    maxAttempts: 1,
    requestHandler: requestHandler({
      connectionTimeout: CONNECT_LIMIT_MS,
      requestTimeout: SILENCE_LIMIT_MS,
      // Without this, a request that takes longer is only warned about.
      throwOnRequestTimeout: true,
    }),
  }
}

/** Clients know one region, and keep their connections: one of each is made, when it is needed. */
export function onePer<Made>(make: (name: string) => Made): (name: string) => Made {
  const all = new Map<string, Made>()
  return (name) => {
    const known = all.get(name)
    if (known !== undefined) return known
    const fresh = make(name)
    all.set(name, fresh)
    return fresh
  }
}
