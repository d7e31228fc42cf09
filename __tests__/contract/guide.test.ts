/** docs/guide.md names a test for each step of the guide: it has to exist. */

import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const rows = readFileSync('docs/guide.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .slice(1)

test('there is a row for each step', () => {
  expect(rows.length).toBeGreaterThanOrEqual(17)
})

test.each(rows)('%s', (row) => {
  const [, file = '', name = ''] = /`([\w-]+\.test\.ts)`: "([^"]+)" *\|$/.exec(row) ?? []
  expect(readFileSync(`__tests__/scenarios/${file}`, 'utf8')).toContain(name)
})
