/** HyperDX's limit, 100 requests a minute for each key (`packages/api/src/routers/external-api/v2/index.ts`). */

export interface RateLimit {
  readonly requests: number
  readonly windowMs: number
}

export interface RateLimitAnswer {
  readonly exceeded: boolean
  /** The draft-6 headers of express-rate-limit. */
  readonly headers: Readonly<Record<string, string>>
}

/** `count` counts a request and says whether it is one too many. */
export function createRateLimiter({ requests, windowMs }: RateLimit): {
  count(key: string): RateLimitAnswer
} {
  const windows = new Map<string, { until: number; used: number }>()
  return {
    count(key) {
      const now = Date.now()
      const known = windows.get(key)
      const current = known && known.until > now ? known : { until: now + windowMs, used: 0 }
      current.used += 1
      windows.set(key, current)
      const exceeded = current.used > requests
      const seconds = String(Math.ceil((current.until - now) / 1000))
      return {
        exceeded,
        headers: {
          'ratelimit-policy': `${requests};w=${Math.ceil(windowMs / 1000)}`,
          'ratelimit-limit': String(requests),
          'ratelimit-remaining': String(Math.max(0, requests - current.used)),
          'ratelimit-reset': seconds,
          // The whole window, whatever is left of it.
          ...(exceeded ? { 'retry-after': String(Math.ceil(windowMs / 1000)) } : {}),
        },
      }
    },
  }
}
