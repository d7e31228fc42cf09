/**
 * HyperDX's external API v2 over fetch: where it is, its key, its limit of 100 requests a minute, and faults that come
 * and go. No text from here holds the key, an answer's body, or more of the URL than its origin.
 */

import PQueue from 'p-queue'
import { parseUrl } from '../model/url'
import { membersOf, parseJson, textOf } from '../model/json'
import { PROXY_FAULT } from '../model/proxy-fault'
import { type Result, succeeded } from '../model/result'
import type { Clock } from '../model/clock'
import { done, type Look, notYet, poll } from '../model/poll'
import type { StoreFault } from '../systems/clickstack/telemetry-store'
import { type FetchedAnswer, proxiedFetch } from './proxied-fetch'
import { withoutApiPath } from '../systems/clickstack/hyperdx-address'

export interface HyperDxSettings {
  /** The API server (port 8000 in the field) or the user interface (8080), which hands API calls on. */
  readonly url: string
  /** A user's personal API access key; not the ingestion key. `undefined`: asked without, which finds the API all the same. */
  readonly apiKey: string | undefined
}

export interface HyperDxLimits {
  readonly timeLimitMs: number
  readonly requestsPerMinute: number
  /** Attempts at a request whose answer may pass. Default: 4. */
  readonly tries?: number
}

/** A little less than HyperDX allows each key: its windows and ours do not begin together. */
export const HYPERDX_LIMITS: HyperDxLimits = { timeLimitMs: 15_000, requestsPerMinute: 95 }

interface ApiAnswer {
  readonly status: number
  /** `undefined`: it was not JSON. */
  readonly json: unknown
  /** The server's clock less this machine's, in ms, to the second; `undefined`: unknown. */
  readonly clockAhead: number | undefined
}

/** Where the API was found. */
interface HyperDxSite {
  /** What was given, without user, password and the API's own path. */
  readonly address: string
  /** Through the user interface, which is at that address, too. */
  readonly isUi: boolean
  /** The one origin that may read the API's answers in a browser: that of the user interface. */
  readonly allowOrigin: string | undefined
}

export interface HyperDxApi {
  /** Finds the API and checks the key. Asked before anything else. */
  connect(): Promise<Result<ApiAnswer, StoreFault>>
  /** Where the API answered last time `connect` asked, though it refused the key; `undefined`: nowhere. */
  site(): HyperDxSite | undefined
  /** Whether there is a page at this path of the site. */
  hasPage(path: string): Promise<boolean>
  /** Any answer but 2xx is a fault, with the status. */
  get(path: string): Promise<Result<ApiAnswer, ApiFault>>
  /** @param tries attempts at most, where whoever asks will ask again */
  post(path: string, body: unknown, tries?: number): Promise<Result<ApiAnswer, ApiFault>>
  close(): void
}

export interface ApiFault extends StoreFault {
  /** `undefined`: the server did not answer. */
  readonly status?: number
}

/** The API server's own path, and the one through the UI, whose proxy takes one `/api` off (`pages/api/[...all].ts`). */
const BASES = ['/api/v2', '/api/api/v2']

const TRIES = 4
const PAUSES = { firstMs: 400, longestMs: 1_600 }
/** A hanging server has had its time after two. */
const TRIES_AFTER_TIME_OUT = 2
/** Windows of the limit are a minute. */
const WINDOW_MS = 60_000
const WAITS_FOR_LIMIT = 4

