/** IAM's patterns, held against every short text there is. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  globCovers,
  globReachesPart,
  globsOverlap,
  matchesGlob,
} from '../../../src/systems/iam/glob'

/** All texts of up to eight letters; `c` stands in no pattern. */
const TEXTS: readonly string[] = textsUpTo(8)

function textsUpTo(length: number): string[] {
  if (length === 0) return ['']
  const shorter = textsUpTo(length - 1)
  const longest = shorter.filter((text) => text.length === length - 1)
  return [...shorter, ...longest.flatMap((text) => ['a', 'b', 'c'].map((letter) => text + letter))]
}

function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '[abc]*').replaceAll('?', '[abc]')}$`)
}

const patterns = fc
  .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 4 })
  .map((tokens) => tokens.join(''))

describe('patterns', () => {
  test('match what the same regular expression matches', () => {
    fc.assert(
      fc.property(patterns, fc.nat(TEXTS.length - 1), (pattern, at) => {
        const text = TEXTS[at] ?? ''
        expect(matchesGlob(pattern, text)).toBe(expression(pattern).test(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('overlap exactly where some text matches both', () => {
    fc.assert(
      fc.property(patterns, patterns, (left, right) => {
        const [one, other] = [expression(left), expression(right)]
        expect(globsOverlap(left, right)).toBe(
          TEXTS.some((text) => one.test(text) && other.test(text)),
        )
      }),
      { numRuns: 600 },
    )
  })

  test('reach a part of an ARN exactly where some text of it without a colon matches', () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom('', 'a', 'ab', 'b'), (pattern, start) => {
        // `b` plays the colon.
        const one = expression(pattern)
        const reached = TEXTS.some(
          (text) =>
            text.startsWith(start) && !text.slice(start.length).includes('b') && one.test(text),
        )
        const spelt = (text: string) => text.replaceAll('b', ':')
        expect(globReachesPart(spelt(pattern), spelt(start))).toBe(reached)
      }),
      { numRuns: 600 },
    )
  })

  test('cover each other exactly where no text matches only the narrow one', () => {
    fc.assert(
      fc.property(patterns, patterns, (wide, narrow) => {
        const [outer, inner] = [expression(wide), expression(narrow)]
        expect(globCovers(wide, narrow)).toBe(
          !TEXTS.some((text) => inner.test(text) && !outer.test(text)),
        )
      }),
      { numRuns: 600 },
    )
  })

  test.each([
    ['arn:aws:logs:*:*:*', 'arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*', true],
    ['arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f', 'arn:aws:logs:*:1:log-group:f', false],
    ['${aws:PrincipalTag/group}', 'anything', true],
    ['a${x}c', 'abc', true],
    ['a${x}c', 'abd', false],
    ['a${x}c', 'bbc', false],
    ['${unclosed', 'x', false],
    ['a.c', 'abc', false],
  ])('%s and %s overlap: %s', (left, right, overlap) => {
    expect(globsOverlap(left, right)).toBe(overlap)
    expect(globsOverlap(right, left)).toBe(overlap)
  })

  test('take no long time for patterns made to', () => {
    const text = 'a'.repeat(500)
    const before = process.cpuUsage()
    expect(matchesGlob(`${'*a'.repeat(40)}b`, text)).toBe(false)
    // The time of the processor, whatever else the machine does.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
  })
})
