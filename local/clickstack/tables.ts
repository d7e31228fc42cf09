/** Reading and writing rows of the engine by name, for the collector, the HyperDX API and the tests. */

import type { Engine } from './engine'
import { quotedName } from './engine'
import type { Row } from './rows'

/** Columns that the table does not have are left out, as an exporter does that knows its table. */
export async function insertRows(
  engine: Engine,
  { database, table, rows }: { database: string; table: string; rows: readonly Row[] },
): Promise<void> {
  if (rows.length === 0) return
  await engine.query({
    sql: `INSERT INTO ${quotedName(database)}.${quotedName(table)} FROM INFILE '{payload}' SETTINGS input_format_skip_unknown_fields = 1 FORMAT JSONEachRow`,
    data: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
  })
}

/** 64-bit integers come as strings, dates as ClickHouse prints them. */
export async function selectRows(
  engine: Engine,
  query: {
    sql: string
    database: string
    parameters?: Readonly<Record<string, string>>
  },
): Promise<Readonly<Record<string, unknown>>[]> {
  const { bytes } = await engine.query({
    ...query,
    format: 'JSONEachRow',
    settings: { output_format_json_quote_64bit_integers: '1' },
  })
  return String(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
}
