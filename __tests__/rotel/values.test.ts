import { expect, test } from '@jest/globals'
import {
  doubtInHeaderValue,
  doubtInListValue,
  doubtInVariable,
  faultInHeaderName,
  faultInList,
  faultInListName,
  faultInListValue,
  faultInVariable,
} from '../../src/systems/rotel/values'

test.each(['a', 'a b', 'a=b', 'YWJjZA==', 'Bearer abc', '#x', '{', 'é'])(
  'Rotel carries %j in a list',
  (value) => expect(faultInListValue(value)).toBeUndefined(),
)

test.each(['', ',', 'a\nb', 'a\rb', 'a\tb'])('Rotel does not carry %j in a list', (value) =>
  expect(faultInListValue(value)).toMatch(/[a-z]$|\?$/),
)

test.each(['"', "'", ' a', 'a ', '\u00a0a'])(
  'Rotel carries %j, which is probably a mistake',
  (value) => {
    expect(faultInListValue(value)).toBeUndefined()
    expect(doubtInListValue(value)).toMatch(/[a-z]$/)
  },
)

test('headers are usually ASCII, resource attributes need not be', () => {
  expect(doubtInHeaderValue('é')).toContain('ASCII')
  expect(doubtInListValue('é')).toBeUndefined()
})

test('names have neither blanks nor separators', () => {
  for (const name of ['service.name', 'x-team', 'größe'])
    expect(faultInListName(name)).toBeUndefined()
  for (const name of ['', 'a b', ' a', 'a,b', '"a"', 'a\u0000'])
    expect(faultInListName(name)).toBeDefined()
  expect(faultInHeaderName('größe')).toBeDefined()
})

test('a whole variable may hold commas and quotes, and quotes around it are probably a mistake', () => {
  for (const value of ['a,b', 'it"s', '"a"']) expect(faultInVariable(value)).toBeUndefined()
  expect(doubtInVariable('it"s')).toBeUndefined()
  expect(doubtInVariable('"a"')).toBeDefined()
})

test('a list is one that Rotel can split', () => {
  expect(faultInList('a=b,c=d=e')).toBeUndefined()
  for (const text of ['a', 'a=b,c', 'a=b, c=d', '=b', 'a="b"'])
    expect(faultInList(text)).toBeDefined()
})
