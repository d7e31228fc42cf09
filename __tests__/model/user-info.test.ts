/** User and password of an address, also where they are written as no parser of URLs takes them. */

import { expect, test } from '@jest/globals'
import { percentDecoded, userInfo, writtenAndDecoded } from '../../src/model/user-info'

test.each([
  ['https://u:p@h', { together: 'u:p', user: 'u', password: 'p' }],
  ['  https://u:p@h', { together: 'u:p', user: 'u', password: 'p' }],
  ['u:a/b@c@h', { together: 'u:a/b@c', user: 'u', password: 'a/b@c' }],
  ['https://token@h', { together: 'token', user: 'token', password: undefined }],
  ['https://:p@h', { together: ':p', user: '', password: 'p' }],
  ['1https://u:p@h', { together: '1https://u:p', user: '1https', password: '//u:p' }],
  ['https://h', undefined],
])('of %s', (url, expected) => {
  expect(userInfo(url)).toStrictEqual(expected)
})

test('a part is given as written and decoded, where it can be decoded', () => {
  expect(writtenAndDecoded('p%40')).toEqual(['p%40', 'p@'])
  expect(percentDecoded('100%')).toBe('100%')
})
