/**
 * Links into HyperDX's user interface, for summary and outputs. Sources: HyperDX `packages/app/src/DBSearchPage.tsx`,
 * `buildLogSearchLink` of its alerts, and its page `/trace/<id>`.
 */

import { withoutTrailing } from '../../model/text-end'
import { parseUrl } from '../../model/url'
import { withoutApiPath } from './hyperdx-address'

export interface SearchLink {
  /** Of the user interface. */
  readonly hyperDxUrl: string
  /** Id of the log source, or its name; without it the page takes the one that was used last, or the default. */
  readonly logSource?: string | undefined
  readonly functionName: string
  readonly requestId?: string | undefined
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The logs of a function, or of one of its invocations, in a window of time. Without `from` and `to` the page would go
 * to its live tail.
 */
export function searchLink(link: SearchLink): string {
  const { requestId } = link
  const terms = [
    // Quoted is equality; unquoted is "contains".
    `ResourceAttributes.faas.name:"${plain(link.functionName)}"`,
    ...(requestId === undefined || plain(requestId) === ''
      ? []
      : [`(LogAttributes.faas.invocation_id:"${plain(requestId)}" OR "${plain(requestId)}")`]),
  ]
  const parameters: readonly (readonly [string, string])[] = [
    ...(link.logSource === undefined ? [] : [['source', link.logSource] as const]),
    ['where', terms.join(' AND ')],
    ['whereLanguage', 'lucene'],
    ['from', String(Math.floor(link.fromMs))],
    ['to', String(Math.ceil(link.toMs))],
    ['isLive', 'false'],
  ]
  // Not URLSearchParams: its `+` for a space would be read as a plus.
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${baseOf(link.hyperDxUrl)}/search?${query}`
}

/**
 * The address of HyperDX's user interface, where `given` is that of its API server: the one origin that this lets read
 * its answers (`packages/api/src/middleware/cors.ts`: FRONTEND_URL). `undefined`: it tells none, or that of whoever runs it
 * on a machine of their own.
 */
export function uiOrigin(given: string, allowOrigin: string | undefined): string | undefined {
  const ui = parseUrl(allowOrigin ?? '')
  if (ui === undefined || !/^https?:$/.test(ui.protocol)) return undefined
  return isOwnMachine(ui.hostname) && !isOwnMachine(new URL(given).hostname)
    ? undefined
    : baseOf(ui.href)
}

function isOwnMachine(hostname: string): boolean {
  return /^(localhost|127\.[0-9.]+|\[::1\]|0\.0\.0\.0)$/.test(hostname)
}

/** All spans and correlated logs of a trace. */
export function traceLink(hyperDxUrl: string, traceId: string): string {
  return `${baseOf(hyperDxUrl)}/trace/${encodeURIComponent(plain(traceId))}`
}

/**
 * HyperDX decodes `where` twice, so no `%` may be left in it, and a quote would end the term. Names of functions and ids
 * of requests hold nothing but letters, digits, `-`, `_` and `.` (Lambda API, FunctionName): anything else is left out.
 */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '')
}

/** Without user and password, which a reader of the summary must not see, and without a slash at the end. */
function baseOf(hyperDxUrl: string): string {
  const url = parseUrl(hyperDxUrl)
  // Nothing tells where its authority ends: a password may hold `/`.
  if (url === undefined) return withoutTrailing(hyperDxUrl.replace(/^([^/]*\/\/|).*@/s, '$1'), '/')
  return withoutApiPath(`${url.origin}${url.pathname}`)
}
