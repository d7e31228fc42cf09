/** The rate limits of AWS's control plane. */
import type { Clock } from './account/clock'
import type { QuotaClass } from './protocol/service'

/** AWS's numbers unless given: 100 GetFunction and 15 other control-plane calls a second, 1,000 concurrent invocations. */
export interface QuotaOptions {
  readonly getFunctionPerSecond?: number
  readonly controlPlanePerSecond?: number
  readonly concurrentInvocations?: number
  /** Multiplies both rates: a test with hundreds of functions need not take minutes. */
  readonly scale?: number
}

export interface Quotas {
  /** Takes one token of the region's bucket; false when it is empty. */
  take(quota: QuotaClass, region: string): boolean
  readonly concurrentInvocations: number
}

/**
 * Token buckets that hold one second's worth. Lambda: 100 GetFunction and 15 other control-plane calls a second
 * for each account and region (Lambda quotas page).
 */
export function createQuotas(options: QuotaOptions, clock: Clock): Quotas {
  const scale = options.scale ?? 1
  const rates = {
    'get-function': (options.getFunctionPerSecond ?? 100) * scale,
    'control-plane': (options.controlPlanePerSecond ?? 15) * scale,
  }
  const buckets = new Map<string, { tokens: number; atMs: number }>()

  return {
    concurrentInvocations: options.concurrentInvocations ?? 1000,
    take: (quota, region) => {
      if (quota === 'none') return true
      const rate = rates[quota]
      const key = `${region} ${quota}`
      const now = clock.now()
      const bucket = buckets.get(key) ?? { tokens: rate, atMs: now }
      const refilled = bucket.tokens + ((now - bucket.atMs) / 1000) * rate
      const tokens = Math.min(rate, refilled)
      const granted = tokens >= 1
      buckets.set(key, { tokens: granted ? tokens - 1 : tokens, atMs: now })
      return granted
    },
  }
}
