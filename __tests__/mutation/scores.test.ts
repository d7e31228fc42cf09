/** The mutation score is that of all mutants which a test could notice. */

import { expect, test } from '@jest/globals'
import { scoresOf, scoreText } from './scores'

function file(...statuses: readonly string[]) {
  return { mutants: statuses.map((status) => ({ status })) }
}

test('mutants are counted by directory, and what no test can notice is left out', () => {
  const { directories, total } = scoresOf({
    files: {
      'src/b/two.ts': file('Killed', 'NoCoverage', 'Ignored', 'CompileError', 'RuntimeError'),
      'src/a/one.ts': file('Killed', 'Timeout', 'Survived'),
      'src/a/two.ts': file('Killed'),
    },
  })
  expect([...directories].map(([name, score]) => scoreText(name, score))).toEqual([
    'src/a: 75.0 % (3 of 4 mutants killed, 1 survived, 0 of them without a test)',
    'src/b: 50.0 % (1 of 2 mutants killed, 1 survived, 1 of them without a test)',
  ])
  expect(total).toEqual({ mutants: 6, killed: 4, uncovered: 1 })
  expect(scoreText('src/c', scoresOf({ files: {} }).total)).toMatch(/^src\/c: - /)
})
