/** Which lines of an invocation are the function's own: none that every environment of every function prints. */

import { expect, test } from '@jest/globals'
import { parseTail } from '../../src/pipeline/smoke-test/tail'
import { hasPrinted, ownLines } from '../../src/pipeline/verify/own-lines'

test.each([
  ['INFO Starting Rotel. version=0.1.6'],
  // As the extension prints it in text format: the level is padded to five characters.
  [' INFO Starting Rotel. version=0.1.6'],
  [' INFO Rotel Lambda Extension started in 66ms'],
  ['2026-11-25T22:41:34.000Z  INFO Rotel Lambda Extension started in 66ms'],
])('a line of Rotel’s start is not: %s', (line) => {
  const tail = parseTail(`${line}\n`)
  expect(ownLines(tail)).toEqual([])
  expect(hasPrinted(tail)).toBe(false)
})

test('what the function printed is, where it tells something', () => {
  const tail = parseTail('charged a card of a customer  \nok\n{"level":"INFO","message":"a log"}\n')
  expect(ownLines(tail)).toEqual(['charged a card of a customer'])
  expect(hasPrinted(tail)).toBe(true)
  expect(hasPrinted(parseTail('ok\n'))).toBe(true)
})
