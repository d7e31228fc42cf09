/**
 * HyperDX's external API: at the API server itself (8000, `/api/v2/…`), and through the UI (8080), whose proxy takes
 * one `/api` off, so that there the path is `/api/api/v2/…` (`packages/app/pages/api/[...all].ts`).
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Engine } from './engine'
import { createFaults, playFault, type Faults } from './faults'
import { bodyOf, listenOnLoopback } from './http-server'
import { search } from './hyperdx-search'
import type { HyperDxSource } from './hyperdx-sources'
import { createRateLimiter, type RateLimit } from './rate-limit'

/** One request that reached the API. */
interface HyperDxRequest {
  readonly method: string
  /** As the API sees it, after the proxy. */
  readonly path: string
  readonly body: unknown
  readonly status: number
}

export interface HyperDx {
  /** The API server: append `/api/v2`. */
  readonly apiPort: number
  /** The UI: append `/api/api/v2`. */
  readonly uiPort: number
  readonly requests: HyperDxRequest[]
  /** The path of each request that came, as it was asked for; pages of the UI included. */
  readonly asked: string[]
  /** May be changed, as in the team's settings. */
  readonly sources: HyperDxSource[]
  readonly faults: Faults
  close(): Promise<void>
}

interface Options {
  readonly engine: Engine
  /** The personal API access key of a user; not the ingestion key. */
  readonly accessKey: string
  readonly sources: readonly HyperDxSource[]
  readonly rateLimit: RateLimit
  /** By how many ms the server's clock is ahead of the real time. */
  readonly clockAheadMs: () => number
  readonly edition: HyperDxEdition
  /** What the team set as the address of the UI (FRONTEND_URL). Default: the UI's own. */
  readonly frontendUrl: string | undefined
}

/**
 * `signed-in`: as teams run it; `local`: without sign-in, where no key is accepted; `managed`: of ClickHouse Cloud, which has
 * the pages and no API.
 */
type HyperDxEdition = 'signed-in' | 'local' | 'managed'

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text goes out as it is, anything else as JSON. */
  readonly body: unknown
}

export async function startHyperDx({
  engine,
  accessKey,
  sources: initial,
  rateLimit,
  clockAheadMs,
  edition,
  frontendUrl,
}: Options): Promise<HyperDx> {
  const sources = [...initial]
  const requests: HyperDxRequest[] = []
  const askedPaths: string[] = []
  const faults = createFaults()
  const limiter = createRateLimiter(rateLimit)

  async function route(request: IncomingMessage, path: string, body: unknown): Promise<Answer> {
    const { method = '' } = request
    if (path === '/health') return { status: 200, body: { data: 'OK', version: '2.36.0' } }
    if (!path.startsWith('/api/v2')) return notFound(method, path)
    const { authorization } = request.headers
    const limited = path === '/api/v2' ? undefined : limiter.count(authorization ?? 'unknown')
    const headers = limited?.headers ?? {}
    if (limited?.exceeded) {
      return { status: 429, headers, body: 'Too many requests, please try again later.' }
    }
    // sendStatus(401): the one error without a message object (packages/api/src/middleware/auth.ts).
    if (edition === 'local' || authorization?.split('Bearer ')[1] !== accessKey) {
      return { status: 401, headers, body: 'Unauthorized' }
    }
    if (path === '/api/v2' && method === 'GET') {
      return { status: 200, body: { version: 'v2', user: userWith(accessKey) } }
    }
    if (path === '/api/v2/sources' && method === 'GET') {
      return { status: 200, headers, body: { data: sources } }
    }
    if (path === '/api/v2/search' && method === 'POST') {
      return { headers, ...(await search(engine, sources, body)) }
    }
    return notFound(method, path)
  }

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
    pathOf: (path: string) => string | undefined,
  ): Promise<void> {
    const asked = new URL(request.url ?? '/', 'http://hyperdx').pathname.replace(/(.)\/$/, '$1')
    const text = String(await bodyOf(request))
    askedPaths.push(asked)
    if (await playFault(faults.next(asked), response)) return
    const path = edition === 'managed' ? undefined : pathOf(asked)
    if (path === undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!DOCTYPE html><html><head><title>ClickStack</title></head></html>')
      return
    }
    const body = parsed(text)
    const answer = await route(request, path, body)
    requests.push({ method: request.method ?? '', path, body, status: answer.status })
    const plain = typeof answer.body === 'string'
    response.writeHead(answer.status, {
      'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      date: new Date(Date.now() + clockAheadMs()).toUTCString(),
      // One fixed origin, whoever asks (packages/api/src/middleware/cors.ts).
      'access-control-allow-origin': frontendUrl ?? `http://127.0.0.1:${ui.port}`,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
      ...answer.headers,
    })
    response.end(plain ? answer.body : JSON.stringify(answer.body))
  }

  function serve(pathOf: (path: string) => string | undefined) {
    return listenOnLoopback(
      createServer((request, response) => {
        respond(request, response, pathOf).catch(() => response.destroy())
      }),
    )
  }
  const api = await serve((path) => path)
  const ui = await serve((path) =>
    path.startsWith('/api/') ? path.slice('/api'.length) : undefined,
  )
  return {
    apiPort: api.port,
    uiPort: ui.port,
    requests,
    asked: askedPaths,
    sources,
    faults,
    async close() {
      await Promise.all([api.close(), ui.close()])
    },
  }
}

/** The whole document of the user, with its key (`req.user.toJSON()`). */
function userWith(accessKey: string): Readonly<Record<string, unknown>> {
  return {
    _id: '6600000000000000000000a1',
    name: 'ci@example.com',
    email: 'ci@example.com',
    team: '6600000000000000000000b1',
    accessKey,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    hasPasswordAuth: true,
    id: '6600000000000000000000a1',
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Express's own page, in short. */
function notFound(method: string, path: string): Answer {
  return { status: 404, body: `Cannot ${method} ${path}` }
}
