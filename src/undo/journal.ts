/**
 * What must be known to undo this run, on disk before each write (promise P2). One line of JSON each, appended, so that
 * a crash between two lines loses nothing. It holds the inverse change only: keys added, values replaced, layers before.
 */

import type { FunctionArn } from '../model/lambda-function'
import { type Inverse, mergeInverses } from './inverse'

/** Where the lines are kept: a file, see edges/journal-file.ts. */
export interface JournalStore {
  /** Returns when the line is on disk. */
  append(line: string): void
  delete(): void
}

export interface JournalHeader {
  readonly account: string
  readonly partition: string
  /** For the fingerprints of what was written. */
  readonly salt: string
}

/** A function that this run has written to and not finished with. */
export interface OpenEntry {
  readonly function: FunctionArn
  readonly inverse: Inverse
}

type Line =
  | ({ readonly kind: 'run' } & JournalHeader)
  | { readonly kind: 'write'; readonly function: FunctionArn; readonly inverse: Inverse }
  /** The last write to the function did not land. */
  | { readonly kind: 'not-written'; readonly function: string }
  | { readonly kind: 'finished'; readonly function: string }

/** The journal of a running step. */
export interface Journal {
  readonly salt: string
  /** To be called before each write. */
  writing(fn: FunctionArn, inverse: Inverse): void
  /** The last write that was announced certainly did not land. */
  notWritten(fn: FunctionArn): void
  /** The function has reached one of its two end states. */
  finished(fn: FunctionArn): void
  /** All writes of this run to the function, as one way back. */
  inverseFor(fn: FunctionArn): Inverse | undefined
  /** Deletes the file, unless a function is left that could not be put back: then the post step tries once more. */
  close(): void
}

export function startJournal(store: JournalStore, header: JournalHeader): Journal {
  const open: Writes = new Map()
  const record = (line: Line) => {
    store.append(JSON.stringify(line))
    follow(open, line)
  }
  record({ kind: 'run', ...header })
  return {
    salt: header.salt,
    writing: (fn, inverse) => record({ kind: 'write', function: fn, inverse }),
    notWritten: (fn) => record({ kind: 'not-written', function: fn.text }),
    finished(fn) {
      if (open.has(fn.text)) record({ kind: 'finished', function: fn.text })
    },
    inverseFor: (fn) => merged(open.get(fn.text) ?? [], header.salt)?.inverse,
    close() {
      if (open.size === 0) store.delete()
    },
  }
}

/** The writes to each function that is not finished, oldest first. */
type Writes = Map<string, readonly OpenEntry[]>

function follow(open: Writes, line: Line): void {
  if (line.kind === 'write') {
    const { function: fn, inverse } = line
    open.set(fn.text, [...(open.get(fn.text) ?? []), { function: fn, inverse }])
  } else if (line.kind === 'not-written') {
    const landed = open.get(line.function)?.slice(0, -1) ?? []
    if (landed.length > 0) open.set(line.function, landed)
    else open.delete(line.function)
  } else if (line.kind === 'finished') open.delete(line.function)
}

function merged(writes: readonly OpenEntry[], salt: string): OpenEntry | undefined {
  return writes.reduce<OpenEntry | undefined>(
    (first, second) =>
      first ? { ...second, inverse: mergeInverses(first.inverse, second.inverse, salt) } : second,
    undefined,
  )
}

export interface JournalContents {
  readonly header: JournalHeader
  readonly open: readonly OpenEntry[]
}

/** What a journal says is still to be undone; `undefined` if it is no journal. A torn last line was never acted on. */
export function readJournal(text: string): JournalContents | undefined {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  let header: JournalHeader | undefined
  const open: Writes = new Map()
  for (const raw of complete.split('\n').filter((line) => line !== '')) {
    const line = parseLine(raw)
    if (line === undefined) return undefined
    if (line.kind === 'run') {
      header = { account: line.account, partition: line.partition, salt: line.salt }
    } else follow(open, line)
  }
  if (header === undefined) return undefined
  const { salt } = header
  return { header, open: [...open.values()].flatMap((writes) => merged(writes, salt) ?? []) }
}

/** The journal is written by this program into a file that nobody else may write: its shape is trusted, its kind is not. */
function parseLine(raw: string): Line | undefined {
  try {
    const line = JSON.parse(raw) as Line
    return ['run', 'write', 'not-written', 'finished'].includes(line.kind) ? line : undefined
  } catch {
    return undefined
  }
}
