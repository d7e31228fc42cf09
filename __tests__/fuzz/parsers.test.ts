/** Whatever others write, what reads it comes to an end soon, and with a value: see hostile.ts and parsers.ts. */

import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recordFigures } from '../campaign/figures'
import { fuzzPart, hostileText, IS_WHOLE, nested, REPEATED, runs } from './hostile'
import { PARSERS } from './parsers'

let tried = 0
let crashes = 0
let hangs = 0

afterAll(() => recordFigures('fuzzing', { 'inputs and answers tried': tried, crashes, hangs }))

test.each(Object.entries(PARSERS))('%s may be anything', (_, { examples, parse }) => {
  fc.assert(
    fc.property(hostileText(examples), (text) => {
      tried += 1
      try {
        parse(text)
      } catch (thrown) {
        crashes += 1
        throw thrown
      }
    }),
    runs(),
  )
})

test.each(Object.entries(PARSERS))('%s may be deep', (_, { parse, longest = Infinity }) => {
  for (const depth of [500, 20_000]) {
    const texts = [
      '['.repeat(depth) + ']'.repeat(depth),
      '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
      '[{"Statement":'.repeat(depth),
      `{"Statement":[{"Effect":"Allow","Action":"a","Resource":"*","Condition":${'['.repeat(depth)}${']'.repeat(depth)}}]}`,
      `{"kind":"write","function":${'{"text":'.repeat(depth)}1${'}'.repeat(depth)}}\n`,
    ]
    for (const text of texts) {
      tried += 1
      parse(text.slice(0, longest))
    }
  }
  expect(nested(3)).toEqual([{ a: ['end'] }])
})

/** Of CPU time. What grows with the square of 30,000 takes at least ten times as long, what grows with the length a hundredth. */
const LIMIT_MS = 250
const LENGTH = IS_WHOLE ? 100_000 : 30_000
const LIMIT = IS_WHOLE ? LIMIT_MS * 4 : LIMIT_MS

/** The shortest of three, for what else the machine does meanwhile. */
function timeOf(work: () => void): number {
  let shortest = Infinity
  for (let attempt = 0; attempt < 3 && shortest > LIMIT; attempt++) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    shortest = Math.min(shortest, (user + system) / 1_000)
  }
  return shortest
}

test.each(Object.entries(PARSERS))(
  'the time that is spent on %s grows with its length, whatever is repeated in it',
  (_, { examples, parse, longest = LENGTH }) => {
    const part = fuzzPart(PARTS)
    const slow: string[] = []
    REPEATED.forEach((unit, at) => {
      if (!part.has(at)) return
      const long = unit.repeat(Math.ceil(Math.min(longest, LENGTH) / unit.length))
      const [example = ''] = examples
      const half = Math.floor(example.length / 2)
      for (const text of [
        long,
        example.slice(0, half) + long + example.slice(half),
        `${long}\u0001x`,
      ]) {
        tried += 1
        const ms = timeOf(() => parse(text))
        if (ms > LIMIT) {
          hangs += 1
          slow.push(`${JSON.stringify(unit)}: ${ms.toFixed(0)} ms`)
        }
      }
    })
    expect(slow).toEqual([])
  },
)

/** A plain test run repeats a few of them. */
const PARTS = 12
