/** A mutant that no test notices is explained by the text of its line, wherever that line stands. */

import { expect, test } from '@jest/globals'
import { type Explanations, survivorsOf, survivorText, unexplained } from './survivors'

const at = (line: number, from: number, to: number) => ({
  start: { line, column: from },
  end: { line, column: to },
})

const REPORT = {
  files: {
    'src/model/late.ts': {
      source: 'const one = 1\n  if (now < then) return\n',
      mutants: [
        { status: 'Survived', replacement: 'now <= then', location: at(2, 7, 17) },
        { status: 'Survived', replacement: 'false', location: at(2, 7, 17) },
        { status: 'Killed', replacement: 'true', location: at(2, 7, 17) },
        {
          status: 'NoCoverage',
          replacement: '{}',
          location: { ...at(1, 1, 1), end: at(2, 1, 3).end },
        },
      ],
    },
  },
}
const PATHS = new Set(Object.keys(REPORT.files))
const BOTH_ARE_NOW = 'At the same instant both ways lead to the same.'

const explaining = (...mutants: readonly string[]): Explanations => ({
  'src/model/late.ts': [{ line: 'if (now < then) return', mutants, because: BOTH_ARE_NOW }],
})

test('those that survived are told with what was replaced by what, those that were killed are not', () => {
  expect(survivorsOf(REPORT).map(survivorText)).toEqual([
    'src/model/late.ts:2: now < then → now <= then',
    'src/model/late.ts:2: now < then → false',
    'src/model/late.ts:1: const one = 1 … → {}',
  ])
})

test('each that is not explained is told, and each explanation of none', () => {
  const explanations = explaining('now < then → now <= then', 'now < then → true')
  const found = unexplained(survivorsOf(REPORT), explanations, PATHS)
  expect(found.survivors.map(({ mutant }) => mutant)).toEqual([
    'now < then → false',
    'const one = 1 … → {}',
  ])
  expect(found.stale).toEqual([
    JSON.stringify(['src/model/late.ts', 'if (now < then) return', 'now < then → true']),
  ])
})

test('an explanation of a file that was not measured is not stale', () => {
  const found = unexplained([], explaining('now < then → false'), new Set(['src/model/other.ts']))
  expect(found).toEqual({ survivors: [], stale: [] })
})
