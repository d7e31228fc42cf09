/** What is printed is one line for each line, and never a command of the runner. */

import { afterEach, expect, jest, test } from '@jest/globals'
import { actionsRunner } from '../../src/edges/runner'

afterEach(() => {
  jest.restoreAllMocks()
})

test.each([
  ['orders: written', 'orders: written'],
  ['a\n::error::b', 'a ::error::b'],
  ['a\r\n\r\nb', 'a b'],
  ['::error::b', ': :error::b'],
  ['  ::add-mask::o', '  : :add-mask::o'],
  ['x ##[error]y', 'x ## [error]y'],
])('%j', (text, line) => {
  const written: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  actionsRunner.info(text)
  expect(written.join('').trimEnd()).toBe(line)
  expect(written.join('').trimEnd().split(/\r?\n/)).toHaveLength(1)
})
