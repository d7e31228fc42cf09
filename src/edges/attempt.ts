/** Calls of AWS as values: what is thrown becomes a fault. */

import type { AwsFault, Result } from '../model/result'
import { succeeded } from '../model/result'
import { awsFault } from './aws-fault'

export async function attempt<T>(call: () => Promise<T>): Promise<Result<T>> {
  try {
    return succeeded(await call())
  } catch (thrown) {
    return { ok: false, fault: awsFault(thrown) }
  }
}

/**
 * All pages of a listing.
 * @param page asks for one of them, the first without a token; it tells the next one's
 */
export async function allPages<T>(
  page: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<Result<readonly T[]>> {
  return attempt(async () => {
    const all: T[] = []
    let token: string | undefined
    do {
      const { items, next } = await page(token)
      for (const item of items ?? []) all.push(item)
      token = next
    } while (token)
    return all
  })
}

/** An answer that lacks what every such answer has, in words: `GetRole answered without …`. */
export function incomplete(text: string): { readonly ok: false; readonly fault: AwsFault } {
  return {
    ok: false,
    fault: { kind: 'unavailable', code: 'IncompleteAnswer', text, mayHaveLanded: true },
  }
}
