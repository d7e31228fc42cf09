/** What disabling CloudWatch Logs saves: an estimate from what the log groups ingested in the last 30 days. */

export interface Savings {
  /** Bytes of 30 days, uncompressed, as CloudWatch bills ingestion. */
  readonly bytes: number
  /** US dollars for each GB (1024³ bytes). */
  readonly pricePerGb: number
}

const GB = 1024 ** 3

export function savingsText({ bytes, pricePerGb }: Savings): string {
  const gb = bytes / GB
  const price = pricePerGb.toLocaleString('en', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  })
  const amount = gb < 0.1 ? gb.toFixed(3) : gb.toFixed(1)
  return `Estimated savings: $${(gb * pricePerGb).toFixed(2)} in 30 days (${amount} GB were ingested in the last 30 days, at $${price}/GB; free volume and discounts are not considered)`
}

/** A group that several functions share is counted once. */
export function totalSavings(
  groups: ReadonlyMap<string, number>,
  pricePerGb: number,
): Savings | undefined {
  if (groups.size === 0) return undefined
  return { bytes: [...groups.values()].reduce((sum, bytes) => sum + bytes, 0), pricePerGb }
}
