/** How Rust writes values into messages: its `Debug` form of text, and the similarity by which clap gives its tip. */

/** `"…"` with the escapes of `Debug`: quotes, backslashes and what cannot be printed. */
export function debugText(text: string): string {
  const inner = text.replace(/["\\\p{Cc}]/gu, (character) => {
    const known = ESCAPES[character]
    return known ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
  return `"${inner}"`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
}

/** Which of the words clap takes for what was meant: the most similar one beyond 0.7 (crate strsim, `jaro`). */
export function meantWord(value: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((word) => ({ word, likeness: jaro(value, word) }))
    .filter(({ likeness }) => likeness > 0.7)
    .sort((a, b) => b.likeness - a.likeness)
  return best?.word
}

function jaro(a: string, b: string): number {
  const range = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const takenOfB = new Set<number>()
  const matchesOfA: number[] = []
  for (let at = 0; at < a.length; at++) {
    for (let other = Math.max(0, at - range); other <= at + range && other < b.length; other++) {
      if (takenOfB.has(other) || b[other] !== a[at]) continue
      takenOfB.add(other)
      matchesOfA.push(at)
      break
    }
  }
  const matches = matchesOfA.length
  if (matches === 0) return 0
  const ofB = [...takenOfB].sort((one, two) => one - two)
  const crossed = matchesOfA.filter((at, index) => a[at] !== b[ofB[index] ?? -1]).length / 2
  return (matches / a.length + matches / b.length + (matches - crossed) / matches) / 3
}