export function hyperDxApi(
  { url, apiKey }: HyperDxSettings,
  clock: Clock,
  limits: HyperDxLimits = HYPERDX_LIMITS,
): HyperDxApi {
  const site = siteOf(url)
  const fetch = proxiedFetch()
  const closing = new AbortController()
  const queue = new PQueue({
    concurrency: 4,
    intervalCap: limits.requestsPerMinute,
    interval: WINDOW_MS,
    strict: true,
  })
  let base = BASES[0] ?? ''
  let found: HyperDxSite | undefined

  const send = async (path: string, body: unknown): Promise<Reply> => {
    const asked = clock.now()
    try {
      const response = await fetch(`${site.address}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A redirect would lose the key or the body on its way.
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(limits.timeLimitMs)]),
      })
      const text = await response.text()
      return {
        status: response.status,
        json: parseJson(text),
        clockAhead: clockAhead(response.headers, asked, clock.now()),
        retryAfterMs: retryAfter(response.headers, clock.now()),
        elsewhere: response.headers.get('location') ?? undefined,
        allowOrigin: response.headers.get('access-control-allow-origin') ?? undefined,
        isPage:
          response.status === 200 &&
          /^text\/html\b/.test(response.headers.get('content-type') ?? ''),
        refusesKey: response.status === 401 && text.trim() === 'Unauthorized',
      }
    } catch (thrown) {
      return { silence: silenceOf(thrown) }
    }
  }

  /** Requests that still wait for their turn when the store is closed end as well. */
  const inTurn = async (request: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await queue.add(request, { signal: closing.signal })
    } catch {
      return { silence: 'no connection' }
    }
  }

  const ask = async (
    path: string,
    body?: unknown,
    mostTries = limits.tries ?? TRIES,
  ): Promise<Result<ApiAnswer, ApiFault>> => {
    let attempts = 0
    let waits = 0
    const once = async (): Promise<Look<Result<ApiAnswer, ApiFault>, undefined>> => {
      const reply = await inTurn(() => send(path, body))
      if (closing.signal.aborted) return done(CLOSED)
      if (!('silence' in reply) && reply.status === 429) {
        // Waiting for a turn is not a failed attempt.
        return ++waits > WAITS_FOR_LIMIT
          ? done(fault('unreachable', 'HyperDX’s limit of requests per minute is exhausted', 429))
          : notYet(undefined, Math.min(reply.retryAfterMs ?? WINDOW_MS, WINDOW_MS))
      }
      attempts += 1
      if ('silence' in reply) {
        const tries = Math.min(mostTries, reply.silence === TIME_OUT ? TRIES_AFTER_TIME_OUT : TRIES)
        return attempts >= tries || reply.silence === BAD_REQUEST
          ? done(unanswered(site, reply.silence))
          : notYet(undefined)
      }
      if (reply.status >= 500 && attempts < mostTries) return notYet(undefined)
      // The first place that knows the API is it, whatever it thinks of the key.
      if (reply.refusesKey || isApi(reply.json)) found ??= siteAt(path, reply.allowOrigin)
      return done(judged(reply, site))
    }
    const answered = await poll(once, PAUSES, { clock, signal: closing.signal })
    return answered.kind === 'done' ? answered.value : CLOSED
  }

  const siteAt = (path: string, allowOrigin: string | undefined): HyperDxSite => ({
    address: site.address,
    isUi: path.startsWith('/api/api/'),
    allowOrigin,
  })

  return {
    site: () => found,
    async connect() {
      found = undefined
      if (!site.valid) return NO_URL
      // Characters that no header takes would be refused in words that quote them.
      if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
        return fault(
          'unauthenticated',
          '`hyperdx-api-key` is empty or has characters that a key cannot have',
        )
      }
      let first: ApiFault | undefined
      for (const candidate of BASES) {
        const answer = await ask(candidate)
        if (answer.ok && isApi(answer.value.json)) {
          base = candidate
          return answer
        }
        const instead = answer.ok ? notHyperDx(site, answer.value.status) : answer.fault
        // A refused key says more than a path that is not there; of two that say as much, the first counts.
        if (first === undefined || (isRefusal(instead) && !isRefusal(first))) first = instead
        if (instead.status === undefined) break
      }
      return { ok: false, fault: first ?? notHyperDx(site, 0) }
    },
    async hasPage(path) {
      const reply = await inTurn(() => send(path, undefined))
      return !('silence' in reply) && reply.isPage
    },
    get: (path) => ask(`${base}${path}`),
    post: (path, body, tries) => ask(`${base}${path}`, body, tries),
    close() {
      closing.abort()
      queue.clear()
    },
  }
}

const CLOSED = fault('unreachable', 'the run ended')

const NO_URL = {
  ok: false,
  fault: {
    kind: 'unreachable',
    text: '`hyperdx-url` is not an http or https URL',
    lasts: true,
  },
} as const

interface Answered extends ApiAnswer {
  readonly retryAfterMs: number | undefined
  readonly elsewhere: string | undefined
  readonly allowOrigin: string | undefined
  readonly isPage: boolean
  /** In HyperDX's own words, which a proxy before it does not use (`packages/api/src/middleware/auth.ts`). */
  readonly refusesKey: boolean
}

type Reply = Answered | { readonly silence: string }

interface Site {
  readonly valid: boolean
  /** Origin and path, without user, password, query, and the API's own path. */
  readonly address: string
  /** What may be shown. */
  readonly name: string
}

function siteOf(url: string): Site {
  const parts = parseUrl(url)
  if (parts === undefined || !/^https?:$/.test(parts.protocol)) {
    return { valid: false, address: '', name: 'hyperdx-url' }
  }
  const path = withoutApiPath(parts.pathname)
  return { valid: true, address: `${parts.origin}${path}`, name: parts.origin }
}

/** Statuses as HyperDX and the proxies before it give them; a 401 is plain text, 400 and 500 carry a `message`. */
function judged(reply: Answered, site: Site): Result<ApiAnswer, ApiFault> {
  const { status } = reply
  if (status >= 200 && status < 300) return succeeded(reply)
  if (status === 401) {
    return fault(
      'unauthenticated',
      `HyperDX at ${site.name} does not accept \`hyperdx-api-key\`. It must be a personal API access key, not the ingestion key; a HyperDX without sign-in (local mode) accepts none`,
      status,
    )
  }
  if (status === 403) return fault('denied', `HyperDX at ${site.name} denies access (403)`, status)
  if (status >= 300 && status < 400) {
    return fault('refused', `${site.name} redirects${toward(reply.elsewhere, site)}`, status)
  }
  if (status >= 500) {
    const what = UNABLE.test(textOf(membersOf(reply.json)['message']) ?? '')
      ? `HyperDX at ${site.name} cannot query its ClickHouse`
      : status === 500
        ? `HyperDX at ${site.name} answers with an error`
        : `the proxy at ${site.name} cannot reach HyperDX`
    return fault('unreachable', `${what} (${status})`, status)
  }
  const error = errorName(reply.json)
  return fault(
    'refused',
    `HyperDX at ${site.name} answered ${status}${error === undefined ? '' : `: ${error}`}`,
    status,
  )
}

/** What the search answers for every error of ClickHouse that is not about the question (`search.ts`). */
const UNABLE = /^Query execution failed/

function toward(location: string | undefined, site: Site): string {
  const target = parseUrl(location ?? '', site.address)?.origin
  if (target === undefined || target === site.name) return '. Set `hyperdx-url` to HyperDX itself'
  return ` to ${target}. Set \`hyperdx-url\` to that URL`
}

/**
 * The first words only: ClickHouse's texts go on with the query, and with values that must not be shown
 * (`UNKNOWN_IDENTIFIER: …`, `Body validation failed: select: …`).
 */
function errorName(json: unknown): string | undefined {
  const message = textOf(membersOf(json)['message'])
  if (message === undefined) return undefined
  return (
    /^([A-Z][A-Z0-9_]{2,60}):/.exec(message)?.[1] ??
    /^(Body validation failed: \w{1,20}|Source not found|Connection not found)/.exec(message)?.[0]
  )
}

function notHyperDx(site: Site, status: number): ApiFault {
  return {
    kind: 'refused',
    text: `the server at ${site.name} is not the HyperDX API (neither ${BASES.join(' nor ')} exists). ClickHouse Observability and managed ClickStack do not have it: use \`clickhouse-url\` there`,
    status,
  }
}

function isApi(json: unknown): boolean {
  return membersOf(json)['version'] !== undefined
}

function isRefusal({ kind }: ApiFault): boolean {
  return kind === 'unauthenticated' || kind === 'denied'
}

/** A name that does not exist, or a certificate of another, does not come to be right. */
function unanswered(site: Site, silence: string): { ok: false; fault: ApiFault } {
  const { fault: silent } = fault(
    'unreachable',
    `HyperDX at ${site.name} did not answer (${silence})`,
  )
  const lasts = silence === BAD_REQUEST || LASTING.test(silence)
  return { ok: false, fault: { ...silent, ...(lasts && { lasts: true }) } }
}

const LASTING =
  /^(ENOTFOUND|EPROTO|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/

function fault(
  kind: StoreFault['kind'],
  text: string,
  status?: number,
): { ok: false; fault: ApiFault } {
  return { ok: false, fault: { kind, text, ...(status !== undefined && { status }) } }
}

type AnswerHeaders = FetchedAnswer['headers']

/** Half a second on top: the header leaves fractions out. What it cannot tell counts as no difference. */
function clockAhead(headers: AnswerHeaders, asked: number, answered: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(date)) return undefined
  const ahead = date + 500 - (asked + answered) / 2
  return Math.abs(ahead) <= 1000 + (answered - asked) / 2 ? 0 : ahead
}

/**
 * The rest of the window. HyperDX sends `Retry-After: 60` whatever the rest, and the rest itself in the draft headers of
 * express-rate-limit: `RateLimit-Reset` (draft 6) or `RateLimit: …reset=…` (7) or `…t=…` (8). The shortest is true.
 */
function retryAfter(headers: AnswerHeaders, now: number): number | undefined {
  const later = headers.get('retry-after') ?? ''
  const [, ofList] = /\b(?:reset|t)=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? []
  const waits = [later, headers.get('ratelimit-reset') ?? '', ofList ?? '']
    .filter((seconds) => /^\d+$/.test(seconds))
    .map((seconds) => Number(seconds) * 1000)
  const date = Date.parse(/^\d/.test(later) ? '' : later)
  if (!Number.isNaN(date)) waits.push(date - now)
  // Its seconds are rounded, and a window that is just over is not open yet.
  return waits.length === 0 ? undefined : Math.max(1_000, Math.min(...waits))
}

const TIME_OUT = 'no answer in time'
const BAD_REQUEST = 'the request failed'

/** By codes only: the words of fetch may quote URLs and headers. Those about a proxy are our own. */
function silenceOf(thrown: unknown): string {
  const { name, cause, message } = membersOf(thrown)
  if (name === 'TimeoutError') return TIME_OUT
  const { code, message: words } = membersOf(cause)
  if (code === PROXY_FAULT && typeof words === 'string') return words
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code
  // What broke on its way has a cause, or is `terminated` in the middle of the body.
  return cause === undefined && message !== 'terminated' ? BAD_REQUEST : 'no connection'
}
