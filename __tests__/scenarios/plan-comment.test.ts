/** `comment: true`: the plan is one comment of the pull request, which each run updates, and never a reason to fail. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ACTIONS_BOT, type LocalGitHub, startLocalGitHub, type Token } from '../../local/github'
import { fastTime } from '../../local/runner/fast-time'
import type { StepResult } from '../../local/runner/step'
import { FOREIGN, inWorld, statusesOf, type World } from './world'

const PULL = 7
const OCTOCAT = { login: 'octocat', id: 1, type: 'User' } as const
const DEPLOYER = { login: 'shop-deployer[bot]', id: 77, type: 'Bot' } as const

const TOKENS: Readonly<Record<string, Token>> = {
  ghs_job: { author: ACTIONS_BOT, isInstallation: true, mayWrite: true },
  ghs_fork: { author: ACTIONS_BOT, isInstallation: true, mayWrite: false },
  ghs_app: { author: DEPLOYER, isInstallation: true, mayWrite: true },
  ghp_octocat: { author: OCTOCAT, isInstallation: false, mayWrite: true },
}

let folder = ''
let github: LocalGitHub
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clickstack-event-'))
  github = await startLocalGitHub({ pulls: [PULL], locked: [], tokens: TOKENS })
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await github.close()
})

const ofPull = { pull_request: { number: PULL, head: { repo: { full_name: 'example/shop' } } } }

function event(name: string, payload: object): Readonly<Record<string, string>> {
  const path = join(folder, 'event.json')
  writeFileSync(path, JSON.stringify(payload))
  return {
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: path,
    GITHUB_REPOSITORY: 'example/shop',
    GITHUB_API_URL: github.url,
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_JOB: 'plan',
    GITHUB_RUN_ID: '42',
  }
}

/** A plan with a comment, as `pull_request` starts it. */
function plan(
  { main }: Pick<World, 'main'>,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = event('pull_request', ofPull),
): Promise<StepResult> {
  const given = { functions: 'orders', mode: 'plan', comment: 'true', 'github-token': 'ghs_job' }
  return main({ ...given, ...inputs }, { env })
}

const bodies = () => github.comments.of(PULL).map(({ body }) => body)
const writes = () =>
  github.asked.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
const warningsOf = ({ annotations }: StepResult) =>
  annotations.filter(({ level, message }) => level === 'warning' && message.includes('comment'))

describe('the comment', () => {
  test.each([
    ['GITHUB_TOKEN, which is nobody’s', 'ghs_job', 'github-actions[bot]'],
    ['the token of an app', 'ghs_app', 'shop-deployer[bot]'],
    ['the token of a user', 'ghp_octocat', 'octocat'],
  ])('is one, written by %s, and updated in place by later runs', (_, token, login) =>
    inWorld(async (world) => {
      const { aws } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const first = await plan(world, { 'github-token': token })
      expect(first.exitCode).toBe(0)
      expect(bodies()).toHaveLength(1)
      expect(bodies()[0]).toContain(first.outputs['plan']?.trim())
      expect(bodies()[0]).toContain('Plan: 1 function would change')
      expect(bodies()[0]).toContain('https://github.com/example/shop/actions/runs/42')

      await world.main({ functions: 'orders' })
      const again = await plan(world, { 'github-token': token })
      expect(again.outputs['changed']).toBe('false')
      expect(github.comments.of(PULL)).toMatchObject([{ user: { login }, updates: 1 }])
      expect(bodies()[0]).toContain('which would not change')
      expect(bodies()[0]).not.toContain('ROTEL_OTLP_EXPORTER_ENDPOINT')
      expect(github.asked.filter(({ status }) => status >= 500)).toEqual([])
    }),
  )

  test('is found behind hundreds of others, and nobody else’s that quotes it is touched', () =>
    inWorld(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      await plan(world)
      const [own] = bodies()
      if (own === undefined) throw new Error('no comment')
      const { id } = github.comments.of(PULL)[0] ?? { id: 0 }
      github.comments.delete(id)
      // Others stand before it: somebody's copy, and what the same bot quotes for another workflow.
      github.comments.add(PULL, OCTOCAT, own)
      github.comments.add(PULL, ACTIONS_BOT, `> ${own}`)
      github.comments.add(PULL, DEPLOYER, own)
      for (let i = 0; i < 230; i += 1) github.comments.add(PULL, OCTOCAT, `comment ${String(i)}`)
      github.comments.add(PULL, ACTIONS_BOT, own)
      await plan(world)
      const updated = github.comments.of(PULL).filter(({ updates }) => updates > 0)
      expect(updated).toEqual([expect.objectContaining({ user: ACTIONS_BOT })])
      expect(updated[0]?.body.startsWith('<!-- ')).toBe(true)
      expect(github.comments.of(PULL)).toHaveLength(234)
      expect(github.asked.filter(({ path }) => path.includes('page=3'))).toHaveLength(1)
    }))

  test('is the step’s own: of each job, mode, selection, region and account, in any order of the lists', () =>
    inWorld(async (world) => {
      const { aws } = world
      for (const name of ['orders', 'refunds']) aws.lambda.createFunction({ name })
      aws.lambda.createFunction({ name: 'orders', region: 'eu-west-1' })
      const both = { functions: 'orders\nrefunds' }
      const job = (name: string) => ({ ...event('pull_request', ofPull), GITHUB_JOB: name })
      const steps: readonly (readonly [object, Readonly<Record<string, string>>])[] = [
        [{}, job('plan')],
        [{}, job('plan-again')],
        [{}, { ...job('plan'), GITHUB_WORKFLOW: 'Nightly' }],
        [both, job('plan')],
        [{ regions: 'eu-west-1' }, job('plan')],
        [{ mode: 'remove', 'dry-run': 'true' }, job('plan')],
        [{ ...both, shard: '1/2' }, job('plan')],
      ]
      for (const [inputs, env] of steps) await plan(world, { ...inputs }, env)
      expect(github.comments.of(PULL)).toHaveLength(steps.length)
      await plan(world, { functions: 'refunds\norders' })
      expect(github.comments.of(PULL)).toHaveLength(steps.length)
    }))

  test('mentions nobody, refers to no issue, and holds no Markdown of others', () =>
    inWorld(async (world) => {
      const { aws } = world
      const role = aws.iam.createRole({ name: 'shop@octocat', attached: [] }).arn
      aws.lambda.createFunction({ name: 'orders', role, variables: FOREIGN })
      const text =
        'denied for @octocat and @example/team, see #12, example/shop#13, GH-14 and https://github.com/example/shop/issues/15 <img src=x onerror=alert(1)> <!-- clickstack -->'
      aws.faults.add({
        operation: 'GetFunction',
        functionName: 'orders',
        count: Infinity,
        fault: { kind: 'error', name: 'AccessDeniedException', status: 403, message: text },
      })
      await plan(world)
      const [body = ''] = bodies()
      expect(body).toContain('denied for')
      expect(body).not.toMatch(
        /@(octocat|example)|#1[23]|GH-14|:\/\/github.com\/example\/shop\/issues|<img/,
      )
      expect(body.match(/<!--/g)).toHaveLength(1)
    }))

  test('that was deleted while it was to be updated is written anew', () =>
    inWorld(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      await plan(world)
      github.fail((method) => method === 'PATCH', 404)
      const result = await plan(world)
      expect(warningsOf(result)).toEqual([])
      expect(github.comments.of(PULL)).toHaveLength(2)
    }))
})

