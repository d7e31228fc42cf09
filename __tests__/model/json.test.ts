/** JSON from outside: what it is, without trust and without exceptions. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isRecord, listOf, membersOf, numberOf, parseJson, textOf } from '../../src/model/json'

test('JSON is parsed, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = parseJson(text)
      if (value !== undefined) expect(JSON.parse(text)).toEqual(value)
    }),
  )
  for (const text of ['', '<html>', '{', 'undefined', "{'a': 1}", '{"a": 1} x']) {
    expect(parseJson(text)).toBeUndefined()
  }
})

test.each([
  ['lists', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
  ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
])('%s within one another are read, until nobody could look through them', (_, text) => {
  expect(parseJson(text(400))).toBeDefined()
  for (const depth of [600, 100_000]) expect(parseJson(text(depth))).toBeUndefined()
})

test('five hundred levels are read, and one more is not', () => {
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(parseJson(lists(500))).toBeDefined()
  expect(parseJson(lists(501))).toBeUndefined()
})

test('`null` inside of a long text is read as any other value', () => {
  const value = { of: [null, 'x'.repeat(2_000)], none: null }
  expect(parseJson(JSON.stringify(value))).toEqual(value)
})

test('`null` is JSON, and not the absence of it', () => {
  expect(parseJson('null')).toBeNull()
})

test('each value is exactly one of record, list and the rest', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const isList = Array.isArray(value)
      expect(isRecord(value)).toBe(typeof value === 'object' && value !== null && !isList)
      expect(listOf(value)).toEqual(isList ? value : [])
      expect(membersOf(value)).toEqual(isRecord(value) ? value : {})
    }),
  )
})

test('texts and numbers are taken as they are, and nothing is taken for one', () => {
  expect(textOf('a')).toBe('a')
  expect(textOf('')).toBe('')
  expect(numberOf(0)).toBe(0)
  for (const value of [undefined, null, true, {}, []]) {
    expect(textOf(value)).toBeUndefined()
    expect(numberOf(value)).toBeUndefined()
  }
  expect(textOf(1)).toBeUndefined()
  expect(numberOf('1')).toBeUndefined()
})
