/** Many questions of the same kind, so many of them at the same time that their service is busy, and no more in memory. */

/**
 * @param limit how many are under way at most
 * @returns in the order of the items; rejects with the first that rejects, and begins nothing after that
 */
export async function atOnce<T, Found>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = []
  const open = items.entries()
  let isOver = false
  const goOn = async () => {
    // All take their next item from the same iterator.
    for (const [index, item] of open) {
      if (isOver) return
      found[index] = await work(item)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, goOn))
  } finally {
    isOver = true
  }
  return found
}