describe('a plan without its comment is a warning and no failure', () => {
  test.each<[string, Readonly<Record<string, string>>, string, object, RegExp]>([
    ['the token of a fork', { 'github-token': 'ghs_fork' }, 'pull_request', ofPull, /403.*fork/],
    ['no token', { 'github-token': '' }, 'pull_request', ofPull, /`github-token` is empty/],
    ['a token that is wrong', { 'github-token': 'ghs_old' }, 'pull_request', ofPull, /401/],
    ['a push', {}, 'push', { ref: 'refs/heads/main' }, /not started by a pull request/],
    ['a schedule', {}, 'schedule', {}, /not started by a pull request/],
    ['an issue', {}, 'issue_comment', { issue: { number: 9 } }, /not started by a pull request/],
    [
      'a pull request that is gone',
      {},
      'pull_request',
      { pull_request: { ...ofPull.pull_request, number: 99 } },
      /404/,
    ],
  ])('with %s', (_, inputs, name, payload, warning) =>
    inWorld(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      const result = await plan(world, inputs, event(name, payload))
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual(['orders: planned'])
      expect(warningsOf(result).map(({ message }) => message)).toEqual([
        expect.stringMatching(warning),
      ])
      expect(bodies()).toEqual([])
    }),
  )

  test.each([500, 422, 'hang'] as const)('where GitHub answers a write with %s', (answer) =>
    inWorld(async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      github.fail((method, path) => method === 'POST' && path.endsWith('/comments'), answer)
      const result = await plan(world)
      expect(result.exitCode).toBe(0)
      expect(warningsOf(result)).toHaveLength(1)
      expect(writes()).toHaveLength(1)
    }),
  )
})

test('comments that GitHub does not list are waited for for a minute', async () => {
  const { clock, env } = fastTime(10)
  await inWorld(
    async (world) => {
      world.aws.lambda.createFunction({ name: 'orders' })
      github.fail((method, path) => method === 'GET' && path.endsWith('/comments'), 'hang')
      const began = clock.now()
      const result = await plan(world, {}, { ...event('pull_request', ofPull), ...env })
      expect(clock.now() - began).toBeLessThan(180_000)
      expect(result.exitCode).toBe(0)
      expect(warningsOf(result)).toHaveLength(1)
    },
    { clock },
  )
})

test('an older GitHub that does not tell who the viewer is has its bot’s comment updated', async () => {
  await github.close()
  github = await startLocalGitHub({ pulls: [PULL], tokens: TOKENS, hasGraphQl: false })
  await inWorld(async (world) => {
    world.aws.lambda.createFunction({ name: 'orders' })
    for (const token of ['ghs_job', 'ghp_octocat']) {
      await plan(world, { 'github-token': token })
      await plan(world, { 'github-token': token })
    }
    expect(github.comments.of(PULL).map(({ user, updates }) => [user.login, updates])).toEqual([
      ['github-actions[bot]', 1],
      ['octocat', 1],
    ])
  })
})

test('a comment on a pull request starts a plan for it, too', () =>
  inWorld(async (world) => {
    world.aws.lambda.createFunction({ name: 'orders' })
    const payload = { issue: { number: PULL, pull_request: { url: 'x' } } }
    await plan(world, {}, event('issue_comment', payload))
    expect(bodies()).toHaveLength(1)
  }))

test('without `comment`, GitHub is not asked, and other modes refuse it as bad input', () =>
  inWorld(async (world) => {
    world.aws.lambda.createFunction({ name: 'orders' })
    await plan(world, { comment: 'false' })
    for (const name of ['comment', 'fail-on-change']) {
      for (const mode of ['apply', 'verify', 'remove']) {
        const inputs = { comment: 'false', mode, [name]: 'true' }
        const result = await plan(world, inputs, { GITHUB_API_URL: github.url })
        expect(result.annotations.map(({ title }) => title)).toEqual([`Input ${name}`])
      }
    }
    expect(github.asked).toEqual([])
  }))
