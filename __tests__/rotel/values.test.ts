import { expect, test } from '@jest/globals'
import {
  faultInHeaderName,
  faultInHeaderValue,
  faultInList,
  faultInListName,
  faultInListValue,
  faultInVariable,
} from '../../src/systems/rotel/values'

test.each(['a', 'a b', 'a=b', 'YWJjZA==', 'Bearer abc', '#x', '{', 'é'])(
  'Rotel carries %j in a list',
  (value) => expect(faultInListValue(value)).toBeUndefined(),
)

test.each(['', ',', '"', "'", ' a', 'a ', 'a\nb', 'a\rb', 'a\tb', '\u00a0a'])(
  'Rotel does not carry %j in a list',
  (value) => expect(faultInListValue(value)).toMatch(/[a-z]$|\?$/),
)

test('headers are ASCII, resource attributes need not be', () => {
  expect(faultInHeaderValue('é')).toContain('ASCII')
  expect(faultInListValue('é')).toBeUndefined()
})

test('names have neither blanks nor separators', () => {
  for (const name of ['service.name', 'x-team', 'größe'])
    expect(faultInListName(name)).toBeUndefined()
  for (const name of ['', 'a b', ' a', 'a,b', '"a"', 'a\u0000'])
    expect(faultInListName(name)).toBeDefined()
  expect(faultInHeaderName('größe')).toBeDefined()
})

test('a whole variable may hold commas and quotes inside, not around it', () => {
  expect(faultInVariable('a,b')).toBeUndefined()
  expect(faultInVariable('it"s')).toBeUndefined()
  expect(faultInVariable('"a"')).toBeDefined()
})

test('a list is one that Rotel can split', () => {
  expect(faultInList('a=b,c=d=e')).toBeUndefined()
  for (const text of ['a', 'a=b,c', 'a=b, c=d', '=b', 'a="b"'])
    expect(faultInList(text)).toBeDefined()
})
