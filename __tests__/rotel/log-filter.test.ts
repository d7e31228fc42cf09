/** Recorded with the extension 0.1.6: which values of RUST_LOG leave the start lines. */
import { expect, test } from '@jest/globals'
import { hidesStartLines } from '../../src/systems/rotel/log-filter'

test.each(['info,', ',', 'debug', 'trace', 'rotel=debug', 'rotel=', '5', 'rotel=5'])(
  'RUST_LOG=%j leaves the start lines',
  (value) => expect(hidesStartLines(new Map([['RUST_LOG', value]]))).toBe(false),
)

test.each([
  'warn',
  'WARN',
  'off',
  'error',
  'info,,warn',
  ' info ',
  'hyper=warn',
  'my-crate=info',
  'a[b]=info',
  'a[{b=c}]=info',
  '[x]=info',
  'a/b',
  'info/x',
])('RUST_LOG=%j hides them', (value) =>
  expect(hidesStartLines(new Map([['RUST_LOG', value]]))).toBe(true),
)

test('without RUST_LOG they are there, and one directive for Rotel brings them back', () => {
  expect(hidesStartLines(new Map())).toBe(false)
  expect(hidesStartLines(new Map([['RUST_LOG', 'warn,rotel=info']]))).toBe(false)
  expect(hidesStartLines(new Map([['RUST_LOG', 'info,rotel=warn']]))).toBe(true)
})
