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
  // What a terminal would take for a colour, a cursor or a direction is a sign that is seen.
  ['a\u001b[31mb\u009b2Jc\u202ed', 'a\ufffd[31mb\ufffd2Jc\ufffdd'],
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

test.each(['error', 'warning', 'notice'] as const)('an %s has no invisible signs', (level) => {
  const written: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  actionsRunner.annotate({ level, title: 'a\u001bb', message: 'c\u202ed\u0007' })
  actionsRunner.untrusted(['e\u001b[8mf'])
  const shown = written.join('')
  expect(shown).toContain('a\ufffdb')
  expect(shown).toContain('c\ufffdd\ufffd')
  expect(shown).toContain('e\ufffd[8mf')
})
