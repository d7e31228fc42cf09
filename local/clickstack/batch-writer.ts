/**
 * One INSERT for all rows that wait for the same table, as a collector's batch processor sees to it: an INSERT each
 * would make a part each, and ClickHouse slows down at a thousand parts.
 */

import type { Row } from './rows'

type Write = (table: string, rows: readonly Row[]) => Promise<void>

/** What joins a batch shares its fate. */
export function batched(insert: Write): Write {
  const open = new Map<string, { readonly rows: Row[]; readonly written: Promise<void> }>()
  let last = Promise.resolve()
  return (table, rows) => {
    const joined = open.get(table)
    if (joined) {
      joined.rows.push(...rows)
      return joined.written
    }
    const batch = [...rows]
    const written = last.then(() => {
      open.delete(table)
      return insert(table, batch)
    })
    last = written.catch(() => undefined)
    open.set(table, { rows: batch, written })
    return written
  }
}
