/**
 * Whether Rotel's ClickHouse exporter can write to the existing tables. It never creates them, and names its
 * columns in each insert. Source: rotel, src/exporters/clickhouse/schema.rs.
 */

import type { Refusal } from '../../model/refusal'
import type { Column } from './clickhouse-layout'
import type { ClickHouseTarget } from './clickhouse-endpoint'

const SIGNALS = {
  logs: {
    attributes: ['ResourceAttributes', 'ScopeAttributes', 'LogAttributes'],
    others: [
      'Timestamp',
      'TraceId',
      'SpanId',
      'TraceFlags',
      'SeverityText',
      'SeverityNumber',
      'ServiceName',
      'Body',
      'ResourceSchemaUrl',
      'ScopeSchemaUrl',
      'ScopeName',
      'ScopeVersion',
    ],
  },
  traces: {
    attributes: ['ResourceAttributes', 'SpanAttributes'],
    others: [
      'Timestamp',
      'TraceId',
      'SpanId',
      'ParentSpanId',
      'TraceState',
      'SpanName',
      'SpanKind',
      'ServiceName',
      'ScopeName',
      'ScopeVersion',
      'Duration',
      'StatusCode',
      'StatusMessage',
      'Events.Timestamp',
      'Events.Name',
      'Events.Attributes',
      'Links.TraceId',
      'Links.SpanId',
      'Links.TraceState',
      'Links.Attributes',
    ],
  },
} as const

export type TableSignal = keyof typeof SIGNALS

export const TABLE_SIGNALS: readonly TableSignal[] = ['logs', 'traces']

export function tableName({ tablePrefix }: Pick<ClickHouseTarget, 'tablePrefix'>, signal: string) {
  return `${tablePrefix}_${signal}`
}

/** Whether a logs or traces table with these columns holds attributes as JSON; `undefined`: neither JSON nor Map. */
export function attributesAreJson(columns: readonly Column[]): boolean | undefined {
  const type = columns.find(({ name }) => name === 'ResourceAttributes')?.type ?? ''
  if (type.startsWith(JSON_TYPE)) return true
  return type.startsWith(MAP_TYPE) ? false : undefined
}

const JSON_TYPE = 'JSON'
const MAP_TYPE = 'Map('

/** @param columns of this table; empty where it does not exist. `undefined`: Rotel can write to it. */
export function tableRefusal(
  columns: readonly Column[],
  signal: TableSignal,
  target: Pick<ClickHouseTarget, 'database' | 'tablePrefix' | 'json'>,
): Refusal | undefined {
  const table = `${target.database}.${tableName(target, signal)}`
  if (columns.length === 0) {
    return { reason: 'tables-missing', detail: `the table ${table} does not exist` }
  }
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const { attributes, others } = SIGNALS[signal]
  const absent = [...attributes, ...others].filter((name) => !types.has(name))
  if (absent.length > 0) {
    return {
      reason: 'tables-mismatch',
      detail: `the table ${table} does not have these columns, which Rotel writes: ${absent.join(', ')}`,
    }
  }
  const wanted = target.json ? JSON_TYPE : MAP_TYPE
  const other = attributes.find((name) => !types.get(name)?.startsWith(wanted))
  if (other === undefined) return undefined
  return {
    reason: 'tables-mismatch',
    detail: `the column ${table}.${other} is ${types.get(other) ?? ''}, but \`exporter-json: ${String(target.json)}\` needs ${target.json ? 'JSON' : 'Map'} columns`,
  }
}
