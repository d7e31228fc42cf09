/** `layer-version: latest`, from the release notes of the extension. */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { forwardProxy } from '../edges/forward-proxy'
import { inWorld } from './world'

const table = (rows: readonly string[]) =>
  [
    '## Lambda Layer Versions by Region',
    '',
    '| Region | x86-64 | arm64 |',
    '|--|--|--|',
    ...rows,
  ].join('\n')

const RELEASES = [
  {
    tag_name: 'v0.1.8-rc1',
    draft: false,
    prerelease: true,
    body: table(['| us-east-1 | 99 | 99 |']),
  },
  // Published minutes ago: the table is not in its notes yet.
  { tag_name: 'v0.1.7', draft: false, prerelease: false, body: 'Fixes' },
  { tag_name: 'v0.1.6', draft: false, prerelease: false, body: table(['| us-east-1 | 9 | N/A |']) },
  { tag_name: 'v0.1.5', draft: false, prerelease: false, body: table(['| us-east-1 | 8 | 8 |']) },
]

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A GitHub API that answers the list of releases so; returns its URL and the requests that it saw. */
async function aGitHub(answer: { status: number; body: unknown } | 'hangs') {
  const seen: IncomingMessage[] = []
  const listening = createServer((request, response) => {
    seen.push(request)
    if (answer === 'hangs') return
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer.body))
  })
  servers.push(listening)
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${String(port)}`, port, seen }
}

const inputs = { functions: 'x86\narm', 'layer-version': 'latest' }

describe('layer-version: latest', () => {
  test('takes each architecture’s number from the newest release that has one, without a token', () =>
    inWorld(
      async ({ aws, main }) => {
        const github = await aGitHub({ status: 200, body: RELEASES })
        aws.lambda.createFunction({ name: 'x86' })
        aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
        const result = await main(inputs, { env: { GITHUB_API_URL: github.url } })
        expect(result.exitCode).toBe(0)
        expect(aws.lambda.get('x86').layers).toEqual([aws.lambda.layers.rotelArn({ version: 9 })])
        expect(aws.lambda.get('arm').layers).toEqual([
          aws.lambda.layers.rotelArn({ version: 8, architecture: 'arm64' }),
        ])
        // Both are beyond what this release was tested with.
        expect(result.summary).toMatch(/Rotel layer version 8 is newer than version 7.*\(arm\)/)
        expect(result.summary).toMatch(/Rotel layer version 9 is newer than version 7.*\(x86\)/)
        expect(github.seen[0]?.url).toContain('/repos/rotel-dev/rotel-lambda-extension/releases')
        expect(github.seen[0]?.headers.authorization).toBeUndefined()
      },
      { rotelVersions: 9 },
    ))

  test.each([
    ['refuses', { status: 403, body: { message: 'rate limit' } }],
    ['answers something else', { status: 200, body: [] }],
  ] as const)(
    'keeps what is attached, takes the bundled version otherwise, and says so, when GitHub %s',
    (_, answer) =>
      inWorld(async ({ aws, main }) => {
        const github = await aGitHub(answer)
        const attached = aws.lambda.layers.rotelArn({ version: 5 })
        aws.lambda.createFunction({ name: 'x86', layers: [attached] })
        aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
        const result = await main(inputs, { env: { GITHUB_API_URL: github.url } })
        expect(result.exitCode).toBe(0)
        expect(aws.lambda.get('x86').layers).toEqual([attached])
        expect(aws.lambda.get('arm').layers).toEqual([
          aws.lambda.layers.rotelArn({ version: 7, architecture: 'arm64' }),
        ])
        expect(result.summary).toContain('could not be determined')
      }),
  )

  test('does not wait for ever for a GitHub that does not answer', () =>
    inWorld(async ({ aws, main }) => {
      const github = await aGitHub('hangs')
      aws.lambda.createFunction({ name: 'x86' })
      aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
      const result = await main(inputs, { env: { GITHUB_API_URL: github.url } })
      expect(result.exitCode).toBe(0)
      expect(result.summary).toContain('could not be determined')
    }))

  test('sends the token of this GitHub along, whose list is limited to 60 requests an hour without one', () =>
    inWorld(
      async ({ aws, main }) => {
        const github = await aGitHub({ status: 200, body: RELEASES })
        aws.lambda.createFunction({ name: 'x86' })
        aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
        const result = await main(
          { ...inputs, 'github-token': 'ghs_example' },
          { env: { GITHUB_API_URL: github.url } },
        )
        expect(result.exitCode).toBe(0)
        expect(github.seen.map(({ headers }) => headers.authorization)).toEqual([
          'token ghs_example',
        ])
      },
      { rotelVersions: 9 },
    ))

  test('goes through the proxy of the runner', () =>
    inWorld(
      async ({ aws, main }) => {
        const github = await aGitHub({ status: 200, body: RELEASES })
        const proxy = await forwardProxy()
        servers.push(proxy.server)
        aws.lambda.createFunction({ name: 'x86' })
        aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
        const result = await main(inputs, {
          env: {
            GITHUB_API_URL: `http://api.github.test:${String(github.port)}`,
            http_proxy: proxy.url,
            NO_PROXY: '127.0.0.1',
          },
        })
        expect(result.exitCode).toBe(0)
        expect(aws.lambda.get('x86').layers).toEqual([aws.lambda.layers.rotelArn({ version: 9 })])
        expect(proxy.asked).toEqual([
          expect.stringContaining(`GET http://api.github.test:${String(github.port)}/repos/`),
        ])
        expect(github.seen).toHaveLength(1)
      },
      { rotelVersions: 9 },
    ))

  test('sends the token of another GitHub to nobody', () =>
    inWorld(async ({ aws, main }) => {
      const github = await aGitHub({ status: 200, body: RELEASES })
      aws.lambda.createFunction({ name: 'x86' })
      aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
      await main(
        { ...inputs, 'github-token': 'ghs_enterprise' },
        { env: { GITHUB_API_URL: github.url, GITHUB_SERVER_URL: 'https://github.corp.example' } },
      )
      expect(github.seen).toEqual([])
    }))
})
