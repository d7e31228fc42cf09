/**
 * The sources of a HyperDX team: which of them may hold the rows, and which traces go with which logs. Several log sources
 * are ordinary: of other databases, of other tables, and disabled ones.
 */

import { membersOf } from '../../model/json'
import { asPartOfALine } from '../../model/redaction'
import { type Result, succeeded } from '../../model/result'
import { type Row, text } from './row-values'
import type { StoreFault } from './telemetry-store'

export interface Source {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly connection: string
  readonly database: string
  readonly table: string
  readonly disabled: boolean
  /** Of a log source: the traces that its team connected with it; empty: none. */
  readonly traceSourceId: string
}

/** One of `GET /api/v2/sources`. */
export function sourceOf(row: Row): Source {
  const from = membersOf(row['from'])
  return {
    id: text(row['id']),
    name: text(row['name']),
    kind: text(row['kind']),
    connection: text(row['connection']),
    database: text(from['databaseName']),
    table: text(from['tableName']),
    disabled: row['disabled'] === true,
    traceSourceId: text(row['traceSourceId']),
  }
}

/**
 * The log sources that may be meant, the most likely one first; at least one.
 *
 * @param named the input `hyperdx-source`: an id, or a name, which several sources may have; empty: any that is enabled
 */
export function logSources(
  sources: readonly Source[],
  named: string,
): Result<readonly Source[], StoreFault> {
  const logs = sources.filter(({ kind }) => kind === LOGS.kind)
  const fitting = named === '' ? logs.filter(isInUse) : withName(logs, named)
  if (fitting.length > 0) return succeeded(byLikelihood(fitting, LOGS))
  const list = logs.length === 0 ? 'none' : logs.slice(0, 10).map(shownWithId).join(', ')
  if (named === '') {
    return missing(
      `HyperDX does not have a log source (${LOGS.table}) that is enabled. Its log sources: ${list}`,
    )
  }
  const [other] = withName(sources, named)
  const found = `\`hyperdx-source\` (${asPartOfALine(named)})`
  return missing(
    other === undefined
      ? `HyperDX does not have the log source of ${found}. Its log sources: ${list}`
      : `${found} is a source of kind ${asPartOfALine(other.kind)}, and must be a log source. HyperDX’s log sources: ${list}`,
  )
}

/** The traces that go with a log source: those connected with it, else those of its database, else any. */
export function traceSource(sources: readonly Source[], logs: Source): Source | undefined {
  const traces = byLikelihood(
    sources.filter((one) => one.kind === TRACES.kind && isInUse(one)),
    TRACES,
  )
  const isBeside = ({ connection, database }: Source) =>
    connection === logs.connection && database === logs.database
  return traces.find(({ id }) => id === logs.traceSourceId) ?? traces.find(isBeside) ?? traces[0]
}

/** `Logs (default.otel_logs)` */
export function shownSource({ name, database, table }: Source): string {
  return asPartOfALine(`${name} (${database}.${table})`)
}

/** As a new team is given them. */
const LOGS = { kind: 'log', table: 'otel_logs', name: 'Logs' } as const
const TRACES = { kind: 'trace', table: 'otel_traces', name: 'Traces' } as const

function isInUse({ disabled, table }: Source): boolean {
  return !disabled && table !== ''
}

function withName(sources: readonly Source[], named: string): readonly Source[] {
  const byId = sources.filter(({ id }) => id === named)
  if (byId.length > 0) return byId
  const byName = sources.filter(({ name }) => name === named)
  if (byName.length > 0) return byName
  const folded = named.toLowerCase()
  return sources.filter(({ name }) => name.trim().toLowerCase() === folded)
}

/** ClickStack's own table before any other, and its usual name before any other. */
function byLikelihood(
  sources: readonly Source[],
  usual: typeof LOGS | typeof TRACES,
): readonly Source[] {
  const points = ({ table, name, disabled }: Source) =>
    (disabled ? 0 : 4) + (table === usual.table ? 2 : 0) + (name === usual.name ? 1 : 0)
  return [...sources].sort((a, b) => points(b) - points(a))
}

function shownWithId(source: Source): string {
  return `${shownSource(source)} ${asPartOfALine(source.id)}${source.disabled ? ', disabled' : ''}`
}

function missing(words: string): { readonly ok: false; readonly fault: StoreFault } {
  return { ok: false, fault: { kind: 'missing', text: words } }
}
