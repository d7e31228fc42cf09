/**
 * ClickHouse (chdb) in a process of its own, started by engine.ts: the engine allows one data directory per process,
 * its queries block, and a test may want two ClickStacks at once. Plain JavaScript, because bare Node starts it.
 *
 * Message in:  { id, setup: string[], sql, format, data?: Uint8Array }
 * Message out: { id, bytes, rowsRead } or { id, error }
 * Each query has its own connection, so that settings, database and read-only mode end with it.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'

const directory = mkdtempSync(join(tmpdir(), 'clickstack-clickhouse-'))
const engine = new Session(join(directory, 'data'))
const payload = join(directory, 'payload')

async function run({ setup, sql, format, data }) {
  const connection = new Session(join(directory, 'data'))
  try {
    for (const statement of setup) connection.query(statement)
    if (data) writeFileSync(payload, data)
    const statement = data ? sql.replace('{payload}', payload) : sql
    const result = await connection.queryAsync(statement, { format })
    return { bytes: result.bytes(), rowsRead: result.rowsRead }
  } catch (error) {
    return { error: String(error.message) }
  } finally {
    connection.close()
  }
}

// One after the other: bound parameters of concurrent queries get mixed up (chdb's index.js says so too).
let last = Promise.resolve()
process.on('message', (query) => {
  last = last.then(async () => {
    const answer = await run(query)
    if (process.connected) process.send({ id: query.id, ...answer })
  })
})

process.on('disconnect', () => {
  last = last.then(() => {
    engine.close()
    rmSync(directory, { recursive: true, force: true })
    process.exit()
  })
})
// Ctrl-C reaches the whole process group; the parent decides when this one ends.
process.on('SIGINT', () => {})

process.send({ ready: engine.query('SELECT version()', 'TabSeparatedRaw').trim() })
