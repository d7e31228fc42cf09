/**
 * How ClickStack's tables are laid out: determined from `system.columns`, because four layouts exist (today's Map
 * columns, the legacy one with TimestampTime, JSON columns, and those that Rotel's own DDL makes).
 */

export interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
}

export interface TableLayout {
  readonly attributes: 'map' | 'json'
  /** A `DateTime` column that leads the primary key of the older layouts. */
  readonly hasTimestampTime: boolean
}

/** What every known layout has, beside its time. */
const NEEDED = ['ServiceName', 'ResourceAttributes']

/** Logs and traces have the first, metrics the second. */
const TIMES = ['Timestamp', 'TimeUnix']

/** @returns `undefined` if the table is not there, `unknown` if it is, in no known layout */
export function layoutOf(
  columns: readonly Column[],
  table: string,
): TableLayout | 'unknown' | undefined {
  const own = new Map(columns.filter((c) => c.table === table).map((c) => [c.name, c.type]))
  if (own.size === 0) return undefined
  const type = own.get('ResourceAttributes') ?? ''
  if (!NEEDED.every((name) => own.has(name)) || !TIMES.some((name) => own.has(name))) {
    return 'unknown'
  }
  const attributes = type.startsWith('Map(') ? 'map' : type.startsWith('JSON') ? 'json' : undefined
  if (attributes === undefined) return 'unknown'
  return { attributes, hasTimestampTime: own.has('TimestampTime') }
}

/** A name as ClickHouse takes it for nothing but a name. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

/** The expression for an attribute's value, an empty string where a row has none. Keys are ours, never the user's. */
export function attribute(
  layout: TableLayout,
  column: 'ResourceAttributes' | 'LogAttributes' | 'SpanAttributes' | 'Attributes',
  key: string,
): string {
  return layout.attributes === 'map'
    ? `${column}['${key}']`
    : `ifNull(toString(${column}.${quoteName(key)}), '')`
}

/**
 * The expression for the request ID of a span, an empty string where it has none. The instrumentation of Node.js still
 * writes the older name (opentelemetry-js-contrib, `instrumentation-aws-lambda`), those of Python and Java the newer one.
 */
export function spanInvocation(layout: TableLayout): string {
  const id = attribute(layout, 'SpanAttributes', 'faas.invocation_id')
  return `if(${id} != '', ${id}, ${attribute(layout, 'SpanAttributes', 'faas.execution')})`
}
