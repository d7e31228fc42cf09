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

/** One page of a listing, as AWS has answered it. */
export interface Page<T> {
  /** `undefined`: the answer has no list; an item that is `undefined` lacks what each must have. */
  readonly items: readonly (T | undefined)[] | undefined
  /** The token of the page after it. */
  readonly next: string | undefined
}

/**
 * The pages of a listing, one after the other. An answer without its list is not an empty list: whoever acts on "there are
 * none" must have been told so.
 * @param operation AWS's name of it
 * @param page asks for one of them, the first without a token
 * @param take gets each page; `false`: no further one is asked for
 * @returns whether all of them were taken
 */
export async function eachPage<T>(
  operation: string,
  page: (token: string | undefined) => Promise<Page<T>>,
  take: (items: readonly T[]) => boolean,
): Promise<Result<'all' | 'stopped'>> {
  let token: string | undefined
  do {
    const asked = token
    const answer = await attempt(() => page(asked))
    if (!answer.ok) return answer
    const { items, next } = answer.value
    // The SDK hands on what stands in JSON, whatever it is.
    if (!Array.isArray(items)) return incomplete(`${operation} answered without its list`)
    const whole: T[] = []
    for (const item of answer.value.items ?? []) {
      if (item === undefined) return incomplete(`${operation} answered with part of an item`)
      whole.push(item)
    }
    token = next
    if (!take(whole) && token) return succeeded('stopped')
  } while (token)
  return succeeded('all')
}

/** All pages of a listing together. */
export async function allPages<T>(
  operation: string,
  page: (token: string | undefined) => Promise<Page<T>>,
): Promise<Result<readonly T[]>> {
  const all: T[] = []
  const read = await eachPage(operation, page, (items) => {
    all.push(...items)
    return true
  })
  return read.ok ? succeeded(all) : read
}

/**
 * An answer that lacks what every such answer has, in words: `GetRole answered without …`. As good as none, so that a
 * write may have landed.
 */
export function incomplete(text: string): { readonly ok: false; readonly fault: AwsFault } {
  return {
    ok: false,
    fault: { kind: 'unavailable', code: 'IncompleteAnswer', text, mayHaveLanded: true },
  }
}

/** What a write is where it was not sent. */
export function notMade(): { readonly ok: false; readonly fault: AwsFault } {
  return {
    ok: false,
    fault: {
      kind: 'aborted',
      code: 'NotMade',
      text: 'the call was not sent',
      mayHaveLanded: false,
    },
  }
}
