/** HyperDX's pages: the address of its user interface, which is not always that of its API, and the log source for links. */

import type { Clock } from '../model/clock'
import { succeeded, type Result } from '../model/result'
import { isRecord, membersOf } from '../model/json'
import { uiOrigin } from '../systems/clickstack/deep-links'
import { logSources, type Source, sourceOf } from '../systems/clickstack/hyperdx-sources'
import type { Pages, StoreFault } from '../systems/clickstack/telemetry-store'
import { type HyperDxApi, hyperDxApi } from './hyperdx-api'

/** Of HyperDX as a place for links only: where ClickHouse itself is queried. */
export interface LinkSettings {
  readonly url: string
  /** Empty: asked without. */
  readonly apiKey: string
  /** The input `hyperdx-source`; empty: the source of the table. */
  readonly source: string
  readonly database: string
  readonly table: string
}

/** Links are no proof: they are not waited for. */
const LIMITS = { timeLimitMs: 5_000, requestsPerMinute: 20, tries: 2 }

/**
 * What links need, as far as HyperDX tells it. Where it does not answer the runner, the given address is taken for that of
 * the user interface. `undefined`: it is that of an API server, which does not tell where its user interface is.
 */
export async function pagesForLinks(
  settings: LinkSettings,
  clock: Clock,
): Promise<Pages | undefined> {
  const { url, apiKey, source } = settings
  const api = hyperDxApi({ url, apiKey: apiKey === '' ? undefined : apiKey }, clock, LIMITS)
  try {
    const connected = await api.connect()
    const ui = api.site() === undefined ? url : await uiOf(api)
    if (ui === undefined) return undefined
    const listed = connected.ok ? await sourcesOf(api) : undefined
    const id = listed?.ok ? sourceOfTable(listed.value, settings)?.id : undefined
    return { url: ui, logSource: id ?? (source === '' ? undefined : source) }
  } finally {
    api.close()
  }
}

/** The address of the user interface, after `connect`; `undefined`: not known. */
export async function uiOf(api: HyperDxApi): Promise<string | undefined> {
  const site = api.site()
  if (site === undefined || site.isUi) return site?.address
  const told = uiOrigin(site.address, site.allowOrigin)
  if (told !== undefined) return told
  // Both may be behind one address, told apart by a proxy.
  return (await api.hasPage('/search')) ? site.address : undefined
}

/** The team's sources of all kinds. */
export async function sourcesOf(api: HyperDxApi): Promise<Result<readonly Source[], StoreFault>> {
  const answer = await api.get('/sources')
  if (!answer.ok) return answer
  const { data } = membersOf(answer.value.json)
  return Array.isArray(data)
    ? succeeded(data.filter(isRecord).map(sourceOf))
    : { ok: false, fault: NOT_THE_API }
}

export const NOT_THE_API: StoreFault = {
  kind: 'refused',
  text: 'the server at this address is not the HyperDX API',
}

function sourceOfTable(
  sources: readonly Source[],
  { source, database, table }: LinkSettings,
): Source | undefined {
  const logs = logSources(sources, source)
  if (!logs.ok) return undefined
  const [named] = logs.value
  return source === ''
    ? logs.value.find((one) => one.database === database && one.table === table)
    : named
}
