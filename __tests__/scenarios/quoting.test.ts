/** Servers that refuse a call and quote all that they were told: nothing of it is shown, and nothing in it is obeyed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { ACTIONS_BOT, startLocalGitHub } from '../../local/github'
import { HOSTILE_WORDS, injectionsIn } from '../../local/runner/injections'
import { leaksOf } from '../../local/runner/leaks'
import { recordFigures } from '../campaign/figures'
import { ACCESS_KEY, GITHUB_TOKEN, inStack, SESSION } from './stack-world'
import {
  API_KEY,
  FOREIGN,
  FOREIGN_VALUE,
  HEADER_VALUE,
  inWorld,
  SECRETS,
  statusesOf,
} from './world'

let scanned = 0
afterAll(() => recordFigures('leaks', { 'runs scanned': scanned }))

const TOLD = [
  `Value '${FOREIGN_VALUE}' with MODE=${FOREIGN.MODE} failed; ${API_KEY} ${API_KEY.toUpperCase()}`,
  `x-team: ${HEADER_VALUE} ${Buffer.from(HEADER_VALUE).toString('base64')}`,
  `token ${SESSION.AWS_SESSION_TOKEN} ${encodeURIComponent(API_KEY)} ${HOSTILE_WORDS}`,
].join('; ')

test.concurrent.each(['UpdateFunctionConfiguration', 'Invoke', 'GetLayerVersionByArn'])(
  '%s is refused, and quotes keys, headers, variables and commands',
  (operation) =>
    inWorld(async ({ aws, job, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        tags: { 'aws:cloudformation:stack-name': HOSTILE_WORDS },
        handler: { logs: [{ raw: HOSTILE_WORDS }] },
      })
      const message =
        operation === 'GetLayerVersionByArn' ? TOLD.replace(/^Value [^;]*;/, '') : TOLD
      aws.faults.add({
        operation,
        count: Infinity,
        fault: { kind: 'error', name: 'ValidationException', status: 400, message },
      })
      const result = await main(
        { functions: 'orders', 'show-function-logs': 'true' },
        { env: SESSION },
      )
      scanned += 1
      expect(leaksOf(result, job, Object.values(SESSION))).toEqual([])
      expect(result.annotations.length).toBeGreaterThan(0)
    }),
)

test.each(['sources', 'search'])(
  'HyperDX refuses what is asked of its %s, and quotes its key in each form',
  (path) =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const told = `Bearer ${ACCESS_KEY}, ${Buffer.from(`x:${ACCESS_KEY}`).toString('base64')}, ${encodeURIComponent(HEADER_VALUE)}. ${HOSTILE_WORDS}`
      const fault = {
        kind: 'status',
        status: 400,
        body: JSON.stringify({ message: told }),
      } as const
      clickStack.hyperDx.faults.inject(fault, { matching: new RegExp(path) })
      // What is shown is scanned by stack-world.ts, for each step.
      const result = await main({
        functions: 'orders',
        'clickhouse-url': '',
        'clickhouse-password': '',
        'hyperdx-url': clickStack.hyperDxUrl,
        'hyperdx-api-key': ACCESS_KEY,
      })
      scanned += 1
      expect(statusesOf(result)).toEqual(['orders: blocked verifier-failed'])
      expect(result.stdout).toContain('HyperDX')
    }),
)

test('GitHub quotes the token and other inputs as it refuses a comment, and a function has tags for GitHub', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clickstack-event-'))
  const token = { author: ACTIONS_BOT, isInstallation: true, mayWrite: true }
  const github = await startLocalGitHub({ pulls: [7], tokens: { [GITHUB_TOKEN]: token } })
  try {
    await inWorld(async ({ aws, job, main }) => {
      const path = join(folder, 'event.json')
      const head = { repo: { full_name: 'example/shop' } }
      writeFileSync(path, JSON.stringify({ pull_request: { number: 7, head } }))
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        tags: { 'aws:cloudformation:stack-name': HOSTILE_WORDS },
      })
      const env = {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: path,
        GITHUB_API_URL: github.url,
      }
      const inputs = {
        functions: 'orders',
        mode: 'plan',
        comment: 'true',
        'github-token': GITHUB_TOKEN,
      }
      const told = JSON.stringify({
        message: `${GITHUB_TOKEN} is bad, ${API_KEY} ${HEADER_VALUE}. ${HOSTILE_WORDS}`,
      })
      github.faults.inject(
        { kind: 'status', status: 422, body: told, type: 'application/json' },
        { times: 1, matching: /^POST .*comments/ },
      )
      for (const wrote of [false, true]) {
        const result = await main(inputs, { env })
        scanned += 1
        const comments = JSON.stringify(github.comments.of(7))
        expect(leaksOf(result, job, [...SECRETS, GITHUB_TOKEN], { comments })).toEqual([])
        const bodies = github.comments.of(7).map(({ body }) => body)
        expect(bodies).toHaveLength(wrote ? 1 : 0)
        expect(injectionsIn(result, { comment: bodies.join() })).toEqual([])
      }
    })
  } finally {
    await github.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
