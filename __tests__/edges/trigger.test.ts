/** What cannot be known of a pull request counts as a fork's. The rest is shown by scenarios/pull-request.test.ts. */

import { expect, test } from '@jest/globals'
import { readTrigger } from '../../src/edges/trigger'

test('a pull request whose head cannot be read is a fork’s, even where the repository has no name', async () => {
  expect(await readTrigger({ GITHUB_EVENT_NAME: 'pull_request' })).toEqual({
    event: 'pull_request',
    fromFork: true,
  })
})

test('a push comes from the repository itself', async () => {
  expect(await readTrigger({ GITHUB_EVENT_NAME: 'push' })).toEqual({
    event: 'push',
    fromFork: false,
  })
})
