import { expect, test } from '@jest/globals'
import { inputDefaults } from '../../src/inputs/defaults'
import { notAvailableYet } from '../../src/inputs/not-available-yet'
import { problems } from './given'

test.each(notAvailableYet)('%s is refused unless it is at its default', (name) => {
  const fallback: string = inputDefaults[name]
  expect(problems({ [name]: fallback })).toEqual([])
  expect(problems({ [name]: ` ${fallback}\n` })).toEqual([])
  for (const mode of ['apply', 'plan', 'verify', 'remove']) {
    expect(problems({ mode, [name]: 'hunter2' })).toEqual([
      expect.stringMatching(`^${name}: \`${name}\` is not available yet. Leave it out`),
    ])
  }
})

test('false in its other spellings is still the default', () => {
  expect(problems({ comment: 'False', iac: 'auto' })).toEqual([])
  expect(problems({ comment: 'True' })).toHaveLength(1)
})
