/**
 * The collector's key check. Open-source ClickStack runs `bearertokenauth` with an empty scheme: the header must equal
 * the key itself, `Bearer <key>` is refused (HyperDX `packages/api/src/opamp/controllers/opampController.ts`). Managed
 * ClickStack wants `Bearer <key>`. `none`: the team does not enforce authentication.
 */

import { timingSafeEqual } from 'node:crypto'

export type IngestionKey =
  { readonly scheme: 'raw' | 'bearer'; readonly key: string } | { readonly scheme: 'none' }

/** The reason for a refusal, in the words of the collector's `bearertokenauth` extension. */
export function refusalOf(
  expected: IngestionKey,
  authorization: string | undefined,
): string | undefined {
  if (expected.scheme === 'none') return
  if (authorization === undefined || authorization === '') {
    return 'missing or empty authorization header: Authorization'
  }
  const wanted = expected.scheme === 'bearer' ? `Bearer ${expected.key}` : expected.key
  if (equal(wanted, authorization)) return
  return 'provided authorization does not match expected scheme or token'
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
