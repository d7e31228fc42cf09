/**
 * Local GitHub: as much of its API as a step uses for a comment of a pull request and for a list of releases, over HTTP on
 * loopback, reached through GITHUB_API_URL. Strict: what GitHub refuses is refused, with its status and its words.
 */

import { createServer, type IncomingMessage } from 'node:http'
import { createFaults, type Faults, playFault } from '../clickstack/faults'
import { type Author, bodyFault, type Comment, type Comments, createComments } from './comments'

/** What a token may do, and as whom. */
export interface Token {
  readonly author: Author
  /** An installation token, as GITHUB_TOKEN is: it is nobody's, so that `GET /user` refuses it. */
  readonly isInstallation: boolean
  /** `permissions: pull-requests: write`; not for pull requests of forks. */
  readonly mayWrite: boolean
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly status: number
}

export interface LocalGitHub {
  /** For GITHUB_API_URL. */
  readonly url: string
  readonly comments: Comments
  readonly asked: readonly Asked[]
  /** By `METHOD /path`. */
  readonly faults: Faults
  /** Each request that is true of it is answered so: a status, or never. */
  fail(matches: (method: string, path: string) => boolean, answer: number | 'hang'): void
  close(): Promise<void>
}

export const ACTIONS_BOT: Author = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' }

interface Release {
  readonly tag_name: string
  readonly body: string
}

interface Options {
  /** `owner/name`; `example/shop` unless given. */
  readonly repository?: string
  /** The numbers of its pull requests. */
  readonly pulls: readonly number[]
  readonly locked?: readonly number[]
  readonly tokens: Readonly<Record<string, Token>>
  /** Of other, public repositories by `owner/name`, newest first. */
  readonly releases?: Readonly<Record<string, readonly Release[]>>
  /** Older Enterprise Servers may have it turned off for tokens. */
  readonly hasGraphQl?: boolean
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly link?: string
}

const problem = (status: number, message: string, more: object = {}): Reply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', ...more },
})
const NOT_FOUND = problem(404, 'Not Found')
const NOT_FOR_INTEGRATIONS = problem(403, 'Resource not accessible by integration')

