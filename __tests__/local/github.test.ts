/** Local GitHub answers as GitHub's REST API does: pages, permissions and limits of comments. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ACTIONS_BOT, type LocalGitHub, startLocalGitHub } from '../../local/github'

const OCTOCAT = { login: 'octocat', id: 1, type: 'User' } as const

let github: LocalGitHub
beforeAll(async () => {
  github = await startLocalGitHub({
    pulls: [7, 8],
    locked: [8],
    tokens: {
      job: { author: ACTIONS_BOT, isInstallation: true, mayWrite: true },
      fork: { author: ACTIONS_BOT, isInstallation: true, mayWrite: false },
      user: { author: OCTOCAT, isInstallation: false, mayWrite: true },
    },
  })
})
afterAll(() => github.close())

async function ask(method: string, path: string, token?: string, body?: unknown) {
  const answer = await fetch(`${github.url}${path}`, {
    method,
    headers: token === undefined ? {} : { authorization: `token ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const data = await answer.json()
  return { status: answer.status, link: answer.headers.get('link'), data }
}

const OF_7 = '/repos/example/shop/issues/7/comments'

test('comments come in pages of 30, of 100 at most, with the address of the next one', async () => {
  for (let i = 0; i < 101; i += 1) github.comments.add(7, OCTOCAT, String(i))
  expect((await ask('GET', OF_7)).data).toHaveLength(30)
  const first = await ask('GET', `${OF_7}?per_page=500`)
  expect(first.data).toHaveLength(100)
  expect(first.link).toMatch(/^<http.*[?&]page=2.*>; rel="next"$/)
  const second = await ask('GET', `${OF_7}?per_page=100&page=2`)
  expect([second.data, second.link]).toEqual([[expect.objectContaining({ body: '100' })], null])
})

describe('who may do what', () => {
  test.each([
    ['POST', OF_7, undefined, { body: 'x' }, 401],
    ['POST', OF_7, 'wrong', { body: 'x' }, 401],
    ['POST', OF_7, 'fork', { body: 'x' }, 403],
    ['POST', '/repos/example/shop/issues/8/comments', 'job', { body: 'x' }, 403],
    ['POST', '/repos/example/shop/issues/9/comments', 'job', { body: 'x' }, 404],
    ['POST', '/repos/other/shop/issues/7/comments', 'job', { body: 'x' }, 404],
    ['POST', OF_7, 'job', { body: '' }, 422],
    ['POST', OF_7, 'job', { body: 'x'.repeat(65_537) }, 422],
    ['POST', OF_7, 'job', { body: 'x'.repeat(65_536) }, 201],
    ['PATCH', '/repos/example/shop/issues/comments/1', 'job', { body: 'x' }, 404],
    ['PATCH', '/repos/example/shop/issues/comments/1001', 'fork', { body: 'x' }, 403],
    ['GET', '/user', undefined, undefined, 401],
    ['GET', '/user', 'job', undefined, 403],
    ['GET', '/user', 'user', undefined, 200],
  ] as const)('%s %s by %s', async (method, path, token, body, status) => {
    expect((await ask(method, path, token, body)).status).toBe(status)
  })

  test('the viewer is told to every token', async () => {
    const query = { query: 'query { viewer { login } }' }
    const { data } = await ask('POST', '/graphql', 'job', query)
    expect(data).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } })
  })
})
