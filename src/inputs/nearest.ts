/** Finds the name that a user probably meant. */

/** The candidate that is so near to `word` that it was probably meant; `undefined` if none is. Case does not count. */
export function nearest<T extends string>(word: string, candidates: readonly T[]): T | undefined {
  const wanted = word.toLowerCase()
  let best: T | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    // About one mistake in three letters; more would suggest names that have nothing in common.
    const tolerated = Math.max(1, Math.floor(candidate.length / 3))
    if (distance <= tolerated && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` Did you mean …?`, to be added to a message; empty where no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates) ?? relative(word.toLowerCase(), candidates)
  return meant === undefined ? '' : ` Did you mean \`${meant}\`?`
}

/** The only candidate that is a part of `word`, or has it as a part: `env-file` of `rotel-env-file`. */
function relative(word: string, candidates: readonly string[]): string | undefined {
  const isPart = (part: string, whole: string) => part !== '' && `-${whole}-`.includes(`-${part}-`)
  const related = candidates.filter((one) => isPart(one, word) || isPart(word, one))
  return related.length === 1 ? related[0] : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  // Far longer words are no typing mistakes; the table below would only cost time.
  if (Math.abs(a.length - b.length) > 20) return Math.max(a.length, b.length)

  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
