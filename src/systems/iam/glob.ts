/**
 * Patterns as IAM has them in actions and resources: `*` for any run of characters, `?` for one. A policy variable such as
 * `${aws:username}` may become anything, so it is read as `*`. A `*` runs across the colons of an ARN here, though IAM
 * lets it do so only at times: whoever asks what a pattern may reach gets the widest answer.
 */

import { replaceEnclosed } from '../../model/enclosed'

type Token =
  | { readonly kind: 'any' }
  /** Any run of characters but colons: the rest of one part of an ARN. */
  | { readonly kind: 'part' }
  | { readonly kind: 'one' }
  | Literal

interface Literal {
  readonly kind: 'literal'
  readonly text: string
}

const ANY: Token = { kind: 'any' }
const PART: Token = { kind: 'part' }
const ONE: Token = { kind: 'one' }

export function matchesGlob(pattern: string, text: string): boolean {
  return meet(tokensOf(pattern), Array.from(text, literal))
}

/** Whether some text matches both patterns. */
export function globsOverlap(left: string, right: string): boolean {
  return meet(tokensOf(left), tokensOf(right))
}

/** Whether the pattern matches some text of this beginning that has no colon behind it: the last part of an ARN. */
export function globReachesPart(pattern: string, beginning: string): boolean {
  return meet(tokensOf(pattern), [...Array.from(beginning, literal), PART])
}

/**
 * Whether everything that matches `narrow` matches `wide`, too. Exact. `wide` must be a pattern of ours: the time grows with
 * the number of places where it may stand at once, which is small unless it has many `?` behind a `*`.
 */
export function globCovers(wide: string, narrow: string): boolean {
  const outer = tokensOf(wide)
  const inner = tokensOf(narrow)
  const seen = new Set<string>()
  const waiting: { readonly at: number; readonly places: readonly number[] }[] = [
    ...places(inner, [0]).map((at) => ({ at, places: places(outer, [0]) })),
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, places: reached } = next
    const key = `${String(at)}:${reached.join()}`
    if (seen.has(key)) continue
    seen.add(key)
    if (at === inner.length && !reached.includes(outer.length)) return false
    const token = inner[at]
    if (token === undefined) continue
    // What stands for any letter may stand for one that neither pattern names: `wide` matches that with `*` and `?` alone,
    // which match all others, too.
    const letter = token.kind === 'literal' ? token.text : undefined
    const after = places(outer, step(outer, reached, letter))
    for (const to of places(inner, step(inner, [at], letter))) {
      waiting.push({ at: to, places: after })
    }
  }
  return true
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens = Array.from(replaceEnclosed(pattern, ['${', '}'], '*'), (character) => {
    if (character === '*') return ANY
    return character === '?' ? ONE : literal(character)
  })
  return tokens.filter((token, index) => token !== ANY || tokens[index - 1] !== ANY)
}

function literal(text: string): Literal {
  return { kind: 'literal', text }
}

/** Whether the two have a text in common: pairs of places that one text can lead to, row by row. */
function meet(whole: readonly Token[], other: readonly Token[]): boolean {
  const alike = beginning(whole, other)
  const left = whole.slice(alike)
  const right = other.slice(alike)
  if (left[0]?.kind === 'literal' && right[0]?.kind === 'literal') return false
  let row: boolean[] = []
  for (let i = left.length; i >= 0; i--) {
    const below = row
    row = new Array<boolean>(right.length + 1).fill(false)
    for (let j = right.length; j >= 0; j--) {
      const a = left[i]
      const b = right[j]
      row[j] =
        (a === undefined && b === undefined) ||
        (isRun(a) && (below[j] === true || (mayTake(a, b) && row[j + 1] === true))) ||
        (isRun(b) && (row[j + 1] === true || (mayTake(b, a) && below[j] === true))) ||
        (a !== undefined && b !== undefined && sharesLetter(a, b) && below[j + 1] === true)
    }
  }
  return row[0] === true
}

/** How many letters both have in common before anything else: most ARNs differ before the first `*`. */
function beginning(left: readonly Token[], right: readonly Token[]): number {
  const at = left.findIndex((token, index) => {
    const other = right[index]
    return token.kind !== 'literal' || other?.kind !== 'literal' || token.text !== other.text
  })
  return at === -1 ? left.length : at
}

function isRun(token: Token | undefined): token is Token {
  return token?.kind === 'any' || token?.kind === 'part'
}

/** Whether a run may go on over what the token stands for. */
function mayTake(run: Token, token: Token | undefined): boolean {
  return token !== undefined && sharesLetter(run, token)
}

function sharesLetter(a: Token, b: Token): boolean {
  if (a.kind === 'part') return b.kind !== 'literal' || b.text !== ':'
  if (b.kind === 'part') return a.kind !== 'literal' || a.text !== ':'
  return a.kind !== 'literal' || b.kind !== 'literal' || a.text === b.text
}

/** The places and all that can be reached from them without a letter, in order. */
function places(tokens: readonly Token[], from: readonly number[]): readonly number[] {
  const reached = new Set<number>()
  for (const start of from) {
    let at = start
    reached.add(at)
    while (tokens[at]?.kind === 'any') reached.add(++at)
  }
  return [...reached].sort((a, b) => a - b)
}

/** Where one letter leads; `undefined` is a letter that no pattern names. */
function step(
  tokens: readonly Token[],
  from: readonly number[],
  letter: string | undefined,
): readonly number[] {
  return from.flatMap((at) => {
    const token = tokens[at]
    if (token === undefined) return []
    if (token.kind === 'any') return [at]
    return token.kind !== 'literal' || token.text === letter ? [at + 1] : []
  })
}
