/** The ClickHouse engine behind the local ClickStack: SQL in, bytes or ClickHouse's own error out. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { exceptionOf } from './exception'

export interface EngineQuery {
  /** `{payload}` stands for the file that holds `data`. */
  readonly sql: string
  /** Where the query itself names no FORMAT. */
  readonly format?: string
  readonly database?: string
  /** The text of the values of `{name:Type}`, as the HTTP interface takes them. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  /** As ClickHouse's setting: 1 refuses writes and settings, 2 writes only. */
  readonly readonly?: 0 | 1 | 2
  readonly data?: Uint8Array
}

interface EngineResult {
  readonly bytes: Buffer
  readonly rowsRead: number
}

export interface Engine {
  readonly version: string
  /** Rejects with a ClickHouseException. */
  query(query: EngineQuery): Promise<EngineResult>
  close(): Promise<void>
}

type Ready = { readonly ready: string }
type Answer = { readonly id: number } & (
  { readonly bytes: Uint8Array; readonly rowsRead: number } | { readonly error: string }
)

export async function startEngine(): Promise<Engine> {
  const child = fork(fileURLToPath(new URL('engine-process.js', import.meta.url)), {
    execArgv: [],
    // Times without a zone are the server's; the servers of ClickStack's images run in UTC.
    env: { ...process.env, TZ: 'UTC' },
    serialization: 'advanced',
  })
  const exited = once(child, 'exit')
  const waiting = new Map<number, (answer: Answer) => void>()
  const version = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => (message as Ready).ready),
    exited.then(() => Promise.reject(new Error('The ClickHouse engine ended as it started'))),
  ])

  child.on('message', (message) => {
    const answer = message as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  child.on('exit', () => {
    for (const [id, settle] of waiting) settle({ id, error: 'The ClickHouse engine has ended' })
    waiting.clear()
  })

  let lastId = 0
  return {
    version,
    async query(query) {
      if (!child.connected) throw exceptionOf('The ClickHouse engine has ended')
      const id = ++lastId
      const answer = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve)
        child.send({
          id,
          setup: setupOf(query),
          sql: query.sql,
          format: query.format ?? 'TabSeparated',
          ...(query.data ? { data: query.data } : {}),
        })
      })
      if ('error' in answer) throw exceptionOf(answer.error)
      return { bytes: Buffer.from(answer.bytes), rowsRead: answer.rowsRead }
    },
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/** Read-only mode before the settings: the engine itself then refuses them. */
function setupOf({
  database,
  parameters = {},
  settings = {},
  readonly = 0,
}: EngineQuery): string[] {
  const bound = Object.entries(parameters).map(
    ([name, value]) => `SET ${quotedName(`param_${name}`)} = ${quotedText(value)}`,
  )
  return [
    ...(database === undefined ? [] : [`USE ${quotedName(database)}`]),
    // A bound value may be longer than a query, and here it is set by one.
    ...(bound.length === 0
      ? []
      : ['SET max_query_size = 1000000000', ...bound, 'SET max_query_size = DEFAULT']),
    ...(readonly === 0 ? [] : [`SET readonly = ${readonly}`]),
    ...Object.entries(settings).map(
      ([name, value]) => `SET ${quotedName(name)} = ${quotedText(value)}`,
    ),
  ]
}

export function quotedName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``
}

export function quotedText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
