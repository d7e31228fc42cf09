/** Values of rows as ClickHouse writes them in JSON, directly or through HyperDX. */

import { listOf, textOf } from '../../model/json'

/** A row by its columns' names, or by the aliases of a query. */
export type Row = Readonly<Record<string, unknown>>

/** Empty for anything that is not a text. */
export function text(value: unknown): string {
  return textOf(value) ?? ''
}

export function texts(value: unknown): string[] {
  return listOf(value).map(text)
}

/** Older servers quote 64-bit integers, newer ones do not. */
export function number(value: unknown): number {
  return typeof value === 'number' ? value : Number(value ?? 0)
}
