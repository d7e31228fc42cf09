/** A pull request may write from a branch of its own repository only, as the event file tells. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inWorld, statusesOf } from './world'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickstack-event-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the runner sets for a pull request of `example/shop`, with this in the event file. */
function pullRequest(eventFile: string) {
  const path = join(folder, 'event.json')
  writeFileSync(path, eventFile)
  return {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REPOSITORY: 'example/shop',
    GITHUB_EVENT_PATH: path,
  }
}

const withHead = (head: unknown) => JSON.stringify({ pull_request: { number: 7, head } })

describe('on a pull request', () => {
  test('from a branch of the same repository, apply runs', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const env = pullRequest(withHead({ repo: { full_name: 'example/shop' } }))
      const result = await main({ functions: 'orders' }, { env })
      expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
    }))

  test.each([
    ['from a fork', withHead({ repo: { full_name: 'stranger/shop' } })],
    ['from a fork that was deleted', withHead({ repo: null })],
    ['whose event has no pull request', '{}'],
    ['whose event file is not JSON', 'not JSON'],
  ])('%s, apply does not run', (_, eventFile) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders' }, { env: pullRequest(eventFile) })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input mode'])
      expect(aws.calls.count()).toBe(0)
    }),
  )

  test('whose event file cannot be found, apply does not run', () =>
    inWorld(async ({ aws, main }) => {
      const env = { ...pullRequest(''), GITHUB_EVENT_PATH: join(folder, 'nothing.json') }
      const result = await main({ functions: 'orders' }, { env })
      expect(result.exitCode).toBe(1)
      expect(aws.calls.count()).toBe(0)
    }))

  test('from a fork, plan runs: it writes nothing', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const env = pullRequest(withHead({ repo: { full_name: 'stranger/shop' } }))
      const result = await main({ functions: 'orders', mode: 'plan' }, { env })
      expect(statusesOf(result)).toEqual(['orders: planned'])
    }))
})
