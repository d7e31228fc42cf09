/** Foreign texts in ours: in which forms a secret may be quoted, what fits into a line, and the order of names. */

import { describe, expect, test } from '@jest/globals'
import { duration } from '../../src/model/duration'
import { withoutInvisible } from '../../src/model/invisible'
import { byText } from '../../src/model/order'
import {
  asPartOfALine,
  formsOf,
  formsOfCredentials,
  shortened,
  withoutEchoes,
  withoutValues,
} from '../../src/model/redaction'
import { isEndOfRun, readRefusal } from '../../src/model/refusal'
import { aFault } from '../core/support/lambda'

describe('a secret', () => {
  test('may be quoted as it is, in URLs and forms, in base64 of both alphabets, and inside JSON', () => {
    expect(formsOf('a?>~ü"/x')).toEqual([
      'a?>~ü"/x',
      'a%3F%3E~%C3%BC%22%2Fx',
      'a%3f%3e~%c3%bc%22%2fx',
      'a%3F%3E%7E%C3%BC%22%2Fx',
      'YT8+fsO8Ii94',
      'YT8-fsO8Ii94',
      'a?>~ü\\"/x',
    ])
    expect(formsOf('?~?')).toContain('P34/')
    expect(formsOf('?~?')).toContain('P34_')
    expect(formsOf('ab')).toContain('YWI')
  })

  test('of a user is quoted with the name too, and no password is no secret', () => {
    expect(formsOfCredentials('me', '')).toEqual([])
    expect(formsOfCredentials('me', 'pass')).toEqual([...formsOf('pass'), ...formsOf('me:pass')])
  })

  test('is hidden from four characters on inside of words, and shorter alone', () => {
    expect(withoutValues('xabcdx abc abcx', ['abcd', 'abc'])).toBe('x***x *** abcx')
  })
})

test('what AWS may echo is left out', () => {
  expect(withoutEchoes('Too long. String measured: {"A":"secret"}')).toBe('Too long.')
  expect(withoutEchoes('before {"A": {"B": "secret"} after')).toBe('before {…} after')
  expect(withoutEchoes('before {"A": "secret')).toBe('before {…}')
  expect(withoutEchoes('see http://x/y?sig=1 and HTTPS://z?sig=2')).toBe(
    'see http://x/y?… and HTTPS://z?…',
  )
})

test('a sign stands in the place of what would hide or turn round the text beside it', () => {
  expect(withoutInvisible('a\u202eb\u001b[31mc\u200ed')).toBe('a\ufffdb\ufffd[31mc\ufffdd')
  expect(withoutInvisible('a\tb\r\nc ü')).toBe('a\tb\r\nc ü')
})

describe('a part of a line', () => {
  test.each([
    ['  a \n\tb\u0000\u200bc  ', 'a b c'],
    ['##[error]x ##[y', '## [error]x ## [y'],
    ['x'.repeat(120), 'x'.repeat(120)],
    ['x'.repeat(121), `${'x'.repeat(120)}…`],
  ])('%j is %j', (value, text) => {
    expect(asPartOfALine(value)).toBe(text)
  })

  test('is longer where it is a whole text', () => {
    expect(shortened('x'.repeat(400))).toBe('x'.repeat(400))
    expect(shortened('x'.repeat(401))).toBe(`${'x'.repeat(400)}…`)
  })
})

test.each([
  [0, '0 ms'],
  [84.6, '85 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [3_249, '3.2 s'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('names are in the order of code units, whatever the locale', () => {
  expect(['b', 'a', 'B', 'ä', 'a'].sort(byText)).toEqual(['B', 'a', 'a', 'b', 'ä'])
  expect([byText('a', 'a'), byText('a', 'b'), byText('b', 'a')]).toEqual([0, -1, 1])
})

test('the end of the run is told from any other reason', () => {
  for (const reason of ['cancelled', 'out-of-time', 'credentials-refused'] as const) {
    expect(isEndOfRun({ reason })).toBe(true)
  }
  expect(isEndOfRun({ reason: 'read-failed' })).toBe(false)
})

test('a function that could not be read is not there, denied, or neither', () => {
  expect(readRefusal(aFault('not-found'))).toEqual({
    reason: 'not-found',
    detail: 'the function does not exist',
  })
  expect(readRefusal(aFault('denied'))).toMatchObject({ reason: 'access-denied' })
  expect(readRefusal(aFault('unavailable'))).toEqual({
    reason: 'read-failed',
    detail: 'SomeException: in AWS’s words',
  })
})