export async function startLocalGitHub(options: Options): Promise<LocalGitHub> {
  const {
    repository = 'example/shop',
    pulls,
    locked = [],
    tokens,
    releases = {},
    hasGraphQl = true,
  } = options
  const comments = createComments()
  const asked: Asked[] = []
  const faults = createFaults()
  const answers: { matches: (method: string, path: string) => boolean; answer: number | 'hang' }[] =
    []

  const api = (request: IncomingMessage, url: URL, text: string): Reply => {
    if (request.headers['user-agent'] === undefined) {
      return problem(403, 'Request forbidden by administrative rules.')
    }
    const given = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const token = given === undefined ? undefined : tokens[given]
    if (given !== undefined && token === undefined) return problem(401, 'Bad credentials')
    const { pathname } = url
    const method = request.method ?? 'GET'
    if (method === 'GET' && pathname === '/user') {
      if (token === undefined) return problem(401, 'Requires authentication')
      return token.isInstallation ? NOT_FOR_INTEGRATIONS : { status: 200, body: token.author }
    }
    if (method === 'POST' && pathname === '/graphql') return graphQl(token, hasGraphQl)
    const [, publisher = ''] = /^\/repos\/([^/]+\/[^/]+)\/releases$/.exec(pathname) ?? []
    const published = releases[publisher]
    if (method === 'GET' && published !== undefined) return { status: 200, body: listed(published) }
    const [, repo, rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/issues\/(.+)$/.exec(pathname) ?? []
    if (repo === undefined) return problem(501, `Local GitHub does not model ${pathname}`)
    if (repo !== repository) return NOT_FOUND
    const [, number] = /^(\d+)\/comments$/.exec(rest) ?? []
    if (number !== undefined) {
      const pull = Number(number)
      if (!pulls.includes(pull)) return NOT_FOUND
      if (method === 'GET') return page(comments.of(pull), url)
      if (method !== 'POST') return NOT_FOUND
      const refused = refusal(token, text, locked.includes(pull))
      if (refused) return refused
      return { status: 201, body: shown(comments.add(pull, authorOf(token), bodyIn(text))) }
    }
    const [, id] = /^comments\/(\d+)$/.exec(rest) ?? []
    const comment = id === undefined ? undefined : comments.byId(Number(id))
    if (method !== 'PATCH' || comment === undefined) return NOT_FOUND
    const refused = refusal(token, text, locked.includes(comment.pull))
    if (refused) return refused
    return { status: 200, body: shown(comments.update(comment.id, bodyIn(text)) ?? comment) }
  }

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const url = new URL(request.url ?? '/', base())
      const method = request.method ?? 'GET'
      if (await playFault(faults.next(`${method} ${url.pathname}`), response)) {
        asked.push({ method, path: url.pathname + url.search, status: 0 })
        return
      }
      const fault = answers.find(({ matches }) => matches(method, url.pathname))
      if (fault?.answer === 'hang') {
        asked.push({ method, path: url.pathname + url.search, status: 0 })
        return
      }
      const reply =
        fault === undefined
          ? api(request, url, Buffer.concat(chunks).toString('utf8'))
          : problem(fault.answer, 'Server Error')
      asked.push({ method, path: url.pathname + url.search, status: reply.status })
      response.writeHead(reply.status, {
        'content-type': 'application/json; charset=utf-8',
        ...(reply.link !== undefined && { link: reply.link }),
      })
      response.end(JSON.stringify(reply.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const base = () => `http://127.0.0.1:${String(port)}`

  return {
    url: base(),
    comments,
    asked,
    faults,
    fail: (matches, answer) => void answers.push({ matches, answer }),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Of the schema: `viewer { login }`, which tells who a token is, of an installation too. */
function graphQl(token: Token | undefined, isThere: boolean): Reply {
  if (!isThere) return NOT_FOUND
  if (token === undefined) return problem(401, 'This endpoint requires you to be authenticated.')
  return { status: 200, body: { data: { viewer: { login: token.author.login } } } }
}

function refusal(token: Token | undefined, text: string, isLocked: boolean): Reply | undefined {
  if (token === undefined) return problem(401, 'Requires authentication')
  if (!token.mayWrite) return NOT_FOR_INTEGRATIONS
  if (isLocked) return problem(403, 'Unable to create comment because issue is locked.')
  const fault = bodyFault((JSON.parse(text) as { readonly body?: unknown }).body)
  return fault === undefined
    ? undefined
    : problem(422, 'Validation Failed', { errors: [{ resource: 'IssueComment', message: fault }] })
}

function bodyIn(text: string): string {
  return (JSON.parse(text) as { readonly body: string }).body
}

/** Only who has a token gets this far. */
function authorOf(token: Token | undefined): Author {
  if (token === undefined) throw new Error('a comment needs an author')
  return token.author
}

function shown({ id, body, user }: Comment): object {
  return { id, body, user, html_url: `https://github.com/example/shop/pull/1#issuecomment-${id}` }
}

function listed(releases: readonly Release[]): readonly object[] {
  return releases.map((release, id) => ({ id, ...release, draft: false, prerelease: false }))
}

/** Oldest first, 30 on a page, 100 at most, with the address of the next page in `Link`. */
function page(all: readonly Comment[], url: URL): Reply {
  const number = (name: string, byDefault: number) => {
    const given = Number(url.searchParams.get(name) ?? byDefault)
    return Number.isInteger(given) && given > 0 ? given : byDefault
  }
  const size = Math.min(100, number('per_page', 30))
  const at = number('page', 1)
  const items = all.slice((at - 1) * size, at * size)
  const isLast = at * size >= all.length
  const next = new URL(url)
  next.searchParams.set('page', String(at + 1))
  return {
    status: 200,
    body: items.map(shown),
    ...(!isLast && { link: `<${next.href}>; rel="next"` }),
  }
}
